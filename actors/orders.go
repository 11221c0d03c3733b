package actors

import (
	"context"

	"github.com/troupe-mq/troupe/actors/internal/connection"
	"github.com/troupe-mq/troupe/actors/internal/follow"
	"github.com/troupe-mq/troupe/actors/report"
)

// This file is what can be done with one connection: to see what it does, and to have it go.

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

// MostFollowed is how many lines of a connection are told to who follows it.
const MostFollowed = 10_000

// Follow tells what one client and the broker say to each other, line by line and without payloads, until ctx is
// done, the connection ends, or MostFollowed lines are told. The channel is closed then. Nobody waits for who reads
// it: what does not fit is left out, and counted. A connection has one follower; the last one who asks. The error is
// one of Kick.
func (b *Broker) Follow(ctx context.Context, cid uint64) (<-chan report.Line, error) {
	f, lines := follow.New(MostFollowed)
	if err := b.asker.Order(ctx, cid, func(answer chan<- error) any { return &connection.Follow{By: f, Answer: answer} }); err != nil {
		f.End()
		return nil, err
	}
	context.AfterFunc(ctx, f.End)
	return lines, nil
}

// Kick closes the connection of one client, with the reason report.Kicked. What is queued for the client is still
// sent. Nothing keeps it from coming back. The error is report.ErrNoConnection, report.ErrStopped, or that the
// connection did not answer within ctx.
func (b *Broker) Kick(ctx context.Context, cid uint64) error {
	return b.asker.Order(ctx, cid, func(answer chan<- error) any { return &connection.Kick{Answer: answer} })
}

// LameDuckConnection tells one client to go elsewhere, as if the whole broker were to end. Its connection stays.
// The error is report.ErrNotInformed for a client that does not understand it, or one of Kick.
func (b *Broker) LameDuckConnection(ctx context.Context, cid uint64) error {
	return b.asker.Order(ctx, cid, func(answer chan<- error) any { return &connection.GoElsewhere{Answer: answer} })
}
