package oneline

import (
	"io"
	"log"

	"github.com/hashicorp/go-hclog"
)

// Logger is l, and what it writes is one line for each event.
//
// One that says where it is called from names this package, unless it is told to
// look one call further: hclog.LoggerOptions.AdditionalLocationOffset.
func Logger(l hclog.Logger) hclog.Logger {
	if already, ok := l.(*logger); ok {
		return already
	}
	return &logger{l}
}

// logger leaves to the one inside all that writes nothing.
type logger struct{ hclog.Logger }

// Log logs at a level.
func (l *logger) Log(level hclog.Level, message string, args ...any) {
	message, args = Line(level, message, args)
	l.Logger.Log(level, message, args...)
}

// Trace logs at that level.
func (l *logger) Trace(message string, args ...any) {
	message, args = Line(hclog.Trace, message, args)
	l.Logger.Trace(message, args...)
}

// Debug logs at that level.
func (l *logger) Debug(message string, args ...any) {
	message, args = Line(hclog.Debug, message, args)
	l.Logger.Debug(message, args...)
}

// Info logs at that level.
func (l *logger) Info(message string, args ...any) {
	message, args = Line(hclog.Info, message, args)
	l.Logger.Info(message, args...)
}

// Warn logs at that level.
func (l *logger) Warn(message string, args ...any) {
	message, args = Line(hclog.Warn, message, args)
	l.Logger.Warn(message, args...)
}

// Error logs at that level.
func (l *logger) Error(message string, args ...any) {
	message, args = Line(hclog.Error, message, args)
	l.Logger.Error(message, args...)
}

// With is a logger that adds pairs to each line.
func (l *logger) With(args ...any) hclog.Logger { return &logger{l.Logger.With(Args(args)...)} }

// Named is a logger with one more part in its name.
func (l *logger) Named(name string) hclog.Logger {
	return &logger{l.Logger.Named(Cut(name, Most))}
}

// ResetNamed is a logger with another name.
func (l *logger) ResetNamed(name string) hclog.Logger {
	return &logger{l.Logger.ResetNamed(Cut(name, Most))}
}

// StandardLogger is for those who know package log only.
func (l *logger) StandardLogger(o *hclog.StandardLoggerOptions) *log.Logger {
	return log.New(l.StandardWriter(o), "", 0)
}

// StandardWriter logs what is written to it, each Write as one event.
func (l *logger) StandardWriter(o *hclog.StandardLoggerOptions) io.Writer {
	return events{l.Logger.StandardWriter(o)}
}

// events takes whole events. Package net/http writes stacks of several lines.
type events struct{ out io.Writer }

// Write passes an event on.
func (e events) Write(p []byte) (int, error) {
	if _, err := io.WriteString(e.out, Cut(folded(string(p)), Most)); err != nil {
		return 0, err
	}
	return len(p), nil
}
