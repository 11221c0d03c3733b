package wire_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/wire"
)

func TestAppend(t *testing.T) {
	b := func(s string) []byte { return []byte(s) }
	tests := []struct {
		name, want string
		got        []byte
	}{
		{"msg", "+OK\r\nMSG foo 1 2\r\nhi\r\n", wire.AppendMsg(b(wire.OK), b("foo"), "1", b("2\r\nhi\r\n"))},
		{"msg to a long sid", "MSG foo sid.é.12345 2\r\nhi\r\n", wire.AppendMsg(nil, b("foo"), "sid.é.12345", b("2\r\nhi\r\n"))},
		{"hmsg", "PONG\r\nHMSG foo 9999 re 4 6\r\nabcdhi\r\n", wire.AppendHmsg(b(wire.Pong), b("foo"), "9999", b("re 4 6\r\nabcdhi\r\n"))},
		{"tail", "002\r\nhi\r\n", wire.AppendTail(nil, nil, nil, b("002"), b("hi"))},
		{"tail with reply", "re 2\r\nhi\r\n", wire.AppendTail(nil, b("re"), nil, b("2"), b("hi"))},
		{"tail with headers", "re 04 6\r\nabcdhi\r\n", wire.AppendTail(nil, b("re"), b("04"), b("6"), b("abcdhi"))},
		{"stripped", "MSG foo 1 2\r\nhi\r\n", wire.AppendStripped(nil, b("foo"), "1", nil, b("hi"))},
		{"stripped with reply", "PING\r\nMSG foo 1 re 0\r\n\r\n", wire.AppendStripped(b(wire.Ping), b("foo"), "1", b("re"), nil)},
		{
			"no responders", "HMSG nr.in.1 7 41 41\r\nNATS/1.0 503\r\nNats-Subject: nr.nobody\r\n\r\n\r\n",
			wire.AppendNoResponders(nil, b("nr.in.1"), "7", b("nr.nobody")),
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) { assert.Equal(t, tt.want, string(tt.got)) })
	}
}

// Whatever room there is behind dst, what is in front of it stays.
func TestAppendMsgGrows(t *testing.T) {
	for room := range 40 {
		dst := append(make([]byte, 0, 5+room), "+OK\r\n"...)
		got := wire.AppendMsg(dst, []byte("foo.bar"), "12", []byte("5\r\nhello\r\n"))
		assert.Equal(t, "+OK\r\nMSG foo.bar 12 5\r\nhello\r\n", string(got))
	}
}

func TestAppendInfo(t *testing.T) {
	line := string(wire.AppendInfo([]byte("x"), &wire.Info{ServerID: "N1", Version: "2.10.0", Troupe: "0.1.0", Proto: 1, Headers: true, MaxPayload: 1 << 20}))
	text, found := strings.CutPrefix(line, "xINFO ")
	require.True(t, found)
	text, found = strings.CutSuffix(text, " \r\n")
	require.True(t, found, "one space before CRLF")
	var fields map[string]any
	require.NoError(t, json.Unmarshal([]byte(text), &fields))
	assert.Equal(t, map[string]any{
		"server_id": "N1", "server_name": "", "version": "2.10.0", "troupe": "0.1.0", "proto": 1.0,
		"go": "", "host": "", "port": 0.0, "headers": true, "max_payload": 1048576.0,
	}, fields, "what is not set is left out")

	line = string(wire.AppendInfo(nil, &wire.Info{LameDuck: true, ConnectURLs: []string{"a:1"}, ClientID: 5}))
	assert.Contains(t, line, `"ldm":true`)
	assert.Contains(t, line, `"connect_urls":["a:1"]`)
	assert.Contains(t, line, `"headers":false`)
	assert.Contains(t, line, `"client_id":5`)
}

func TestCheckInfo(t *testing.T) {
	for _, arg := range []string{`{}`, `null`, `{"server_id":"x"}`, `{"unknown":[1]}`} {
		require.NoError(t, wire.CheckInfo([]byte(arg)), arg)
	}
	for _, arg := range []string{``, `hello`, `{`, `[]`, `5`, `{"port":"x"}`, `{} {}`} {
		assert.Equal(t, wire.ErrParser, wire.CheckInfo([]byte(arg)), arg)
	}
}
