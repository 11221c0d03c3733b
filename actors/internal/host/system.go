package host

import (
	"context"
	"log/slog"
	"runtime"
	"strings"

	"github.com/asynkron/protoactor-go/actor"
	"github.com/hashicorp/go-hclog"

	"github.com/troupe-mq/troupe/supervisor/logs"
)

// frameworkLines is how many lines a second of one text the actor framework may
// log: it writes one for every panic.
const frameworkLines = 5

// NoLogger is the logger of a broker that was given none: it is silent. What actors of others log, and that they have
// failed, goes to the default of slog all the same: their author has nowhere else to look.
type NoLogger struct{ hclog.Logger }

// Silent makes one.
func Silent() NoLogger { return NoLogger{hclog.NewNullLogger()} }

// LoggerOf takes what there is to say about the actor with that path.
func (h *Host) LoggerOf(path string) hclog.Logger {
	if h.orphans != nil && (strings.HasPrefix(path, Path(Actors, "")) || strings.HasPrefix(path, Path(Taps, ""))) {
		return h.orphans
	}
	return h.Logger
}

// orphans is where actors of others log that have no logger, nil if they have one.
func orphans(log hclog.Logger) hclog.Logger {
	if _, none := log.(NoLogger); none {
		return logs.HclogLogger(slog.Default().Handler())
	}
	return nil
}

// newSystem makes the actor system of a broker, which logs where the broker does.
func newSystem(log hclog.Logger) *actor.ActorSystem {
	handler, least := logs.SlogHandler(log.Named("actors"), frameworkLines), slog.LevelWarn
	switch _, none := log.(NoLogger); {
	case none:
		handler, least = slog.Default().Handler(), slog.LevelError+1
	case log.IsDebug():
		least = slog.LevelDebug
	}
	logger := slog.New(quiet{handler, least})
	return actor.NewActorSystem(
		actor.WithLoggerFactory(func(*actor.ActorSystem) *slog.Logger { return logger }),
	)
}

// quiet leaves out what the framework says about every start and every crash, as
// long as nobody is debugging: each crash is logged already, with what was
// decided about it. What actors say by their contexts is not the framework's.
type quiet struct {
	slog.Handler
	least slog.Level // of what the framework says
}

// Flush logs what is still held back.
func (q quiet) Flush() {
	if f, ok := q.Handler.(interface{ Flush() }); ok {
		f.Flush()
	}
}

// framework is what the names of its functions begin with.
const framework = "github.com/asynkron/protoactor-go/"

// Handle writes a line, unless it is one of the framework's that nobody wants.
func (q quiet) Handle(ctx context.Context, r slog.Record) error {
	if r.Level < q.least {
		from, _ := runtime.CallersFrames([]uintptr{r.PC}).Next()
		if strings.HasPrefix(from.Function, framework) {
			return nil
		}
	}
	return q.Handler.Handle(ctx, r)
}

// WithAttrs keeps it quiet.
func (q quiet) WithAttrs(attrs []slog.Attr) slog.Handler {
	return quiet{q.Handler.WithAttrs(attrs), q.least}
}

// WithGroup keeps it quiet.
func (q quiet) WithGroup(name string) slog.Handler { return quiet{q.Handler.WithGroup(name), q.least} }
