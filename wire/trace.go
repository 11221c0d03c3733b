package wire

import (
	"bytes"
	"strings"
)

// The headers of a message that is to be traced on its way. With TraceDest it says where to, and with TraceOnly that
// nobody is to get it.
const (
	TraceDest = "Nats-Trace-Dest"
	TraceOnly = "Nats-Trace-Only"
)

// OnlyTraced reports whether a message with this block of headers must be delivered to nobody: it is sent to see which
// way it would go.
func OnlyTraced(block []byte) bool {
	if !bytes.Contains(block, []byte(TraceOnly)) || !bytes.Contains(block, []byte(TraceDest)) {
		return false
	}
	h := ParseHeader(block)
	if _, traced := h[TraceDest]; !traced {
		return false
	}
	first := h.Get(TraceOnly)
	return first == "1" || strings.EqualFold(first, "true") || strings.EqualFold(first, "on")
}
