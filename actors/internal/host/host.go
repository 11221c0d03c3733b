package host

import (
	"time"

	"github.com/asynkron/protoactor-go/actor"
	"github.com/hashicorp/go-hclog"

	"github.com/troupe-mq/troupe/supervisor"
	"github.com/troupe-mq/troupe/supervisor/logs"
)

// Host is what the process gives every actor of a broker. It is safe for any
// goroutine.
type Host struct {
	System *actor.ActorSystem
	Logger hclog.Logger

	orphans    hclog.Logger // nil if there is a logger
	sink       func(supervisor.Event)
	complaints *logs.Throttle
	workers    workers
}

// New makes a host that logs to logger. The sink is given every event of the
// tree, on the goroutine that it happens on: it must not block.
func New(logger hclog.Logger, sink func(supervisor.Event)) *Host {
	return &Host{
		System:     newSystem(logger),
		Logger:     logger,
		orphans:    orphans(logger),
		sink:       sink,
		complaints: newComplaints(logger),
		workers:    workers{waiting: make(chan task)},
	}
}

// Now is the time.
func (h *Host) Now() time.Time { return time.Now() }

// Observe passes an event on to the broker.
func (h *Host) Observe(e supervisor.Event) { h.sink(e) }

// Crashed makes an event of a crash that was caught in a goroutine, of which no
// supervisor will hear.
func (h *Host) Crashed(name string, c *supervisor.Crash) {
	h.Observe(supervisor.Event{
		Time: h.Now(), What: supervisor.Failed, Path: Root + "/" + name, Role: "goroutine", Directive: supervisor.Stop,
		Failure: c.Error(), Reason: "nobody supervises a goroutine", Stack: c.Frames(8), Err: c,
	})
}

// PID is the address of the actor with that path, whether there is one or not.
func (h *Host) PID(path string) *actor.PID { return h.System.NewLocalPID(path) }

// Send posts a message to an actor. Where the actor is idle it runs at once, on this
// goroutine.
func (h *Host) Send(to *actor.PID, message any) { h.System.Root.Send(to, message) }
