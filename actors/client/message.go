package client

import (
	"errors"

	"github.com/troupe-mq/troupe/actors/report"
	"github.com/troupe-mq/troupe/wire"
)

// ErrSubject is the error of a subject that nobody can publish on, or of a pattern that nobody can subscribe
// to.
var ErrSubject = errors.New("troupe: not a valid subject")

// Header is the headers of a Message: the values of each key. Keys are told apart by
// their exact spelling.
type Header = wire.Header

// read reads the headers. That is done in the actor's own time: there may be a hundred thousand of them.
func (m *Message) read() {
	if len(m.head) > 0 {
		m.Header, m.head = wire.ParseHeader(m.head), nil
	}
}

// The messages that an actor is sent which has joined. They belong to the actor: it may keep them.

// Message is one message, to an actor or from it. When it is published only Subject, Reply, Header and Data
// count. A message to an actor belongs to the actor, which may keep it.
type Message struct {
	Subject string
	Reply   string // where an answer is expected, empty for nowhere
	Header  Header // nil if there is none
	Data    []byte

	// From is who has published the message. The broker says so, and not the publisher. It is never nil in a
	// message to an actor.
	From *report.Origin
	// Subscription is the subscription that the message matched.
	Subscription Subscription

	size int    // what it takes of the window
	head []byte // the headers as they came, until the actor is given the message
}

// Client is the client that the message came to, nil if it came to none. Its account is where the message is seen, which
// need not be that of who has published it.
func (m *Message) Client() *Client { return m.Subscription.client }

// NewMessage makes a message as the broker sends it to an actor, for a test of Receive. from is who has published it; nil
// is nobody in particular. What is not in the arguments, a Header for one, can be set. It came to no client: the actor
// answers by its own Client.Respond, and Message.Respond is ErrDetached.
func NewMessage(from *report.Origin, subject, reply string, data []byte) *Message {
	if from == nil {
		from = &report.Origin{}
	}
	return &Message{From: from, Subject: subject, Reply: reply, Data: data}
}

// Respond publishes data on the reply subject of the message, by the client that it came to. The error is
// ErrNoReply, or one of Client.Publish. It is ErrDetached also for a message that came to no client.
func (m *Message) Respond(data []byte) error {
	if m.Subscription.client == nil {
		return ErrDetached
	}
	return m.Subscription.client.Respond(m, data)
}

// Response is what became of a Client.Request. There is exactly one for each, unless the actor closes the
// client before.
type Response struct {
	ID      uint64   // the number that Request returned
	Message *Message // the answer; nil with an error
	Err     error    // ErrNoResponders, ErrTimeout or ErrDetached
	client  *Client
}

// Client is the client that asked.
func (r *Response) Client() *Client { return r.client }

// Refused tells the actor that the broker has not done what it asked for, in the words of the -ERR:
// Permissions Violation for Publish to "foo".
type Refused struct {
	Text   string
	client *Client
}

// Client is the client that asked.
func (r *Refused) Client() *Client { return r.client }

// Flushed tells the actor that all it asked for before a Client.Flush has been done.
type Flushed struct{ client *Client }

// Client is the client that was flushed.
func (f *Flushed) Client() *Client { return f.client }

// Detached tells the actor that a client has ended without its Close: the client was too slow, its user may
// not come in any more, or its connection has crashed. Reason says which. The actor may join again.
type Detached struct {
	Reason report.CloseReason
	client *Client
}

// Client is the client that has ended.
func (d *Detached) Client() *Client { return d.client }

// IgnoreDeadLetterLogging keeps out of the log what is still sent to an actor that has ended: its connection
// ends a little later.
func (*Message) IgnoreDeadLetterLogging() {}

// IgnoreDeadLetterLogging is as for a Message.
func (*Refused) IgnoreDeadLetterLogging() {}

// IgnoreDeadLetterLogging is as for a Message.
func (*Flushed) IgnoreDeadLetterLogging() {}

// IgnoreDeadLetterLogging is as for a Message.
func (*Detached) IgnoreDeadLetterLogging() {}
