package wire_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/troupe-mq/troupe/wire"
)

// TestAppendReplaced: the header is the only one of its name, and stands last.
func TestAppendReplaced(t *testing.T) {
	const own = wire.RequestInfo + `: {"acc":"A"}` + "\r\n"
	for _, tt := range []struct{ block, want string }{
		{"", "NATS/1.0\r\n" + own},
		{"NATS/1.0\r\n\r\n", "NATS/1.0\r\n" + own},
		{"NATS/1.0 503\r\n\r\n", "NATS/1.0 503\r\n" + own},
		{"NATS/1.0\r\nA: b\r\nC:d\r\n\r\n", "NATS/1.0\r\nA: b\r\nC:d\r\n" + own},
		{"NATS/1.0\r\nA: b\r\nNats-Request-Info: x\r\nC:d\r\nNats-Request-Info:\r\n\r\n", "NATS/1.0\r\nA: b\r\nC:d\r\n" + own},
		{"NATS/1.0\r\nnats-request-INFO : x\r\n Nats-Request-Info: y\r\n\r\n", "NATS/1.0\r\n" + own},
		{"NATS/1.0\nA: b\nNats-Request-Info: x\nC: d\n\n", "NATS/1.0\r\nA: b\r\nC: d\r\n" + own},
		{"NATS/1.0\rA: b\rNats-Request-Info: x\r\r\n", "NATS/1.0\r\nA: b\r\n" + own},
		{"NATS/1.0\r\nA: b\r\n\r\nNats-Request-Info: x\r\n\r\n", "NATS/1.0\r\nA: b\r\n" + own},
		{"NATS/1.0\r\nX-Nats-Request-Info: x\r\n\r\n", "NATS/1.0\r\nX-Nats-Request-Info: x\r\n" + own},
		{"no\r\nA: b\r\nno header\r\n\r\n", "NATS/1.0\r\nA: b\r\n" + own},
		{"A: b", "NATS/1.0\r\n" + own},
	} {
		got := wire.AppendReplaced([]byte("-"), []byte(tt.block), wire.RequestInfo, []byte(`{"acc":"A"}`))
		assert.Equal(t, "-"+tt.want+"\r\n", string(got), "%q", tt.block)
		got = wire.AppendReplaced(nil, []byte(tt.block), wire.RequestInfo, nil)
		assert.Equal(t, strings.ReplaceAll(tt.want, own, "")+"\r\n", string(got), "%q", tt.block)
	}
}

// FuzzAppendReplaced: whatever a block says, there is one value.
func FuzzAppendReplaced(f *testing.F) {
	f.Add([]byte("NATS/1.0\r\nNats-Request-Info: x\r\nA: b\r\n\r\n"))
	f.Add([]byte("\r\rnats-request-info:\n\r: \r\n"))
	f.Fuzz(func(t *testing.T, block []byte) {
		got := wire.AppendReplaced(nil, block, wire.RequestInfo, []byte("own"))
		assert.Equal(t, []string{"own"}, wire.ParseHeader(got)[wire.RequestInfo])
		assert.Equal(t, 1, bytes.Count(bytes.ReplaceAll(bytes.ToLower(got), []byte("\r"), []byte("\n")), []byte("\nnats-request-info:")))
		assert.Equal(t, got, wire.AppendReplaced(nil, got, wire.RequestInfo, []byte("own")))
	})
}
