package wire_test

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/wire"
)

// seeds gives a fuzzer all that the tables know.
func seeds(add func(text string)) {
	add(everything())
	for _, tt := range good {
		add(tt.text)
		add(tt.text + tt.text + tt.text)
	}
	for _, tt := range bad {
		add(tt.text)
		add("PUB foo.bar 5\r\nhello\r\n" + tt.text + "\r\n")
	}
}

// Any bytes, cut anywhere, give the commands and the error that they give whole.
func FuzzCut(f *testing.F) {
	seeds(func(text string) {
		f.Add([]byte(text), uint(1), uint(len(text)/2), false)
		f.Add([]byte(text), uint(len(text)/3), uint(len(text)-1), true)
	})
	f.Fuzz(func(t *testing.T, text []byte, first, second uint, compact bool) {
		whole := parse(string(text))
		a := int(first % uint(len(text)+1))
		b := a + int(second%uint(len(text)-a+1))
		s := &session{Parser: wire.Parser{Headers: true}, compact: compact}
		s.feed(text[:a])
		s.feed(text[a:b])
		s.feed(nil) // nothing new is no reason to lose anything
		s.feed(text[b:])
		require.Equal(t, whole.err, s.err)
		require.Equal(t, whole.commands, s.commands)
		if compact {
			return
		}
		assert.Equal(t, whole.repeats, s.repeats)
		assert.Equal(t, whole.at, s.at)
	})
}

// Any bytes are what the model says they are.
func FuzzModel(f *testing.F) {
	seeds(func(text string) { f.Add([]byte(text)) })
	f.Fuzz(func(t *testing.T, text []byte) {
		commands, rest, err := model(text)
		s := parse(string(text))
		require.Equal(t, commands, s.commands)
		if err != nil || bytes.IndexByte(rest, '\n') >= 0 {
			require.Equal(t, err, s.err)
		}
		if s.err == nil {
			assert.Equal(t, len(text)-len(rest), s.at)
			assert.LessOrEqual(t, len(rest), 2*wire.DefaultMaxControlLine+wire.DefaultMaxPayload+32, "what may stay unfinished")
		}
	})
}

// What is published is what is delivered: a MSG or HMSG built from a command,
// turned back into a PUB or HPUB, is the same command.
func FuzzRoundTrip(f *testing.F) {
	seeds(func(text string) { f.Add([]byte(text), "90") })
	f.Fuzz(func(t *testing.T, text []byte, sid string) {
		if bytes.ContainsAny([]byte(sid), " \t\r\n") || sid == "" {
			t.Skip("no such sid")
		}
		p := wire.Parser{Headers: true}
		var c wire.Command
		for at := 0; ; {
			next, err := p.Next(text, at, &c)
			if err != nil || next == at {
				return
			}
			at = next
			if c.Op == wire.OpPub || c.Op == wire.OpHpub {
				checkDelivery(t, text, &c, sid)
			}
		}
	})
}

func checkDelivery(t *testing.T, buf []byte, c *wire.Command, sid string) {
	t.Helper()
	subject := c.Subject.Of(buf)
	tail := wire.AppendTail(nil, c.Reply.Of(buf), c.HeaderSize.Of(buf), c.Size.Of(buf), c.Body.Of(buf))
	if c.Verbatim {
		require.Equal(t, string(tail), string(c.Tail.Of(buf)))
	}
	line := wire.AppendMsg
	word := "MSG "
	if c.Op == wire.OpHpub {
		line, word = wire.AppendHmsg, "HMSG "
	}
	msg := line([]byte("before"), subject, sid, tail)
	rest, found := bytes.CutPrefix(msg, []byte("before"+word+string(subject)+" "+sid+" "))
	require.True(t, found, "%q", msg)

	again := &session{Parser: wire.Parser{Headers: true}}
	again.feed([]byte(c.Op.String() + " " + string(subject) + " "))
	again.feed(rest)
	require.NoError(t, again.err)
	verbatim := *c
	verbatim.Verbatim, verbatim.Tail = false, wire.Span{}
	require.Len(t, again.commands, 1)
	require.Contains(t, again.commands[0], show(buf, &verbatim)[:len(show(buf, &verbatim))-len(headerSuffix(&verbatim))])
}

func headerSuffix(c *wire.Command) string {
	empty := wire.Command{Op: wire.OpErr, Header: c.Header}
	return show(nil, &empty)[len("-ERR"):]
}
