package actors

import (
	"context"
	"errors"
)

// What can be wrong with an order about one connection.
var (
	// ErrNoConnection is the error of a cid that no connected client has.
	ErrNoConnection = errors.New("troupe: no such client id")
	// ErrNotInformed is the error of a client that is not sent INFO: because of its
	// protocol, or because it has not sent CONNECT and PING yet.
	ErrNotInformed = errors.New("troupe: client does not support lame duck mode or is not ready to be told")
)

// kick asks a connection to end.
type kick struct{ answer chan<- error }

// IgnoreDeadLetterLogging: the client may have gone already.
func (*kick) IgnoreDeadLetterLogging() {}

// Kick closes the connection of one client, with the reason [Kicked]. What is
// queued for it is still sent. Nothing keeps the client from coming back.
func (b *Broker) Kick(ctx context.Context, cid uint64) error {
	return b.order(ctx, cid, func(answer chan<- error) any { return &kick{answer} })
}

// LameDuckConnection tells one client to go elsewhere, as if the whole broker
// were to end. Its connection stays.
func (b *Broker) LameDuckConnection(ctx context.Context, cid uint64) error {
	return b.order(ctx, cid, func(answer chan<- error) any { return &goElsewhere{answer} })
}

// order has one connection do something, and waits until it has begun.
func (b *Broker) order(ctx context.Context, cid uint64, what func(answer chan<- error) any) error {
	pid := b.hub.system.NewLocalPID(rootName + "/" + connectionsName + "/" + connectionName(cid))
	refused, err := ask(ctx, b, pid, what)
	return errors.Join(err, refused)
}
