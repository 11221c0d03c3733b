package tracing_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/troupe-mq/troupe/wire/tracing"
)

// TestSampled: the headers of those who trace, as nats-server understands them.
func TestSampled(t *testing.T) {
	for _, tt := range []struct{ headers, want string }{
		{"", ""},
		{"A: b", ""},
		{"Uber-Trace-Id: 479fefe9525eddb:5adb976bfc1f95c1:479fefe9525eddb:1|uberctx-a: b|X: y", "Uber-Trace-Id Uberctx-A"},
		{"uber-trace-id: 479fefe9525eddb:5adb976bfc1f95c1:479fefe9525eddb:0", ""},
		{"Uber-Trace-Id: a:b:1", ""},
		{"X-B3-Sampled: 1|X-B3-SpanId: s|A: b", "X-B3-Sampled X-B3-Spanid"},
		{"X-B3-Sampled: 0|X-B3-TraceId: t", ""},
		{"X-B3-TraceId: t|x-b3-parentspanid: p", "X-B3-Parentspanid X-B3-Traceid"},
		{"b3: a-b-1-c", "B3"},
		{"b3: a-b-0-c", ""},
		{"b3: 0", ""},
		{"b3: a-b", "B3"},
		{"traceparent: 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01|tracestate: x", "Traceparent Tracestate"},
		{"traceparent: 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00", ""},
		{"traceparent: 00-1", ""},
	} {
		block := "NATS/1.0\r\n"
		if tt.headers != "" {
			block += strings.ReplaceAll(tt.headers, "|", "\r\n") + "\r\n"
		}
		got := strings.Join(slices.Sorted(maps.Keys(tracing.Sampled([]byte(block+"\r\n")))), " ")
		assert.Equal(t, tt.want, got, tt.headers)
	}
}
