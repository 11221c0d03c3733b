package tracing

import (
	"bytes"
	"slices"
	"strings"

	"github.com/troupe-mq/troupe/wire"
)

// The headers of a message that is to be traced on its way. With Dest it says where the traces are to go, and with
// Only that nobody is to get it. Hop is added on the way to another server, to tell its trace from those of others.
const (
	Dest = "Nats-Trace-Dest"
	Only = "Nats-Trace-Only"
	Hop  = "Nats-Trace-Hop"
)

// traceDisabled is in place of a subject where a server before has decided that there is to be no trace.
const traceDisabled = "trace disabled"

// traceParent is the header by which a message is part of a trace outside, in capitals or not.
const traceParent = "traceparent"

// MayBe reports whether a block of headers is worth a look by Parse, because it may name a subject for its trace.
func MayBe(block []byte) bool { return bytes.Contains(block, []byte(Dest)) }

// MayBeSampled reports whether it is because it may be part of a trace outside.
func MayBeSampled(block []byte) bool {
	for line := range bytes.Lines(block) {
		if begins(line, traceParent) {
			return true
		}
	}
	return false
}

// Request is what a message says about its being traced.
type Request struct {
	Header  wire.Header // all of the message's; of very many only those that concern tracing
	Dest    string      // the subject that the trace is to be published under, anybody may have written it; empty for none
	Only    bool        // the message must be delivered to nobody: it is sent to see which way it would go
	Sampled bool        // it is part of a trace outside that is recorded

	Declined bool // a server before has decided that no trace is to be published because of that
}

// Parse reads what a block of headers says about tracing. It is not ok where that is nothing.
func Parse(block []byte) (r Request, ok bool) {
	r.Header = wire.ParseHeader(excerpt(block))
	r.Sampled = isSampled(r.Header)
	switch r.Dest = r.Header.Get(Dest); r.Dest {
	case traceDisabled:
		r.Dest, r.Declined = "", true
		return r, r.Sampled
	case "":
		return r, r.Sampled
	}
	first := r.Header.Get(Only)
	r.Only = first == "1" || strings.EqualFold(first, "true") || strings.EqualFold(first, "on")
	return r, true
}

// mostRead is how many bytes of headers are read for the sake of a trace: a message may have a hundred thousand.
const mostRead = 16 << 10

// excerpt is a block of headers, or where that is large the first line and those that concern tracing, as far as there
// is room.
func excerpt(block []byte) []byte {
	if len(block) <= mostRead {
		return block
	}
	var some []byte
	for line := range bytes.Lines(block) {
		if (len(some) == 0 || concernsTracing(line)) && len(some)+len(line) <= mostRead {
			some = append(some, line...)
		}
	}
	return some
}

// concernsTracing reports whether a header may be one of those that tracing knows.
func concernsTracing(line []byte) bool {
	for _, of := range [...]string{"nats-trace", "trace", "uber", "x-b3", "b3"} {
		if begins(line, of) {
			return true
		}
	}
	return false
}

// begins reports whether a line begins with a text, in capitals or not.
func begins(line []byte, with string) bool {
	return len(line) >= len(with) && bytes.EqualFold(line[:len(with)], []byte(with))
}

// isSampled reports whether one of the headers says so.
func isSampled(h wire.Header) bool {
	for key, values := range h {
		if strings.EqualFold(key, traceParent) && slices.ContainsFunc(values, isRecorded) {
			return true
		}
	}
	return false
}
