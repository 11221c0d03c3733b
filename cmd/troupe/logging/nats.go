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
		colour:  IsTerminal(out),
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
	args = s.writeClient(&b, args)
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

// writeClient begins a line about a client as NATS servers do, with its address and its number, and returns what else
// there is to say.
func (s *natsSink) writeClient(b *strings.Builder, args []any) []any {
	client, cid := pair(args, "client"), pair(args, "cid")
	if client < 0 || cid < 0 {
		return args
	}
	fmt.Fprintf(b, "%s - cid:%v - ", valueText(args[client+1]), args[cid+1])
	rest := make([]any, 0, len(args))
	for i := 0; i+1 < len(args); i += 2 {
		if i != client && i != cid {
			rest = append(rest, args[i], args[i+1])
		}
	}
	return rest
}

// pair is where a key is among pairs, less than 0 if it is not there.
func pair(args []any, key string) int {
	for i := 0; i+1 < len(args); i += 2 {
		if args[i] == key {
			return i
		}
	}
	return -1
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
