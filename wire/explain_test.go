package wire_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/wire"
)

// explained is what is said about a text that the parser refuses.
func explained(t *testing.T, text string) string {
	t.Helper()
	s := parse(text)
	var refused *wire.Error
	require.ErrorAs(t, s.err, &refused)
	return s.Explain(s.buf, s.at, refused)
}

func TestExplain(t *testing.T) {
	tests := []struct{ name, text, want string }{
		{"size", "PUB foo abc\r\n", `bad size "abc": 1 to 9 digits and nothing else`},
		{"size with a sign", "PUB foo -1\r\n", `bad size "-1": 1 to 9 digits and nothing else`},
		{"size with a CR", "PUB foo 5\r\r\n", `bad size "5\r": 1 to 9 digits and nothing else`},
		{"long size", "PUB foo " + strings.Repeat("x", 99) + "\r\n", `bad size "` + strings.Repeat("x", 32) + `"...: 1 to 9 digits and nothing else`},
		{"behind a command", "PING\r\nPUB foo abc\r\n", `bad size "abc": 1 to 9 digits and nothing else`},
		{"no size", "PUB foo\r\n", "PUB has 1 argument: PUB <subject> [reply-to] <bytes>"},
		{"payload on the line", "PUB foo 5 hello world\r\n", "PUB has 4 arguments: PUB <subject> [reply-to] <bytes>"},
		{"nothing", "PUB\r\n", "PUB has no argument: PUB <subject> [reply-to] <bytes>"},
		{"blanks only", "PUB \r\n", "PUB has no argument: PUB <subject> [reply-to] <bytes>"},
		{"payload is longer", "PUB foo 3\r\nhello\r\n", "no CR LF behind the payload of 3 bytes that the line announces"},
		{"payload limit", "PUB foo 1048577\r\n", `"1048577" bytes are more than 1048576, which is max_payload`},
		{"hpub without total", "HPUB foo 12\r\n", "HPUB has 2 arguments: HPUB <subject> [reply-to] <header bytes> <total bytes>"},
		{"header size", "HPUB foo x 12\r\n", `bad size "x": 1 to 9 digits and nothing else`},
		{"header above total", "HPUB foo 12 5\r\n", "12 bytes of headers are more than the total of 5, in which they count"},
		{"no sid", "SUB foo\r\n", "SUB has 1 argument: SUB <subject> [queue] <sid>"},
		{"sub of four", "SUB a b c d\r\n", "SUB has 4 arguments: SUB <subject> [queue] <sid>"},
		{"unsub of three", "UNSUB 1 2 3\r\n", "UNSUB has 3 arguments: UNSUB <sid> [max messages]"},
		{"long line", "SUB " + strings.Repeat("e", 4097), "the arguments of SUB have more than 4096 bytes, which is max_control_line"},
		{"misspelt", "PBU foo 3\r\n", `there is no operation "PBU", did you mean PUB?`},
		{"one letter missing", "CONECT {}\r\n", `there is no operation "CONECT", did you mean CONNECT?`},
		{"too long a word", "SUBSCRIBE foo 1\r\n", `there is no operation "SUBSCRIBE", did you mean SUB?`},
		{"far from all", "HELLO\r\n", `there is no operation "HELLO": a client says CONNECT, PUB, HPUB, SUB, UNSUB, PING and PONG`},
		{"one letter", "X", `there is no operation "X"`},
		{"binary", "\x80\x00\xff\r\n", `there is no operation "\x80"`},
		{"quit", "quit\r\n", "there is no operation QUIT: a client says CONNECT, PUB, HPUB, SUB, UNSUB, PING and PONG; whoever closes the connection has left"},
		{"http", "GET / HTTP/1.1\r\n", "this is HTTP, and this port speaks NATS: the monitoring has a port of its own"},
		{"tls", "\x16\x03\x01\x02\x00", "this is a handshake of TLS, and the port is not encrypted, or not from the first byte"},
		{"server's line", "MSG foo 1 3\r\n", "MSG is what a server says: a client publishes by PUB"},
		{"route's line", "RS+ $G foo\r\n", "RS+ is said between servers, and this port is for clients"},
		{"empty line", "\r\n", "a command begins with its operation, and not with a blank or an empty line"},
		{"blank first", " PING\r\n", "a command begins with its operation, and not with a blank"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) { assert.Equal(t, tt.want, explained(t, tt.text)) })
	}
}

// Headers that are not negotiated are the reason, whatever else is wrong.
func TestExplainHeaders(t *testing.T) {
	s := &session{}
	s.feed([]byte("HPUB a x\r\n"))
	require.Equal(t, wire.ErrParser, s.err)
	assert.Equal(t, `HPUB needs CONNECT {"headers":true} before it`, s.Explain(s.buf, s.at, wire.ErrParser))
}

func TestExplainJSON(t *testing.T) {
	for line, want := range map[string]string{
		`CONNECT {"verbose":"hunter2"}`: `CONNECT: "verbose" is a string and not a bool`,
		`connect {"protocol":true}`:     `CONNECT: "protocol" is a bool and not an int`,
		`CONNECT {verbose:false}`:       `CONNECT wants a JSON object such as {"verbose":false}: what stands there makes no sense at byte 2`,
		`CONNECT [1]`:                   `CONNECT wants a JSON object, and not an array`,
		`CONNECT`:                       `CONNECT wants a JSON object such as {"verbose":false}: what stands there makes no sense at byte 0`,
		`INFO {"port":"x"}`:             `INFO: "port" is a string and not an int`,
	} {
		s := parse(line + "\r\n")
		require.NoError(t, s.err)
		assert.Equal(t, want, s.Explain(s.buf, 0, wire.ErrParser))
	}
}

// A reason stands behind the words that libraries look for, and changes no fate.
func TestBecause(t *testing.T) {
	e := wire.ErrUnknownOp.Because("it is HTTP")
	assert.Equal(t, "-ERR 'Unknown Protocol Operation: it is HTTP'\r\n-ERR 'Parser Error'\r\n", e.Lines)
	assert.Equal(t, "-ERR 'Unknown Protocol Operation: it is HTTP'\r\n", e.Line())
	assert.Equal(t, []any{wire.ErrUnknownOp.Text, wire.ErrUnknownOp.Reason, true}, []any{e.Text, e.Reason, e.Closes})
	assert.Same(t, wire.ErrParser, wire.ErrParser.Because(""))
	assert.Equal(t, "-ERR 'Unknown Protocol Operation'\r\n-ERR 'Parser Error'\r\n", wire.ErrUnknownOp.Lines, "the original is as it was")
}

// Whatever is refused has a reason, in one line that can be printed.
func FuzzExplain(f *testing.F) {
	seeds(func(text string) { f.Add([]byte(text)) })
	f.Fuzz(func(t *testing.T, text []byte) {
		if parse(string(text)).err == nil {
			return
		}
		why := explained(t, string(text))
		assert.NotEmpty(t, why)
		assert.Less(t, len(why), 300)
		assert.False(t, strings.ContainsFunc(why, func(r rune) bool { return r < ' ' || r > '~' }), "%q", why)
	})
}

// Whatever stands in a CONNECT can be explained.
func FuzzExplainJSON(f *testing.F) {
	for _, arg := range []string{"{}", "[]", `{"user":1}`, `{"a":`, "null", "\xff"} {
		f.Add([]byte(arg))
	}
	f.Fuzz(func(t *testing.T, arg []byte) {
		for _, op := range []string{"CONNECT ", "INFO "} {
			why := new(wire.Parser).Explain(append([]byte(op), arg...), 0, wire.ErrParser)
			assert.Less(t, len(why), 300)
			assert.False(t, strings.ContainsFunc(why, func(r rune) bool { return r < ' ' || r > '~' }), "%q", why)
		}
	})
}
