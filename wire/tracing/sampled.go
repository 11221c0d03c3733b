package tracing

import (
	"net/textproto"
	"strconv"
	"strings"

	"github.com/troupe-mq/troupe/wire"
)

// The headers by which messages are part of traces of Jaeger, Zipkin and W3C, in the spelling in which they are told of.
const (
	uberTrace   = "Uber-Trace-Id"
	uberPrefix  = "Uberctx-"
	zipkin      = "B3"
	zipkinSays  = "X-B3-Sampled"
	zipkinTrace = "X-B3-Traceid"
	w3cTrace    = "Traceparent"
	w3cState    = "Tracestate"
)

// Sampled is the headers of a block by which the message is part of a trace outside that is recorded, nil if it is not.
func Sampled(block []byte) wire.Header {
	if len(block) == 0 {
		return nil
	}
	all := make(wire.Header)
	for key, values := range wire.ParseHeader(excerpt(block)) {
		key = textproto.CanonicalMIMEHeaderKey(key)
		all[key] = append(all[key], values...)
	}
	switch {
	case all[uberTrace] != nil:
		parts := strings.Split(all[uberTrace][0], ":")
		return only(all, len(parts) == 4 && isOdd(parts[3]), func(key string) bool { return key == uberTrace || strings.HasPrefix(key, uberPrefix) })
	case all[zipkinSays] != nil && (all[zipkinSays][0] == "0" || all[zipkinSays][0] == "1"):
		return only(all, all[zipkinSays][0] == "1", isZipkin)
	case all[zipkinTrace] != nil: // whoever gets it may decide
		return only(all, true, isZipkin)
	case all[zipkin] != nil:
		parts := strings.Split(all[zipkin][0], "-")
		denied := len(parts) > 2 && parts[2] == "0" || len(parts) == 1 && parts[0] == "0"
		return only(all, !denied, func(key string) bool { return key == zipkin })
	case all[w3cTrace] != nil:
		return only(all, isRecorded(all[w3cTrace][0]), func(key string) bool { return key == w3cTrace || key == w3cState })
	}
	return nil
}

// only is some of the headers, nil if none are wanted.
func only(h wire.Header, wanted bool, which func(key string) bool) wire.Header {
	if !wanted {
		return nil
	}
	some := make(wire.Header)
	for key, values := range h {
		if which(key) {
			some[key] = values
		}
	}
	return some
}

// isZipkin reports whether a key is one of those that Zipkin uses together.
func isZipkin(key string) bool {
	switch key {
	case zipkinSays, zipkinTrace, "X-B3-Parentspanid", "X-B3-Spanid":
		return true
	}
	return false
}

// isRecorded reports whether a traceparent says so in its flags, which are the last of four parts.
func isRecorded(parent string) bool {
	parts := strings.Split(parent, "-")
	return len(parts) == 4 && len(parts[3]) == 2 && isOdd(parts[3])
}

// isOdd reports whether flags of one byte, in hexadecimal, say that a trace is recorded.
func isOdd(flags string) bool {
	n, err := strconv.ParseUint(flags, 16, 8)
	return len(flags) <= 2 && err == nil && n&1 == 1
}
