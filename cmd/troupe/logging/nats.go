package logging

import (
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"sync"

	"github.com/hashicorp/go-hclog"
)

// labels are the levels in the words of NATS servers, and their colours.
var labels = map[hclog.Level]struct{ name, colour string }{
	hclog.Trace: {"TRC", "33"},
	hclog.Debug: {"DBG", "36"},
	hclog.Info:  {"INF", "32"},
	hclog.Warn:  {"WRN", "33"},
	hclog.Error: {"ERR", "31"},
}

// natsSink writes lines in the form of NATS servers:
//
//	[PID] 2026/11/22 21:58:23.532415 [INF] text key=value
//
// It is given nothing that does not fit on a line.
type natsSink struct {
	options Options
	colour  bool
	pid     string

	mu  sync.Mutex
	out io.Writer
}

func newNATSSink(o Options, out io.Writer) *natsSink {
	return &natsSink{
		options: o,
		colour:  isTerminal(out),
		pid:     "[" + strconv.Itoa(os.Getpid()) + "] ",
		out:     out,
	}
}

// Accept writes one line. It is called for every level, whatever the logger's.
func (s *natsSink) Accept(name string, level hclog.Level, msg string, args ...any) {
	if level < s.options.level() {
		return
	}
	var b strings.Builder
	b.WriteString(s.pid)
	if s.options.Time {
		b.WriteString(s.options.now().Format("2006/01/02 15:04:05.000000 "))
	}
	label := labels[level]
	if s.colour {
		fmt.Fprintf(&b, "[\x1b[%sm%s\x1b[0m] ", label.colour, label.name)
	} else {
		b.WriteString("[" + label.name + "] ")
	}
	if name != "" {
		b.WriteString(name + ": ")
	}
	b.WriteString(msg)
	for i := 0; i+1 < len(args); i += 2 {
		b.WriteString(" " + fmt.Sprint(args[i]) + "=" + valueText(args[i+1]))
	}
	b.WriteByte('\n')
	s.mu.Lock()
	defer s.mu.Unlock()
	if out, ok := s.out.(hclog.LevelWriter); ok {
		_, _ = out.LevelWrite(level, []byte(b.String())) // there is nowhere to report it
		return
	}
	_, _ = io.WriteString(s.out, b.String()) // there is nowhere to report it
}

// valueText is a value, in quotes if it would not be read as one word.
func valueText(v any) string {
	text := fmt.Sprint(v)
	if f, ok := v.(hclog.Format); ok && len(f) > 0 {
		text = fmt.Sprintf(fmt.Sprint(f[0]), f[1:]...)
	}
	if text == "" || strings.ContainsAny(text, ` ="\`) {
		return `"` + strings.ReplaceAll(text, `"`, `\"`) + `"`
	}
	return text
}
