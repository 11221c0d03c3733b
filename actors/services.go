package actors

import (
	"fmt"
	"time"

	"github.com/asynkron/protoactor-go/actor"

	"github.com/troupe-mq/troupe/actors/internal/host"
	"github.com/troupe-mq/troupe/actors/internal/lab"
	"github.com/troupe-mq/troupe/actors/internal/survey"
	"github.com/troupe-mq/troupe/actors/report"
	"github.com/troupe-mq/troupe/supervisor"
)

// Service is an actor that serves the people around the broker and not its clients. The HTTP monitoring is one.
type Service struct {
	Name    string         // under monitor/ in the tree; it is unique
	Role    string         // what the tree calls services of this kind
	Produce actor.Producer // makes the actor, and makes it anew for each restart
}

// AddService starts a service, under monitor/ in the tree. It is restarted with a back-off, however often it
// fails. The error is report.ErrStopped, or that the name is taken.
func (b *Broker) AddService(s Service) (*actor.PID, error) {
	if b.asker.Stopped() {
		return nil, report.ErrStopped
	}
	pid, err := supervisor.Add(b.host.System, b.host.PID(host.Path(host.Monitor)), host.Gauged(supervisor.Spec{Name: s.Name, Role: s.Role}, lab.Obedient(s.Produce)), time.Second)
	if err != nil {
		return nil, fmt.Errorf("troupe: %w", err)
	}
	return pid, nil
}

// RemoveService stops a service for good. It does not wait for the end. The error is report.ErrStopped, or that
// there is no such service.
func (b *Broker) RemoveService(name string) error { return b.remove(host.Monitor, name) }

// remove stops a child of a group for good.
func (b *Broker) remove(from, name string) error {
	if b.asker.Stopped() {
		return report.ErrStopped
	}
	answer, err := b.host.System.Root.RequestFuture(b.host.PID(host.Path(from)), supervisor.Remove{Name: name}, survey.AskWait).Result()
	if refused, ok := answer.(error); ok {
		err = refused
	}
	if err != nil {
		return fmt.Errorf("troupe: %w", err)
	}
	b.failures.Forget(host.Path(from, name))
	return nil
}
