package chaos_test

import (
	"github.com/asynkron/protoactor-go/actor"

	"github.com/troupe-mq/troupe/actors/audit"
	"github.com/troupe-mq/troupe/actors/tap"
)

// Misdeed is what an actor does with each message.
type Misdeed string

// The misdeeds.
const (
	panics Misdeed = "panics"
	hangs  Misdeed = "hangs"
	leaks  Misdeed = "leaks"  // a tap holds what it is given, and never lets go
	floods Misdeed = "floods" // an actor publishes as much as it can
)

// hold makes what an actor hangs in.
func (d *Desk) hold(name string) <-chan struct{} {
	over := make(chan struct{})
	d.hung[name] = over
	return over
}

// release has an actor come back that hangs.
func (d *Desk) release(name string) {
	if over := d.hung[name]; over != nil {
		close(over)
		delete(d.hung, name)
	}
}

// BadTap is a tap that does not do as it should.
type BadTap struct {
	Spec tap.Spec
	Does Misdeed
}

// misbehaving is a bad tap's actor.
type misbehaving struct {
	does Misdeed
	over <-chan struct{}
	kept []*tap.Batch
}

func (m *misbehaving) Receive(ctx actor.Context) {
	batch, ok := ctx.Message().(*tap.Batch)
	if !ok {
		return
	}
	switch m.does {
	case panics:
		panic("a tap that cannot do anything else")
	case hangs:
		<-m.over
	default:
		batch.Hold()
		m.kept = append(m.kept, batch)
	}
}

// AddTap adds a bad tap.
func (d *Desk) AddTap(s BadTap, _ *Nothing) error {
	over := d.hold(s.Spec.Name)
	return d.b.AddTap(s.Spec, func() actor.Actor { return &misbehaving{does: s.Does, over: over} })
}

// RemoveTap removes a tap. One that hangs comes back first.
func (d *Desk) RemoveTap(name string, _ *Nothing) error {
	d.release(name)
	return d.b.RemoveTap(name)
}

// Taps is how the taps are doing.
func (d *Desk) Taps(_ Nothing, all *[]tap.Status) error {
	*all = d.b.Taps()
	return nil
}

// AddAudit adds an audit log, under its name.
func (d *Desk) AddAudit(c audit.Config, name *string) error {
	spec, produce, err := audit.Tap(c)
	if err != nil {
		return err
	}
	*name = spec.Name
	return d.b.AddTap(spec, produce)
}
