package tracing

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/troupe-mq/troupe/wire"
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
		r, ok := Parse([]byte(block))
		assert.Equal(t, want, ok && r.Only, "%q", block)
	}
}

func TestParse(t *testing.T) {
	const head, outside = "NATS/1.0\r\n", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-"
	for block, want := range map[string]Request{
		head + "Nats-Trace-Dest: a\r\n\r\n":                                                {Dest: "a"},
		head + "Nats-Trace-Dest: a\r\nNats-Trace-Only: 1\r\n\r\n":                          {Dest: "a", Only: true},
		head + "TraceParent: " + outside + "01\r\n\r\n":                                    {Sampled: true},
		head + "traceparent: " + outside + "03\r\nNats-Trace-Only: 1\r\n\r\n":              {Sampled: true},
		head + "traceparent: " + outside + "01\r\nNats-Trace-Dest: a\r\n\r\n":              {Dest: "a", Sampled: true},
		head + "Nats-Trace-Dest: trace disabled\r\ntraceparent: " + outside + "01\r\n\r\n": {Sampled: true, Declined: true},
		head + "traceparent: x\r\ntraceparent: " + outside + "01\r\nother: y\r\n\r\n":      {Sampled: true},
	} {
		got, ok := Parse([]byte(block))
		assert.True(t, ok, "%q", block)
		got.Header = nil
		assert.Equal(t, want, got, "%q", block)
	}
	for _, block := range []string{
		"", head + "\r\n",
		head + "Nats-Trace-Dest: trace disabled\r\n\r\n",
		head + "traceparent: " + outside + "00\r\n\r\n",
		head + "traceparent: " + outside + "0g\r\n\r\n",
		head + "traceparent: " + outside + "001\r\n\r\n",
		head + "traceparent: 01\r\n\r\n",
	} {
		_, ok := Parse([]byte(block))
		assert.False(t, ok, "%q", block)
	}
}

// TestManyHeadersAreNotAllRead: of a hundred thousand headers those are read that concern tracing, and of these as many
// as there is room for.
func TestManyHeadersAreNotAllRead(t *testing.T) {
	var block strings.Builder
	block.WriteString("NATS/1.0\r\n")
	for i := range 50_000 {
		fmt.Fprintf(&block, "Key-%d: value\r\n", i)
	}
	many := block.String()
	r, ok := Parse([]byte(many + "nats-trace-x: y\r\nNats-Trace-Dest: a\r\nNats-Trace-Only: 1\r\n\r\n"))
	assert.True(t, ok)
	assert.Equal(t, Request{Dest: "a", Only: true, Header: wire.Header{
		"nats-trace-x": {"y"}, Dest: {"a"}, Only: {"1"},
	}}, r)
	traced := many + "x-b3-sampled: 1\r\nX-B3-TraceId: 7\r\n"
	assert.Equal(t, wire.Header{"X-B3-Sampled": {"1"}, "X-B3-Traceid": {"7"}}, Sampled([]byte(traced+"\r\n")))
	long := traced + strings.Repeat("x-b3-spanid: 12345678\r\n", 50_000) + "\r\n"
	assert.LessOrEqual(t, len(excerpt([]byte(long))), mostRead)
}

// TestMayBe: the look allocates nothing, however the header is written.
func TestMayBe(t *testing.T) {
	const head = "NATS/1.0\r\n"
	for block, want := range map[string][2]bool{
		head + "\r\n":                              {},
		head + "Nats-Trace-Dest: a\r\n\r\n":        {true, false},
		head + "A: b\r\nTraceParent: 00-1\r\n\r\n": {false, true},
		head + "A: traceparent\r\n\r\n":            {},
	} {
		b := []byte(block)
		assert.Equal(t, want, [2]bool{MayBe(b), MayBeSampled(b)}, "%q", block)
		assert.Zero(t, testing.AllocsPerRun(10, func() { MayBe(b); MayBeSampled(b) }))
	}
}
