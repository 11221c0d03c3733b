package host

import (
	"sync/atomic"

	"github.com/asynkron/protoactor-go/actor"

	"github.com/troupe-mq/troupe/actors/mailbox"
	"github.com/troupe-mq/troupe/supervisor"
)

// Mailbox is how the broker's own actors are run: by whoever posts to them.
func Mailbox() []actor.PropsOption {
	return []actor.PropsOption{
		actor.WithMailbox(mailbox.Producer()),
		actor.WithDispatcher(mailbox.CallerRuns{}),
	}
}

// Gauged completes a spec with props and a mailbox that the tree can look into.
func Gauged(s supervisor.Spec, produce actor.Producer, opts ...actor.PropsOption) supervisor.Spec {
	var box atomic.Pointer[mailbox.Mailbox] // that of the latest incarnation
	s.Props = actor.PropsFromProducer(produce,
		actor.WithMailbox(func() actor.Mailbox {
			m := mailbox.New()
			box.Store(m)
			return m
		}),
		actor.WithDispatcher(mailbox.CallerRuns{}))
	s.Props.Configure(opts...)
	s.Gauge = func() supervisor.Gauge {
		if m := box.Load(); m != nil {
			return m
		}
		return nil
	}
	return s
}
