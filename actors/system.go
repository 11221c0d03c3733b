package actors

import (
	"log/slog"

	"github.com/asynkron/protoactor-go/actor"

	"github.com/troupe-mq/troupe/supervisor"
)

// frameworkLines is how many lines a second of one text the actor framework may
// log: it writes one for every panic.
const frameworkLines = 5

// newSystem makes the actor system of a broker, which logs where the broker does.
func newSystem(config Config) *actor.ActorSystem {
	logger := slog.New(supervisor.SlogHandler(config.Logger.Named("actors"), frameworkLines))
	return actor.NewActorSystem(
		actor.WithLoggerFactory(func(*actor.ActorSystem) *slog.Logger { return logger }),
	)
}
