package logging

import (
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/hashicorp/go-hclog"
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

// Log is the process's logger, and what it writes to.
type Log struct {
	hclog.Logger
	file *File     // nil if it is none
	out  io.Closer // the file or the syslog, nil for standard error
}

// Open makes the logger. Where it writes to stderr it does so in colour if that is
// a terminal.
func Open(o Options, stderr io.Writer) (*Log, error) {
	l := &Log{}
	out := stderr
	switch {
	case o.File != "":
		f, err := OpenFile(o.File, o.SizeLimit, o.MaxFiles)
		if err != nil {
			return nil, err
		}
		l.file, l.out, out = f, f, f
	case o.Syslog != "" || o.LocalSyslog:
		s, err := OpenSyslog(o.Syslog)
		if err != nil {
			return nil, err
		}
		l.out, out = s, s
		o.Time = false // it has its own
	}
	h := &hclog.LoggerOptions{
		Level:       o.level(),
		Output:      out,
		DisableTime: !o.Time,
		JSONFormat:  o.Format == JSON,
		TimeFn:      o.now,
	}
	if o.Format == Text && isTerminal(out) {
		h.Color = hclog.AutoColor // by itself it would colour whatever is not a file
	}
	if o.Format != NATS {
		l.Logger = hclog.New(h)
		return l, nil
	}
	h.Output = io.Discard // the sink does the writing
	intercept := hclog.NewInterceptLogger(h)
	intercept.RegisterSink(newNATSSink(o, out))
	l.Logger = intercept
	return l, nil
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

// isTerminal takes every character device for a terminal: nobody minds colours
// in /dev/null.
func isTerminal(out io.Writer) bool {
	f, ok := out.(*os.File)
	if !ok {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}

// Elsewhere reports whether the log goes to a file or a syslog.
func (l *Log) Elsewhere() bool { return l.out != nil }

// Reopen opens the log file again by its name, after somebody moved it away.
func (l *Log) Reopen() {
	if l.file == nil {
		l.Info("File log re-open ignored, not logging to a file")
		return
	}
	if err := l.file.Reopen(); err != nil {
		l.Error("File log not re-opened", "error", err)
		return
	}
	l.Info("File log re-opened")
}

// Close closes the file or the syslog. Lines that are logged later are lost.
func (l *Log) Close() error {
	if l.out == nil {
		return nil
	}
	return l.out.Close()
}
