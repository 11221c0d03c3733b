package link_test

import (
	"bytes"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/wire"
	"github.com/troupe-mq/troupe/wire/link"
)

// pieces reads a stream that comes in two pieces, the unfinished part moved to the front in between.
func pieces(p *link.Parser, stream []byte, cutAt int) (all []string, err error) {
	var buf []byte
	for _, piece := range [][]byte{stream[:cutAt], stream[cutAt:]} {
		buf = append(buf, piece...)
		at := 0
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
		buf = slices.Clone(buf[at:])
	}
	return all, nil
}

var seeds = []string{
	"LMSG a.b 2\r\nhi\r\nLMSG a r 0\r\n\r\n", "HMSG a + r q1 q2 2 3\r\nhhb\r\n", "LS+ a q 3\r\nLS- a q\r\nPING\r\n",
	"RMSG A a r 2\r\nhi\r\n", "LMSG o A a 0 2\r\nhi\r\n", "RS+ A a q 3\r\n", "INFO {}\r\n-ERR 'x'\r\n+OK\r\n", "LMSG a | q 1\r\n\r\n",
}

// FuzzCut: any bytes, cut anywhere, give the same commands and the same error as the whole.
func FuzzCut(f *testing.F) {
	for d := range 3 {
		for _, s := range seeds {
			f.Add([]byte(s), uint8(d), uint16(len(s)/2))
		}
	}
	f.Fuzz(func(t *testing.T, stream []byte, dialect uint8, at uint16) {
		limits := wire.Limits{MaxControlLine: 128, MaxPayload: 512}
		d := link.Dialect(dialect % 3)
		whole, wholeErr := readAll(&link.Parser{Dialect: d, Limits: limits}, string(stream))
		cut, cutErr := pieces(&link.Parser{Dialect: d, Limits: limits}, stream, int(at)%(len(stream)+1))
		require.Equal(t, whole, cut)
		require.Equal(t, wholeErr, cutErr)
	})
}

// FuzzRoundTrip: what is written is read as what it was.
func FuzzRoundTrip(f *testing.F) {
	f.Add("a.b", "r", "q", uint16(2), []byte("body"), uint8(1))
	f.Add("a", "", "", uint16(0), []byte(""), uint8(0))
	f.Fuzz(func(t *testing.T, subject, reply, queue string, header uint16, body []byte, dialect uint8) {
		for _, word := range []string{subject, reply, queue} {
			if bytes.ContainsAny([]byte(word), " \t\r\n") {
				return
			}
		}
		if subject == "" || reply == "+" || reply == "|" || len(subject)+len(reply)+len(queue) > 1000 {
			return
		}
		d := link.Dialect(dialect % 3)
		plain, headers := d.Heads("ACC")
		m := link.Message{Head: plain, Subject: []byte(subject), Reply: []byte(reply), Body: body}
		if header > 0 && int(header) <= len(body) {
			m.Head, m.Headers, m.Header = headers, true, uint32(header)
		}
		if queue != "" {
			m.Queues = []string{queue, "other"}
		}
		stream := m.Append(nil)
		require.LessOrEqual(t, len(stream), m.Size())
		i := link.Interest{Account: "ACC", Subject: subject, Queue: queue, Weight: 1 + int(header)}
		from := len(stream)
		stream = d.AppendInterest(stream, &i)
		require.LessOrEqual(t, len(stream)-from, i.Size())
		p := &link.Parser{Dialect: d, Limits: wire.Limits{MaxPayload: -1}}
		var c link.Command
		next, err := p.Next(stream, 0, &c)
		require.NoError(t, err)
		require.Equal(t, from, next)
		require.Equal(t, subject, string(c.Subject.Of(stream)))
		require.Equal(t, reply, string(c.Reply.Of(stream)))
		require.Equal(t, body, append([]byte{}, c.Body.Of(stream)...))
		require.Equal(t, m.Header, c.Header)
		require.Equal(t, queue == "", c.Verbatim)
		var names []string
		link.EachQueue(c.Queues.Of(stream), func(name []byte) bool { names = append(names, string(name)); return true })
		require.Equal(t, m.Queues, names)
		next, err = p.Next(stream, next, &c)
		require.NoError(t, err)
		require.Equal(t, len(stream), next)
		require.Equal(t, subject+"/"+queue, string(c.Subject.Of(stream))+"/"+string(c.Queue.Of(stream)))
	})
}
