package main

import (
	"fmt"
	"strings"
	"time"
	"unicode"
)

// clean is a text without what a terminal could take for a command.
func clean(s string) string {
	return strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return '·'
		}
		return r
	}, s)
}

// count is a number with three digits: 1.23M.
func count(n float64) string {
	for _, u := range []struct {
		size float64
		unit string
	}{{1e9, "G"}, {1e6, "M"}, {1e3, "k"}} {
		if n >= u.size {
			return short(n/u.size) + u.unit
		}
	}
	return fmt.Sprintf("%.0f", n)
}

func short(n float64) string {
	switch {
	case n >= 100:
		return fmt.Sprintf("%.0f", n)
	case n >= 10:
		return fmt.Sprintf("%.1f", n)
	default:
		return fmt.Sprintf("%.2f", n)
	}
}

// bytes is a size: 1.23 MB.
func bytes(n float64) string {
	if s := count(n); n >= 1000 {
		return s[:len(s)-1] + " " + s[len(s)-1:] + "B"
	}
	return fmt.Sprintf("%.0f B", n)
}

// milliseconds is a time that came as such.
func milliseconds(ms float64) string {
	d := time.Duration(ms * float64(time.Millisecond))
	switch {
	case d <= 0:
		return "–"
	case d < time.Millisecond:
		return d.Round(time.Microsecond).String()
	case d < time.Second:
		return d.Round(10 * time.Microsecond).String()
	default:
		return d.Round(time.Second).String()
	}
}

var bars = []rune(" ▁▂▃▄▅▆▇█")

// spark draws numbers as a row of bars.
func spark(all []float64) string {
	most := 1.0
	for _, n := range all {
		most = max(most, n)
	}
	var b strings.Builder
	for _, n := range all {
		b.WriteRune(bars[int(n/most*float64(len(bars)-1)+0.5)])
	}
	return b.String()
}

// bar is a measure of how full something is.
func bar(part float64) string {
	const wide = 8
	n := int(min(max(part, 0), 1)*wide + 0.5)
	return strings.Repeat("█", n) + strings.Repeat("░", wide-n)
}
