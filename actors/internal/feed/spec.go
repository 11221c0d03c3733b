package feed

import (
	"time"

	"github.com/asynkron/protoactor-go/actor"

	"github.com/troupe-mq/troupe/actors/internal/host"
	"github.com/troupe-mq/troupe/actors/tap"
	"github.com/troupe-mq/troupe/supervisor"
)

// Actor is the actor of the tap as the tree has it. It has a goroutine of its own, and is never run by who posts to
// it. deadLetter is told what it is sent when it is gone.
func (f *Feed) Actor(produce actor.Producer, deadLetter func(message any)) supervisor.Spec {
	t := NewRunner(f, deadLetter)
	props := actor.PropsFromProducer(produce,
		actor.WithMailbox(t.Mailbox),
		actor.WithDispatcher(actor.NewDefaultDispatcher(throughput)),
		actor.WithReceiverMiddleware(supervisor.Guard(f.host.Crashed), t.Around))
	return supervisor.Spec{
		Name: f.Spec.Name, Role: host.TapRole, Props: props, Policy: policy(&f.Spec),
		Gauge: func() supervisor.Gauge { return f },
	}
}

// throughput is how many rounds of its mailbox one goroutine of a tap does.
const throughput = 64

// policy: a tap is started again with patience. One that may lose something is
// given up in the end; without one that may not, nothing could be published that
// it wants, so that there is no end to the attempts.
func policy(s *tap.Spec) supervisor.Policy {
	p := supervisor.Policy{
		Kind:      supervisor.Permanent,
		Intensity: 10,
		Period:    time.Minute,
		Backoff:   supervisor.Backoff{Min: 50 * time.Millisecond, Max: 5 * time.Second, Jitter: 0.1},
	}
	if !s.MayLose() {
		p.Intensity = -1
	}
	return p
}
