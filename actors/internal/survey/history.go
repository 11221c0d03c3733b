package survey

import (
	"context"
	"time"

	"github.com/troupe-mq/troupe/actors/internal/history"
	"github.com/troupe-mq/troupe/actors/internal/host"
	"github.com/troupe-mq/troupe/supervisor"
)

// History is up to n of the newest supervision events, newest first; all that are kept if n is not positive.
func (a *Asker) History(ctx context.Context, n int) ([]supervisor.Event, error) {
	return Ask(ctx, a, a.Host.PID(host.Path(host.Monitor, host.History)), func(answer chan<- []supervisor.Event) any {
		return &history.Newest{N: n, Answer: answer}
	})
}

// Decision is what the supervisor decided about an actor since a moment.
func (a *Asker) Decision(ctx context.Context, path string, since time.Time) (supervisor.Directive, error) {
	for _, n := range []int{recentEvents, 0} { // all of them are a lot to copy, and garbage afterwards
		events, err := a.History(ctx, n)
		if err != nil {
			return "", err
		}
		for _, e := range events {
			if e.Path == path && e.What == supervisor.Failed && !e.Time.Before(since) {
				return e.Directive, nil
			}
		}
		if len(events) > 0 && events[len(events)-1].Time.Before(since) {
			break // nothing that is older can be it
		}
	}
	return "", nil
}

// recentEvents is how far back a failure usually is that has just happened.
const recentEvents = 32
