package experiments

import (
	"context"
	"time"

	"github.com/asynkron/protoactor-go/actor"

	"github.com/troupe-mq/troupe/actors"
)

// watcher is an actor of our own in the broker's tree, which watches a
// connection. This is how presence, or a last will, can be built.
type watcher struct {
	path string // of the connection
	gone chan<- time.Time
}

// Receive handles the watcher's messages.
func (w *watcher) Receive(ctx actor.Context) {
	switch ctx.Message().(type) {
	case *actor.Started:
		ctx.Watch(ctx.ActorSystem().NewLocalPID(w.path))
	case *actor.Terminated:
		w.gone <- time.Now()
	}
}

var deathWatch = Experiment{
	Title: "an actor that watches a connection",
	Expect: "However a connection ends, by a crash or because its client hangs up, whoever watches its actor is sent " +
		"Terminated within milliseconds, and its subscriptions are gone soon after.",
	run: func(b *bench) {
		broker := b.broker(actors.Config{Partitions: 2})
		for _, end := range []struct {
			how  string
			does func(*client)
		}{
			{"crashes", func(c *client) { panics(broker, c.path()) }},
			{"hangs up", func(c *client) { c.Close() }},
		} {
			c := b.client(broker, "SUB presence 1", "SUB presence.> 2")
			gone := make(chan time.Time, 1)
			_, err := broker.AddService(actors.Service{
				Name: "watcher-" + c.path()[len("connections/"):], Role: "watcher",
				Produce: func() actor.Actor { return &watcher{path: "troupe/" + c.path(), gone: gone} },
			})
			must(err)
			began := time.Now()
			end.does(c)
			select {
			case at := <-gone:
				b.check(at.Sub(began) < soon, "the client %s: Terminated after %s", end.how, at.Sub(began))
			case <-time.After(patience):
				b.check(false, "the client %s: no Terminated", end.how)
			}
			until("its subscriptions are gone", func() bool {
				found, err := broker.Subscribers(context.Background(), "", "presence")
				must(err)
				return len(found) == 0
			})
			b.check(time.Since(began) < soon, "and its subscriptions have gone after %s", time.Since(began))
		}
	},
}
