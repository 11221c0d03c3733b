package wire_test

import (
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/wire"
)

func TestAppendPublish(t *testing.T) {
	for _, tt := range []struct {
		name, reply string
		header      wire.Header
		want        string
	}{
		{"plain", "", nil, "PUB foo 2\r\nhi\r\n"},
		{"empty headers are none", "", wire.Header{}, "PUB foo 2\r\nhi\r\n"},
		{"reply", "bar", nil, "PUB foo bar 2\r\nhi\r\n"},
		{"headers", "", wire.Header{"B": {"2"}, "A": {"1", "3"}}, "HPUB foo 30 32\r\nNATS/1.0\r\nA: 1\r\nA: 3\r\nB: 2\r\n\r\nhi\r\n"},
		{"a key without values", "bar", wire.Header{"A": nil}, "HPUB foo bar 12 14\r\nNATS/1.0\r\n\r\nhi\r\n"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := wire.AppendPublish(nil, "foo", tt.reply, tt.header, []byte("hi"))
			assert.Equal(t, tt.want, string(got))
			line, rest, _ := strings.Cut(string(got), "\r\n")
			assert.True(t, strings.HasSuffix(line, " "+strconv.Itoa(wire.PublishSize(tt.header, []byte("hi")))))
			assert.Len(t, rest, wire.PublishSize(tt.header, []byte("hi"))+2)
		})
	}
}

func TestAppendSubscribe(t *testing.T) {
	assert.Equal(t, "SUB foo.* 7\r\n", string(wire.AppendSubscribe(nil, "foo.*", "", 7)))
	assert.Equal(t, "SUB foo q 7\r\n", string(wire.AppendSubscribe(nil, "foo", "q", 7)))
	assert.Equal(t, "UNSUB 7\r\n", string(wire.AppendUnsubscribe(nil, 7, 0)))
	assert.Equal(t, "UNSUB 7 3\r\n", string(wire.AppendUnsubscribe(nil, 7, 3)))
}

func TestHear(t *testing.T) {
	for _, tt := range []struct {
		text string
		want wire.Verdict
	}{
		{"", wire.HeardNothing},
		{"\n", wire.HeardNothing},
		{"PONG\n", wire.HeardNothing},
		{"PONG\r\n", wire.HeardPong},
		{"PING\r\n", wire.HeardOther},
		{"+OK\r\n", wire.HeardOther},
		{"INFO {}\r\n", wire.HeardOther},
		{"-ERR 'No'\r\n", wire.HeardError},
		{"MSG a 1 2\r\nhi\r\n", wire.HeardMessage},
		{"MSG a 1 2\r\nhi\r", wire.HeardNothing},
		{"MSG a 1 2\r\nhi\r\r\n", wire.HeardNothing},
		{"MSG a 1 x\r\nhi\r\n", wire.HeardNothing},
		{"MSG a 2\r\nhi\r\n", wire.HeardNothing},
		{"MSG a 1 b c 2\r\nhi\r\n", wire.HeardNothing},
		{"HMSG a 1 2\r\nhi\r\n", wire.HeardNothing},
		{"HMSG a 1 3 2\r\nhi\r\n", wire.HeardNothing},
		{"HMSG a 1 b c 1 2\r\nhi\r\n", wire.HeardNothing},
		{"HMSG a 1 b 1 2\r\nhi\r\n", wire.HeardMessage},
	} {
		t.Run(tt.text, func(t *testing.T) {
			h := wire.Hear([]byte(tt.text))
			assert.Equal(t, tt.want, h.Verdict)
			if tt.want != wire.HeardNothing {
				assert.Len(t, tt.text, h.Len)
			}
		})
	}
	h := wire.Hear([]byte("HMSG a 12 b 1 3\r\nhi!\r\nPONG\r\n"))
	assert.Equal(t, []string{"a", "12", "b", "h", "i!"},
		[]string{string(h.Subject), string(h.Sid), string(h.Reply), string(h.Header), string(h.Data)})
	assert.Equal(t, "No", string(wire.Hear([]byte("-ERR 'No'\r\n")).Text))
}

func TestHeader(t *testing.T) {
	h := wire.Header{}
	h.Add("A", "1")
	h.Add("A", "2")
	h.Set("B", "3")
	assert.Equal(t, "1", h.Get("A"))
	assert.Equal(t, "3", h.Get("B"))
	assert.Empty(t, h.Get("a"), "another key")
	h.Set("A", "4")
	assert.Equal(t, []string{"4"}, h["A"])
	assert.True(t, h.Valid())
	for _, bad := range []wire.Header{{"": {"x"}}, {"a b": {"x"}}, {"a:": {"x"}}, {"ä": {"x"}}, {"a": {"x\r\nb: y"}}, {"a": {"\n"}}} {
		assert.False(t, bad.Valid(), "%q", bad)
	}
}

func TestParseHeader(t *testing.T) {
	for _, tt := range []struct {
		text string
		want wire.Header
	}{
		{"", wire.Header{}},
		{"NATS/1.0\r\n\r\n", wire.Header{}},
		{"NATS/1.0 503\r\nNats-Subject: a\r\n\r\n", wire.Header{"Status": {"503"}, "Nats-Subject": {"a"}}},
		{"NATS/1.0 404  No Messages \r\n\r\n", wire.Header{"Status": {"404"}, "Description": {"No Messages"}}},
		{"NATS/1.0\r\na:1\r\nA:  2 \r\na: \r\n\r\n", wire.Header{"a": {"1", ""}, "A": {"2"}}},
		{"NATS/1.0\nnonsense\n: x\nb: c:d\n", wire.Header{"b": {"c:d"}}},
		{"something else", wire.Header{}},
	} {
		assert.Equal(t, tt.want, wire.ParseHeader([]byte(tt.text)), "%q", tt.text)
	}
}

// TestStatusIsTheFirstLine: clients look for it there, and nowhere else.
func TestStatusIsTheFirstLine(t *testing.T) {
	for _, tt := range []struct {
		h    wire.Header
		want string
	}{
		{wire.Header{"Status": {"409"}, "Description": {"Leadership Change"}, "A": {"1"}}, "NATS/1.0 409 Leadership Change\r\nA: 1\r\n\r\n"},
		{wire.Header{"Status": {"503"}}, "NATS/1.0 503\r\n\r\n"},
		{wire.Header{"Status": {"100"}, "Description": {""}}, "NATS/1.0 100\r\nDescription: \r\n\r\n"},
		{wire.Header{"Status": {"fine"}}, "NATS/1.0\r\nStatus: fine\r\n\r\n"},
		{wire.Header{"Status": {"200", "201"}}, "NATS/1.0\r\nStatus: 200\r\nStatus: 201\r\n\r\n"},
		{wire.Header{"Description": {"x"}}, "NATS/1.0\r\nDescription: x\r\n\r\n"},
	} {
		said := string(wire.AppendPublish(nil, "a", "", tt.h, nil))
		_, block, _ := strings.Cut(said, "\r\n")
		assert.Equal(t, tt.want, strings.TrimSuffix(block, "\r\n"))
		assert.Len(t, tt.want, wire.PublishSize(tt.h, nil))
	}
}

// What an actor publishes is parsed as what it meant, and what the broker makes of
// it for a subscriber is understood as that.
func FuzzHear(f *testing.F) {
	f.Add("foo.bar", "", "", "", []byte("hello"))
	f.Add("foo", "_INBOX.1", "Key", "a value", []byte{})
	f.Add("foo", "", "Status", "409", []byte{})
	f.Add("foo\r", "b\rc", "K", "", []byte("\r\nMSG a 1 1\r\nx\r\n"))
	f.Fuzz(func(t *testing.T, subject, reply, key, value string, data []byte) {
		h := wire.Header{}
		if key != "" {
			h.Set(key, value)
		}
		if subject == "" || strings.ContainsAny(subject+reply, " \t\r\n") || !h.Valid() ||
			len(subject)+len(reply) > wire.DefaultMaxControlLine-32 || wire.PublishSize(h, data) > wire.DefaultMaxPayload {
			t.Skip("no such message")
		}
		buf := wire.AppendPublish(nil, subject, reply, h, data)
		p, c := wire.Parser{Headers: true}, wire.Command{}
		n, err := p.Next(buf, 0, &c)
		require.NoError(t, err)
		require.Len(t, buf, n)
		msg, headers := wire.AppendMsg(nil, []byte(subject), "42", c.Tail.Of(buf)), len(h) > 0
		if headers {
			msg = wire.AppendHmsg(nil, []byte(subject), "42", c.Tail.Of(buf))
		}
		require.True(t, c.Verbatim)
		heard := wire.Hear(append(msg, "PONG\r\n"...))
		require.Equal(t, wire.HeardMessage, heard.Verdict)
		assert.Len(t, msg, heard.Len)
		assert.Equal(t, []string{subject, "42", reply, string(data)},
			[]string{string(heard.Subject), string(heard.Sid), string(heard.Reply), string(heard.Data)})
		if headers {
			assert.Equal(t, strings.TrimSpace(value), wire.ParseHeader(heard.Header).Get(key))
		}
		stripped := wire.Hear(wire.AppendStripped(nil, []byte(subject), "1", []byte(reply), data))
		assert.Equal(t, string(data), string(stripped.Data))
	})
}

// No bytes make Hear do anything but say what they are.
func FuzzHearAnything(f *testing.F) {
	f.Add([]byte("MSG a 1 2\r\nhi\r\n"))
	f.Add([]byte("HMSG a 1 b 12 12\r\nNATS/1.0\r\n\r\n\r\n"))
	f.Add([]byte("-ERR 'No'\r\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		h := wire.Hear(text)
		assert.Equal(t, h.Verdict == wire.HeardNothing, h.Len == 0)
		assert.LessOrEqual(t, h.Len, len(text))
		wire.ParseHeader(text)
		cut := wire.Hear(text[:h.Len])
		assert.Equal(t, h.Verdict, cut.Verdict, "nothing behind it matters")
	})
}
