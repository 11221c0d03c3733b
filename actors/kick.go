package actors

import (
	"context"

	"github.com/troupe-mq/troupe/actors/internal/connection"
)

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
