package logging

import (
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/hashicorp/go-hclog"

	"github.com/troupe-mq/troupe/actors/oneline"
)

// Format is the form of a line.
type Format int

const (
	// Text is hclog's form for people.
	Text Format = iota
	// JSON is one object on each line.
	JSON
	// NATS is the form of NATS servers, for tools that read their logs.
	NATS
)

// ParseFormat gives a format by its name: text, json or nats.
func ParseFormat(name string) (Format, error) {
	switch strings.ToLower(name) {
	case "text", "":
		return Text, nil
	case "json":
		return JSON, nil
	case "nats":
		return NATS, nil
	}
	return Text, fmt.Errorf("%q is not a log format: text, json or nats", name)
}

// String is the name of a format.
func (f Format) String() string {
	switch f {
	case JSON:
		return "json"
	case NATS:
		return "nats"
	default:
		return "text"
	}
}

// Options say what is logged, how, and where to.
type Options struct {
	// Debug and Trace lower the level; Trace includes Debug.
	Debug, Trace bool
	// Format is the form of a line.
	Format Format
	// Time puts the time in front; UTC takes it in UTC.
	Time, UTC bool
	// File is the log file. Without one the log goes to Syslog, which is an address
	// as ParseSyslog takes it, or to the syslog of this machine if LocalSyslog is
	// set, or else to standard error.
	File        string
	Syslog      string
	LocalSyslog bool
	// SizeLimit rotates the file before it is larger, in bytes; 0 never does.
	SizeLimit int64
	// MaxFiles is how many files a rotation leaves, the current one included; 0
	// leaves all.
	MaxFiles int
}

// Log is the process's logger. Options can be exchanged while others log.
type Log struct {
	hclog.InterceptLogger
	stderr io.Writer

	mu  sync.RWMutex
	out *Outlet
}

// Outlet is where lines go, in which form.
type Outlet struct {
	options Options
	sink    hclog.SinkAdapter
	file    *File     // nil if it is none
	out     io.Closer // the file or the syslog, nil for standard error
}

// Open makes the logger. Where it writes to stderr it does so in colour if that is
// a terminal.
func Open(o Options, stderr io.Writer) (*Log, error) {
	l := &Log{stderr: stderr}
	out, err := l.Prepare(o)
	if err != nil {
		return nil, err
	}
	l.out = out
	l.InterceptLogger = hclog.NewInterceptLogger(&hclog.LoggerOptions{
		Level:       o.level(),
		Output:      io.Discard, // the outlet does the writing
		DisableTime: true,
	})
	l.RegisterSink(l)
	return l, nil
}

// Prepare opens what other options need. Nothing changes before [Log.Use]; what
// is not used is to be closed.
func (l *Log) Prepare(o Options) (*Outlet, error) {
	out := &Outlet{options: o}
	w := l.stderr
	switch {
	case o.File != "":
		f, err := OpenFile(o.File, o.SizeLimit, o.MaxFiles)
		if err != nil {
			return nil, err
		}
		out.file, out.out, w = f, f, f
	case o.Syslog != "" || o.LocalSyslog:
		s, err := OpenSyslog(o.Syslog)
		if err != nil {
			return nil, err
		}
		out.out, w = s, s
		o.Time = false // it has its own
	}
	if o.Format == NATS {
		out.sink = newNATSSink(o, w)
		return out, nil
	}
	h := &hclog.LoggerOptions{
		Level:       o.level(),
		Output:      w,
		DisableTime: !o.Time,
		JSONFormat:  o.Format == JSON,
		TimeFn:      o.now,
	}
	if o.Format == Text && IsTerminal(w) {
		h.Color = hclog.AutoColor // by itself it would colour whatever is not a file
	}
	out.sink = hclog.NewSinkAdapter(h)
	return out, nil
}

// Use puts other options into force. No line is lost.
func (l *Log) Use(next *Outlet) {
	l.mu.Lock()
	old := l.out
	l.out = next
	l.mu.Unlock()
	l.SetLevel(next.options.level())
	if err := old.Close(); err != nil {
		l.Warn("the old log file was not closed well", "error", err)
	}
}

// Accept takes an event that was logged anywhere in the process, and makes one line
// of it in any form.
func (l *Log) Accept(name string, level hclog.Level, msg string, args ...any) {
	l.mu.RLock()
	defer l.mu.RUnlock()
	msg, args = oneline.Line(level, msg, args)
	l.out.sink.Accept(oneline.Cut(name, oneline.Most), level, msg, args...)
}

func (o Options) level() hclog.Level {
	switch {
	case o.Trace:
		return hclog.Trace
	case o.Debug:
		return hclog.Debug
	default:
		return hclog.Info
	}
}

func (o Options) now() time.Time {
	if o.UTC {
		return time.Now().UTC()
	}
	return time.Now()
}

// IsTerminal takes every character device for a terminal: nobody minds colours
// in /dev/null.
func IsTerminal(out io.Writer) bool {
	f, ok := out.(*os.File)
	if !ok {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}

// current is the outlet in force.
func (l *Log) current() *Outlet {
	l.mu.RLock()
	defer l.mu.RUnlock()
	return l.out
}

// Elsewhere reports whether the log goes to a file or a syslog.
func (l *Log) Elsewhere() bool { return l.current().out != nil }

// Reopen opens the log file again by its name, after somebody moved it away.
func (l *Log) Reopen() {
	out := l.current()
	if out.file == nil {
		l.Info("File log re-open ignored, not logging to a file")
		return
	}
	if err := out.file.Reopen(); err != nil {
		l.Error("File log not re-opened", "error", err)
		return
	}
	l.Info("File log re-opened")
}

// Close closes the file or the syslog. Lines that are logged later are lost.
func (l *Log) Close() error { return l.current().Close() }

// Close closes the file or the syslog, if there is one.
func (o *Outlet) Close() error {
	if o.out == nil {
		return nil
	}
	return o.out.Close()
}
