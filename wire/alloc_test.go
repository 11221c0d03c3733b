package wire_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/troupe-mq/troupe/wire"
)

// These run for every message. One allocation more is a bug.
func TestParsingDoesNotAllocate(t *testing.T) {
	for _, text := range []string{
		"PUB foo.bar 5\r\nhello\r\n",
		"PUB foo.bar 5\r\nhello\r\nPUB foo.bar 5\r\nworld\r\nPUB foo.baz re 5\r\nhello\r\n",
		"PUB\tfoo.bar \t re  5 \nhello\r\n",
		"HPUB foo.bar 12 17\r\nNATS/1.0\r\n\r\nhello\r\n",
		"HPUB  foo.bar  re 12 17\nNATS/1.0\r\n\r\nhello\r\n",
		"SUB foo.bar  1\r\nSUB foo.bar q 1\r\n",
		"UNSUB 1\r\nUNSUB 1 5\r\n",
		"PING\r\nPONG\r\n+OK\r\n",
		"CONNECT {}\r\nINFO {}\r\n",
		"PUB foo.bar 5\r\nhel",
		"SUB foo",
	} {
		t.Run(text, func(t *testing.T) {
			buf := []byte(text)
			var c wire.Command
			p := wire.Parser{Headers: true} // the run that is not counted makes what it has to
			assert.Zero(t, testing.AllocsPerRun(100, func() {
				for at := 0; ; {
					next, err := p.Next(buf, at, &c)
					if err != nil || next == at {
						return
					}
					at = next
				}
			}))
		})
	}
}

func TestErrorsDoNotAllocate(t *testing.T) {
	var c wire.Command
	for _, tt := range bad {
		buf := []byte(tt.text)
		assert.LessOrEqual(t, testing.AllocsPerRun(10, func() {
			p := wire.Parser{Headers: true} // its first PUB makes what it has to
			for at, err := 0, error(nil); err == nil; {
				at, err = p.Next(buf, at, &c)
			}
		}), 1.0, tt.name)
	}
}

func TestAppendingDoesNotAllocate(t *testing.T) {
	dst := make([]byte, 0, 512)
	subject, reply, size, body := []byte("foo.bar"), []byte("re"), []byte("5"), []byte("hello")
	tail := wire.AppendTail(nil, reply, nil, size, body)
	for name, appending := range map[string]func(){
		"msg":           func() { dst = wire.AppendMsg(dst[:0], subject, "1", tail) },
		"hmsg":          func() { dst = wire.AppendHmsg(dst[:0], subject, "12345", tail) },
		"tail":          func() { dst = wire.AppendTail(dst[:0], reply, size, size, body) },
		"stripped":      func() { dst = wire.AppendStripped(dst[:0], subject, "1", reply, body) },
		"no responders": func() { dst = wire.AppendNoResponders(dst[:0], reply, "1", subject) },
	} {
		assert.Zero(t, testing.AllocsPerRun(100, appending), name)
	}
}
