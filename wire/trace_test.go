package wire

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestOnlyTraced(t *testing.T) {
	for block, want := range map[string]bool{
		"": false,
		"NATS/1.0\r\nNats-Trace-Dest: a\r\nNats-Trace-Only: true\r\n\r\n":                           true,
		"NATS/1.0\r\nNats-Trace-Only: TRUE\r\nNats-Trace-Dest: a\r\n\r\n":                           true,
		"NATS/1.0\r\nNats-Trace-Dest: a\r\nNats-Trace-Only: 1\r\n\r\n":                              true,
		"NATS/1.0\r\nNats-Trace-Dest: a\r\nNats-Trace-Only:on\r\n\r\n":                              true,
		"NATS/1.0\r\nNats-Trace-Dest: a\r\nNats-Trace-Only: no\r\n\r\n":                             false,
		"NATS/1.0\r\nNats-Trace-Only: true\r\n\r\n":                                                 false,
		"NATS/1.0\r\nX-Nats-Trace-Dest: a\r\nNats-Trace-Only: true\r\n\r\n":                         false,
		"NATS/1.0\r\nA: Nats-Trace-Dest\r\nNats-Trace-Only: true\r\n\r\n":                           false,
		"NATS/1.0\r\nNats-Trace-Dest: a\r\nB: Nats-Trace-Only: true\r\n\r\n":                        false,
		"NATS/1.0\r\nNats-Trace-Dest: a\r\nNats-Trace-Only\r\nX: true\r\n\r\n":                      false,
		"NATS/1.0\r\nNats-Trace-Dest: a\r\nNats-Trace-Only: false\r\nNats-Trace-Only: true\r\n\r\n": false,
	} {
		assert.Equal(t, want, OnlyTraced([]byte(block)), "%q", block)
	}
}
