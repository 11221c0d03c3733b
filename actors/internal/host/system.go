package host

import (
	"context"
	"log/slog"

	"github.com/asynkron/protoactor-go/actor"
	"github.com/hashicorp/go-hclog"

	"github.com/troupe-mq/troupe/supervisor"
)

// frameworkLines is how many lines a second of one text the actor framework may
// log: it writes one for every panic.
const frameworkLines = 5

// newSystem makes the actor system of a broker, which logs where the broker does.
func newSystem(log hclog.Logger) *actor.ActorSystem {
	logger := slog.New(quiet{supervisor.SlogHandler(log.Named("actors"), frameworkLines), log})
	return actor.NewActorSystem(
		actor.WithLoggerFactory(func(*actor.ActorSystem) *slog.Logger { return logger }),
	)
}

// quiet leaves out what the framework says about every start and every crash, as
// long as nobody is debugging: each crash is logged already, with what was
// decided about it.
type quiet struct {
	slog.Handler
	logger hclog.Logger
}

// Flush logs what is still held back.
func (q quiet) Flush() {
	if f, ok := q.Handler.(interface{ Flush() }); ok {
		f.Flush()
	}
}

// Enabled reports whether a level is worth a line.
func (q quiet) Enabled(ctx context.Context, level slog.Level) bool {
	return (level >= slog.LevelWarn || q.logger.IsDebug()) && q.Handler.Enabled(ctx, level)
}
