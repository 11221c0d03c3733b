package report

import (
	"errors"
)

// ErrStopped is the error of a broker that has been stopped.
var ErrStopped = errors.New("troupe: the broker is stopped")

// ErrNotReady is the error of a broker that clients cannot come to: an address of its is not open, or it is in
// lame duck mode.
var ErrNotReady = errors.New("failed to be ready for connections")

// The errors of an order about one connection.
var (
	// ErrNoConnection is the error of a cid that no connected client has.
	ErrNoConnection = errors.New("troupe: no such client id")
	// ErrNotInformed is the error of a client that cannot be sent INFO: its protocol does not know
	// that, or it has not sent CONNECT and PING yet.
	ErrNotInformed = errors.New("troupe: client does not support lame duck mode or is not ready to be told")
)
