package wire

import (
	"bytes"
	"strconv"
	"strings"
)

// The headers of a message that is to be traced on its way. With TraceDest it says where the traces are to go, and with
// TraceOnly that nobody is to get it. TraceHop is added on the way to another server, to tell its trace from those of others.
const (
	TraceDest = "Nats-Trace-Dest"
	TraceOnly = "Nats-Trace-Only"
	TraceHop  = "Nats-Trace-Hop"
)

// traceDisabled is in place of a subject where a server before has decided that there is to be no trace.
const traceDisabled = "trace disabled"

// traceParent is the header by which a message is part of a trace outside, in capitals or not.
const traceParent = "traceparent"

// MayTrace reports whether a block of headers is worth a look by ParseTrace, because it may name a subject for its trace.
func MayTrace(block []byte) bool { return bytes.Contains(block, []byte(TraceDest)) }

// MayBeSampled reports whether it is because it may be part of a trace outside.
func MayBeSampled(block []byte) bool {
	return bytes.Contains(bytes.ToLower(block), []byte(traceParent))
}

// TraceRequest is what a message says about its being traced.
type TraceRequest struct {
	Header  Header // all of the message's; of very many only those that concern tracing
	Dest    string // the subject that the trace is to be published under, anybody may have written it; empty for none
	Only    bool   // the message must be delivered to nobody: it is sent to see which way it would go
	Sampled bool   // it is part of a trace outside that is recorded
}

// ParseTrace reads what a block of headers says about tracing. It is not ok where that is nothing.
func ParseTrace(block []byte) (r TraceRequest, ok bool) {
	r.Header = ParseHeader(traceExcerpt(block))
	switch r.Dest = r.Header.Get(TraceDest); r.Dest {
	case traceDisabled:
		return TraceRequest{}, false
	case "":
		r.Sampled = isSampled(r.Header)
		return r, r.Sampled
	}
	first := r.Header.Get(TraceOnly)
	r.Only = first == "1" || strings.EqualFold(first, "true") || strings.EqualFold(first, "on")
	return r, true
}

// mostTraceRead is how many bytes of headers are read for the sake of a trace: a message may have a hundred thousand.
const mostTraceRead = 16 << 10

// traceExcerpt is a block of headers, or where that is large the first line and those that concern tracing, as far as there
// is room.
func traceExcerpt(block []byte) []byte {
	if len(block) <= mostTraceRead {
		return block
	}
	var some []byte
	for line := range bytes.Lines(block) {
		if (len(some) == 0 || concernsTracing(line)) && len(some)+len(line) <= mostTraceRead {
			some = append(some, line...)
		}
	}
	return some
}

// concernsTracing reports whether a header may be one of those that tracing knows.
func concernsTracing(line []byte) bool {
	for _, of := range [...]string{"nats-trace", "trace", "uber", "x-b3", "b3"} {
		if len(line) >= len(of) && bytes.EqualFold(line[:len(of)], []byte(of)) {
			return true
		}
	}
	return false
}

// isSampled reports whether a traceparent says so in its flags, which are the last of four parts.
func isSampled(h Header) bool {
	for key, values := range h {
		if !strings.EqualFold(key, traceParent) {
			continue
		}
		for _, v := range values {
			parts := strings.Split(v, "-")
			if flags, err := strconv.ParseUint(parts[len(parts)-1], 16, 8); len(parts) == 4 && len(parts[3]) == 2 && err == nil && flags&1 == 1 {
				return true
			}
		}
	}
	return false
}
