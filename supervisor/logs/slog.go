package logs

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"github.com/hashicorp/go-hclog"
)

// levelTrace is hclog's Trace, which slog has no name for: one step below Debug.
const levelTrace = slog.LevelDebug - 4

// SlogHandler lets code that logs by slog, as the actor framework does, write to an hclog logger. Each message text
// passes perSecond times a second (0: without limit); a line at the end of that second says how many were held back. So
// a flood of crashes does not become a flood of lines. What it returns has the Flush of a Throttle.
//
// A value that is neither a plain one nor an error nor a fmt.Stringer is logged as its type only: it may be a
// message, which may be large, secret, or in use by somebody else.
func SlogHandler(l hclog.Logger, perSecond int) slog.Handler {
	h := &slogHandler{out: l}
	if perSecond > 0 {
		h.limit = NewThrottle(l, perSecond, time.Second, 0)
	}

	return h
}

type slogHandler struct {
	out    hclog.Logger
	limit  *Throttle // nil: none
	pairs  []any     // from WithAttrs
	prefix string    // from WithGroup, with its dot
}

// Enabled reports whether hclog would print it.
func (h *slogHandler) Enabled(_ context.Context, level slog.Level) bool {
	return hclogLevel(level) >= h.out.GetLevel()
}

// Handle writes one record.
func (h *slogHandler) Handle(_ context.Context, r slog.Record) error {
	pairs := slices.Clip(h.pairs)

	if h.limit != nil && !h.limit.Allow(hclogLevel(r.Level), r.Message, time.Now()) {
		return nil
	}

	r.Attrs(func(a slog.Attr) bool {
		pairs = appendAttr(pairs, h.prefix, a)

		return true
	})
	h.out.Log(hclogLevel(r.Level), r.Message, pairs...)

	return nil
}

// Flush logs what is still held back.
func (h *slogHandler) Flush() {
	if h.limit != nil {
		h.limit.Flush()
	}
}

// WithAttrs is a handler that adds the attributes to every record.
func (h *slogHandler) WithAttrs(attrs []slog.Attr) slog.Handler {
	next := *h
	next.pairs = slices.Clip(h.pairs)

	for _, a := range attrs {
		next.pairs = appendAttr(next.pairs, h.prefix, a)
	}

	return &next
}

// WithGroup is a handler that puts the name before every key that follows.
func (h *slogHandler) WithGroup(name string) slog.Handler {
	if name == "" {
		return h
	}

	next := *h
	next.prefix = h.prefix + name + "."

	return &next
}

// appendAttr makes hclog's pairs of an attribute: groups become dotted keys.
func appendAttr(pairs []any, prefix string, a slog.Attr) []any {
	v := a.Value.Resolve()
	if a.Key == "" && v.Kind() != slog.KindGroup {
		return pairs // the empty attribute, which handlers ignore
	}

	if v.Kind() != slog.KindGroup {
		return append(pairs, prefix+a.Key, plain(v))
	}

	if a.Key != "" {
		prefix += a.Key + "."
	}

	for _, inner := range v.Group() {
		pairs = appendAttr(pairs, prefix, inner)
	}

	return pairs
}

// plain is a value that can be printed without looking into anybody's memory.
func plain(v slog.Value) any {
	if v.Kind() != slog.KindAny {
		return v.Any()
	}

	switch x := v.Any().(type) {
	case nil, error, fmt.Stringer:
		return x
	default:
		return fmt.Sprintf("%T", x)
	}
}

func hclogLevel(l slog.Level) hclog.Level {
	switch {
	case l <= levelTrace:
		return hclog.Trace
	case l < slog.LevelInfo:
		return hclog.Debug
	case l < slog.LevelWarn:
		return hclog.Info
	case l < slog.LevelError:
		return hclog.Warn
	default:
		return hclog.Error
	}
}
