package client

import (
	"errors"

	"github.com/troupe-mq/troupe/actors/report"
	"github.com/troupe-mq/troupe/wire"
)

// ErrSubject is the error of a subject that nobody can publish to, or subscribe to.
var ErrSubject = errors.New("troupe: not a valid subject")

// Header is the headers of a Message: the values of each key. Keys are told apart by
// their exact spelling.
type Header = wire.Header

// The messages that an actor gets which has joined. They are the actor's own: it
// may keep them.

// Message is one message, to an actor or from it. Of one that is published only
// Subject, Reply, Header and Data count.
type Message struct {
	Subject string
	Reply   string // where an answer is expected, empty for nowhere
	Header  Header // nil if there is none
	Data    []byte

	// From is who has published it. The broker says so, and not the publisher.
	From *report.Origin
	// Subscription is the one that it matched.
	Subscription Subscription

	size int // what it takes of the window
}

// Respond answers the message, by the client that it came to.
func (m *Message) Respond(data []byte) error {
	if m.Subscription.client == nil {
		return ErrDetached
	}
	return m.Subscription.client.Respond(m, data)
}

// Response is what became of a request.
type Response struct {
	ID      uint64   // what Request returned
	Message *Message // the answer, nil with an error
	Err     error    // ErrNoResponders, ErrTimeout or ErrDetached
}

// Refused tells that the broker has not done what the client asked for, in the
// words of its -ERR: "Permissions Violation for Publish to \"foo\"".
type Refused struct {
	Text   string
	client *Client
}

// Client is the one that it was refused to.
func (r *Refused) Client() *Client { return r.client }

// Flushed answers a Flush.
type Flushed struct{ client *Client }

// Client is the one that was flushed.
func (f *Flushed) Client() *Client { return f.client }

// Detached tells that a client has ended, and not by its Close. The actor may join
// again.
type Detached struct {
	Reason report.CloseReason
	client *Client
}

// Client is the one that has ended.
func (d *Detached) Client() *Client { return d.client }

// IgnoreDeadLetterLogging keeps out of the log what an actor that has ended is still
// sent by its connection, which ends a little later.
func (*Message) IgnoreDeadLetterLogging() {}

// IgnoreDeadLetterLogging is as for a Message.
func (*Refused) IgnoreDeadLetterLogging() {}

// IgnoreDeadLetterLogging is as for a Message.
func (*Flushed) IgnoreDeadLetterLogging() {}

// IgnoreDeadLetterLogging is as for a Message.
func (*Detached) IgnoreDeadLetterLogging() {}
