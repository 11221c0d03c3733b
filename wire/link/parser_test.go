package link_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/wire"
	"github.com/troupe-mq/troupe/wire/link"
)

// parsed is a command as text, for comparison.
func parsed(buf []byte, c *link.Command) string {
	text := func(s wire.Span) string { return string(s.Of(buf)) }
	switch c.Op {
	case link.OpMsg, link.OpHmsg:
		tail := ""
		if c.Verbatim {
			tail = fmt.Sprintf(" tail=%q", text(c.Tail))
		}
		return fmt.Sprintf("msg%d origin=%s acc=%s subj=%s reply=%s queued=%t queues=%s hdr=%d/%s body=%q/%s%s", c.Op, text(c.Origin), text(c.Account),
			text(c.Subject), text(c.Reply), c.Queued, text(c.Queues), c.Header, text(c.HeaderSize), text(c.Body), text(c.Size), tail)
	case link.OpSub, link.OpUnsub:
		return fmt.Sprintf("sub%d origin=%s acc=%s subj=%s queue=%s weight=%d", c.Op, text(c.Origin), text(c.Account), text(c.Subject), text(c.Queue), c.Weight)
	default:
		return fmt.Sprintf("op%d %s", c.Op, text(c.Arg))
	}
}

// readAll is all commands of a stream, and the error behind them.
func readAll(p *link.Parser, stream string) (all []string, err error) {
	buf, at := []byte(stream), 0
	for at < len(buf) {
		var c link.Command
		next, err := p.Next(buf, at, &c)
		if err != nil {
			return all, err
		}
		if next == at {
			break
		}
		all = append(all, parsed(buf, &c))
		at = next
	}
	return all, nil
}

func TestCommands(t *testing.T) {
	for _, c := range []struct {
		name    string
		dialect link.Dialect
		line    string
		want    string
	}{
		{"plain", link.Leaf, "LMSG a.b 2\r\nhi\r\n", `msg1 origin= acc= subj=a.b reply= queued=false queues= hdr=0/ body="hi"/2 tail="2\r\nhi\r\n"`},
		{"reply", link.Leaf, "LMSG a r 0\r\n\r\n", `msg1 origin= acc= subj=a reply=r queued=false queues= hdr=0/ body=""/0 tail="r 0\r\n\r\n"`},
		{"queues", link.Leaf, "LMSG a | q1 q2 1\r\nx\r\n", `msg1 origin= acc= subj=a reply= queued=true queues=q1 q2 hdr=0/ body="x"/1`},
		{"reply and queues", link.Leaf, "LMSG a + r q1 1\r\nx\r\n", `msg1 origin= acc= subj=a reply=r queued=true queues=q1 hdr=0/ body="x"/1`},
		{"headers", link.Leaf, "HMSG a 2 3\r\nhhb\r\n", `msg2 origin= acc= subj=a reply= queued=false queues= hdr=2/2 body="hhb"/3 tail="2 3\r\nhhb\r\n"`},
		{"headers, reply", link.Leaf, "HMSG a r 2 3\r\nhhb\r\n", `msg2 origin= acc= subj=a reply=r queued=false queues= hdr=2/2 body="hhb"/3 tail="r 2 3\r\nhhb\r\n"`},
		{"headers, queues", link.Leaf, "HMSG a | q 2 3\r\nhhb\r\n", `msg2 origin= acc= subj=a reply= queued=true queues=q hdr=2/2 body="hhb"/3`},
		{"headers, all", link.Leaf, "HMSG a + r q 2 3\r\nhhb\r\n", `msg2 origin= acc= subj=a reply=r queued=true queues=q hdr=2/2 body="hhb"/3`},
		{"blanks", link.Leaf, "LMSG  a  2 \r\nhi\r\n", `msg1 origin= acc= subj=a reply= queued=false queues= hdr=0/ body="hi"/2`},
		{"route", link.Route, "RMSG $G a r 2\r\nhi\r\n", `msg1 origin= acc=$G subj=a reply=r queued=false queues= hdr=0/ body="hi"/2 tail="r 2\r\nhi\r\n"`},
		{"route of account", link.RouteOfAccount, "RMSG a 2\r\nhi\r\n", `msg1 origin= acc= subj=a reply= queued=false queues= hdr=0/ body="hi"/2 tail="2\r\nhi\r\n"`},
		{"origin", link.Route, "LMSG leafs A a 0 2\r\nhi\r\n", `msg1 origin=leafs acc=A subj=a reply= queued=false queues= hdr=0/0 body="hi"/2`},
		{"origin, headers", link.Route, "LMSG leafs A a r 1 2\r\nhi\r\n", `msg2 origin=leafs acc=A subj=a reply=r queued=false queues= hdr=1/1 body="hi"/2 tail="r 1 2\r\nhi\r\n"`},
		{"interest", link.Leaf, "LS+ a.>\r\n", "sub3 origin= acc= subj=a.> queue= weight=0"},
		{"interest of a group", link.Leaf, "LS+ a q 3\r\n", "sub3 origin= acc= subj=a queue=q weight=3"},
		{"no interest", link.Leaf, "LS- a q\r\n", "sub4 origin= acc= subj=a queue=q weight=0"},
		{"route's interest", link.Route, "RS+ A a q 3\r\n", "sub3 origin= acc=A subj=a queue=q weight=3"},
		{"route's none", link.Route, "RS- A a\r\n", "sub4 origin= acc=A subj=a queue= weight=0"},
		{"origin's interest", link.Route, "LS+ leafs A a q 1\r\n", "sub3 origin=leafs acc=A subj=a queue=q weight=1"},
		{"origin's, of account", link.RouteOfAccount, "LS- leafs a\r\n", "sub4 origin=leafs acc= subj=a queue= weight=0"},
		{"info", link.Leaf, "INFO {\"a\":1} \r\n", `op7 {"a":1}`},
		{"connect", link.Route, "CONNECT {}\r\n", `op8 {}`},
		{"error", link.Leaf, "-ERR 'Authorization Violation'\r\n", "op9 Authorization Violation"},
		{"ping", link.Leaf, "PING\n", "op5 "},
	} {
		t.Run(c.name, func(t *testing.T) {
			all, err := readAll(&link.Parser{Dialect: c.dialect}, c.line)
			require.NoError(t, err)
			assert.Equal(t, []string{c.want}, all)
		})
	}
}

func TestMistakes(t *testing.T) {
	for line, want := range map[string]*wire.Error{
		"RMSG a b 1\r\nx\r\n":             wire.ErrUnknownOp, // on a leaf link
		"PUB a 1\r\nx\r\n":                wire.ErrUnknownOp,
		"\r\n":                            wire.ErrUnknownOp,
		"LMSG a\r\n":                      wire.ErrParser,
		"LMSG 1\r\n":                      wire.ErrParser,
		"LMSG a b c 1\r\n":                wire.ErrParser,
		"LMSG a + r 1\r\n":                wire.ErrParser,
		"LMSG a | 1\r\n":                  wire.ErrParser,
		"LMSG a -1\r\n":                   wire.ErrParser,
		"LMSG a 1234567890\r\n":           wire.ErrParser,
		"HMSG a 3 2\r\n":                  wire.ErrParser,
		"LMSG a 1\r\nxyz":                 wire.ErrUnknownOp,
		"LMSG a 65\r\n":                   wire.ErrMaxPayload,
		"LS+\r\n":                         wire.ErrParser,
		"LS+ a q\r\n":                     wire.ErrParser,
		"LS+ a q 0\r\n":                   wire.ErrParser,
		"LS+ a q 1 2\r\n":                 wire.ErrParser,
		"LS- a q r\r\n":                   wire.ErrParser,
		"LS+ " + strings.Repeat("a", 300): wire.ErrMaxControlLine,
		"LS+ " + strings.Repeat("a", 300) + "\r\n": wire.ErrMaxControlLine,
	} {
		_, err := readAll(&link.Parser{Limits: wire.Limits{MaxControlLine: 256, MaxPayload: 64}}, line)
		assert.Equal(t, error(want), err, "%q", line)
	}
}

// TestWant: a message whose payload is not there says how much is missing.
func TestWant(t *testing.T) {
	p := &link.Parser{}
	buf := []byte("PING\r\nLMSG a 4\r\nab")
	var c link.Command
	next, err := p.Next(buf, 6, &c)
	require.NoError(t, err)
	assert.Equal(t, 6, next)
	assert.Len(t, "LMSG a 4\r\nabcd\r\n", p.Want())
}

func TestAllocations(t *testing.T) {
	p := &link.Parser{}
	stream := []byte("LMSG foo.bar 2\r\nhi\r\nHMSG a + r q1 q2 2 3\r\nhhb\r\nLS+ a q 3\r\nPING\r\n")
	dst := make([]byte, 0, 256)
	queues := []string{"q1", "q2"}
	assert.Zero(t, testing.AllocsPerRun(100, func() {
		var c link.Command
		for at := 0; at < len(stream); {
			at, _ = p.Next(stream, at, &c)
		}
		m := link.Message{Head: "LMSG ", Subject: stream[:3], Queues: queues, Body: stream[:9]}
		dst = m.Append(dst[:0])
		dst = link.Leaf.AppendInterest(dst[:0], &link.Interest{Subject: "a", Queue: "q", Weight: 3})
	}))
}
