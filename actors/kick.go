package actors

import (
	"context"
	"errors"

	"github.com/troupe-mq/troupe/actors/internal/connection"
	"github.com/troupe-mq/troupe/actors/internal/host"
	"github.com/troupe-mq/troupe/actors/internal/survey"
)

// Kick closes the connection of one client, with the reason report.Kicked. What is queued for the client is still
// sent. Nothing keeps it from coming back. The error is report.ErrNoConnection, report.ErrStopped, or that the
// connection did not answer within ctx.
func (b *Broker) Kick(ctx context.Context, cid uint64) error {
	return b.order(ctx, cid, func(answer chan<- error) any { return &connection.Kick{Answer: answer} })
}

// LameDuckConnection tells one client to go elsewhere, as if the whole broker were to end. Its connection stays.
// The error is report.ErrNotInformed for a client that does not understand it, or one of Kick.
func (b *Broker) LameDuckConnection(ctx context.Context, cid uint64) error {
	return b.order(ctx, cid, func(answer chan<- error) any { return &connection.GoElsewhere{Answer: answer} })
}

// order has one connection do something, and waits until it has begun.
func (b *Broker) order(ctx context.Context, cid uint64, what func(answer chan<- error) any) error {
	pid := b.host.PID(host.Path(host.Connections, host.ConnectionName(cid)))
	refused, err := survey.Ask(ctx, b.asker, pid, what)
	return errors.Join(err, refused)
}
