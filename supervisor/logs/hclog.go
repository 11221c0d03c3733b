package logs

import (
	"context"
	"io"
	"log/slog"

	"github.com/hashicorp/go-hclog"
)

// HclogLogger is SlogHandler the other way round: an hclog logger that writes to a handler of slog. The name of a logger
// is the attribute "logger", and hclog's Trace is one step below slog's Debug. Levels that the handler does not take
// now are left out from then on.
func HclogLogger(h slog.Handler) hclog.Logger {
	l := hclog.NewInterceptLogger(&hclog.LoggerOptions{Output: io.Discard, Level: lowestLevel(h)})
	l.RegisterSink(&slogSink{slog.New(h)})

	return l
}

// levels are those of hclog, and what each is to slog.
var levels = []struct {
	hclog hclog.Level
	slog  slog.Level
}{
	{hclog.Trace, levelTrace},
	{hclog.Debug, slog.LevelDebug},
	{hclog.Info, slog.LevelInfo},
	{hclog.Warn, slog.LevelWarn},
	{hclog.Error, slog.LevelError},
}

// lowestLevel is the lowest level that a handler takes.
func lowestLevel(h slog.Handler) hclog.Level {
	for _, l := range levels {
		if h.Enabled(context.Background(), l.slog) {
			return l.hclog
		}
	}

	return hclog.Off
}

// slogSink is where such a logger writes to.
type slogSink struct{ out *slog.Logger }

// Accept writes one line.
func (s *slogSink) Accept(name string, level hclog.Level, message string, args ...any) {
	if name != "" {
		args = append([]any{"logger", name}, args...)
	}

	for _, l := range levels {
		if l.hclog == level {
			s.out.Log(context.Background(), l.slog, message, args...)
		}
	}
}
