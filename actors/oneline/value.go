package oneline

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/hashicorp/go-hclog"
)

// Line is what a logger is to be given of an event. The message of a trace is not
// cut: whoever traces the protocol has a limit of their own.
func Line(level hclog.Level, message string, args []any) (string, []any) {
	if level == hclog.Trace {
		return Text(message), Args(args)
	}
	return Cut(message, Most), Args(args)
}

// Args are keys and values that stay on one line. They are the same slice where
// there is nothing to change.
func Args(args []any) []any {
	safe := args
	if n := len(args); n%2 != 0 {
		if stack, ok := args[n-1].(hclog.CapturedStacktrace); ok { // it needs no key
			safe = append(slices.Clone(args[:n-1]), "stacktrace", stack)
		}
	}
	for i := range safe {
		v, same := value(safe[i])
		if same {
			continue
		}
		if &safe[0] == &args[0] {
			safe = slices.Clone(args)
		}
		safe[i] = v
	}
	return safe
}

// value is v, or a text in its place. Kinds that are not named here are shown as
// package fmt shows them, as loggers do.
func value(v any) (safe any, same bool) {
	text := ""
	switch v := v.(type) {
	case nil, bool, int, int8, int16, int32, int64, uint, uint8, uint16, uint32, uint64, float32, float64,
		time.Duration, time.Time, hclog.Hex, hclog.Octal, hclog.Binary:
		return v, true
	case hclog.CapturedStacktrace:
		return shown(folded(string(v))), false
	case []string:
		return list(v)
	case string:
		text = v
	case hclog.Format:
		text = formatted(v)
	default:
		text = fmt.Sprint(v) // which survives a nil pointer with an Error method
	}
	if s := shown(text); s != text {
		return s, false
	}
	return v, true
}

// list keeps the elements apart, which loggers do as well.
func list(all []string) (safe any, same bool) {
	texts := all
	for i, s := range all {
		one := shown(s)
		if one == s {
			continue
		}
		if &texts[0] == &all[0] {
			texts = slices.Clone(all)
		}
		texts[i] = one
	}
	return texts, len(all) == 0 || &texts[0] == &all[0]
}

// formatted is what hclog.Fmt stands for.
func formatted(f hclog.Format) string {
	if len(f) == 0 {
		return ""
	}
	return fmt.Sprintf(fmt.Sprint(f[0]), f[1:]...)
}

// shown is a value's text. Forms that put it into quotes escape the quotes in it
// but no backslash: one in front of a quote would end the value early.
func shown(s string) string {
	s = Cut(s, Most)
	if !strings.Contains(s, `\"`) && !strings.HasSuffix(s, `\`) {
		return s
	}
	s = strings.ReplaceAll(s, `\"`, `\x5c"`)
	if rest, ok := strings.CutSuffix(s, `\`); ok {
		s = rest + `\x5c`
	}
	return Cut(s, Most)
}
