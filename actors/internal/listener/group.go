package listener

import (
	"time"

	"github.com/asynkron/protoactor-go/actor"

	"github.com/troupe-mq/troupe/actors/internal/host"
	"github.com/troupe-mq/troupe/actors/internal/lab"
	"github.com/troupe-mq/troupe/supervisor"
)

// Group is the listeners in the tree: one that fails is opened again with patience; without
// any listener there is no broker, so that in the end it is given up.
func (v *Env) Group(all []*Listening) supervisor.Spec {
	o := supervisor.Options{
		Name: host.Listeners,
		Role: "listeners",
		Sink: v.Observe,
		Policy: supervisor.Policy{
			Kind:      supervisor.Transient,
			Intensity: 5,
			Period:    time.Minute,
			Backoff:   supervisor.Backoff{Min: 100 * time.Millisecond, Max: 5 * time.Second, Jitter: 0.1},
			Exceeded:  supervisor.Escalate,
		},
	}
	for _, at := range all {
		o.Children = append(o.Children, v.spec(at))
	}
	return supervisor.Sub(o, supervisor.Policy{Kind: supervisor.Permanent, Exceeded: supervisor.Escalate}, host.Mailbox()...)
}

func (v *Env) spec(at *Listening) supervisor.Spec {
	return host.Gauged(supervisor.Spec{Name: at.Name, Role: "listener"}, lab.Obedient(func() actor.Actor { return New(v, at) }))
}

// Exchange has the group serve addresses in the place of others. It waits for each as long as patience says.
func (v *Env) Exchange(gone, added []*Listening, patience time.Duration) {
	group := v.PID(host.Path(host.Listeners))
	for _, at := range gone {
		_ = v.System.Root.RequestFuture(group, supervisor.Remove{Name: at.Name, Gone: true}, patience).Wait() // one that hangs is said below
	}
	for _, at := range added {
		if _, err := supervisor.Add(v.System, group, v.spec(at), patience); err != nil {
			v.Logger.Error("an address is not served", "listener", at.Name, "error", err.Error())
		}
	}
}

// Stop stops listeners: nobody new comes in by them.
func (v *Env) Stop(all []*Listening) {
	for _, at := range all {
		_ = v.System.Root.StopFuture(v.PID(at.Path())).Wait() // one that hangs shows when the tree is stopped
	}
}
