package actors

import (
	"context"

	"github.com/troupe-mq/troupe/actors/internal/connection"
)

// Trail is what one client did last, oldest first: the time of day and the command, without its payload. With the
// failure of a connection it is told as supervisor.Event.Trail. The error is one of Kick.
func (b *Broker) Trail(ctx context.Context, cid uint64) ([]string, error) {
	lines := make(chan []string, 1)
	err := b.asker.Order(ctx, cid, func(answer chan<- error) any { return &connection.TellTrail{Lines: lines, Answer: answer} })
	if err != nil {
		return nil, err
	}
	return <-lines, nil
}
