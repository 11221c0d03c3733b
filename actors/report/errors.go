package report

import (
	"errors"
)

// ErrStopped is what a broker answers that has been stopped.
var ErrStopped = errors.New("troupe: the broker is stopped")

// The messages to a connection from itself, and from those who run the broker. An
// imperative asks, a past participle tells.

// What can be wrong with an order about one connection.
var (
	// ErrNoConnection is the error of a cid that no connected client has.
	ErrNoConnection = errors.New("troupe: no such client id")
	// ErrNotInformed is the error of a client that is not sent INFO: because of its
	// protocol, or because it has not sent CONNECT and PING yet.
	ErrNotInformed = errors.New("troupe: client does not support lame duck mode or is not ready to be told")
)
