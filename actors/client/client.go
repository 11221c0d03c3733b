package client

import (
	"errors"
	"strings"

	"github.com/asynkron/protoactor-go/actor"

	"github.com/troupe-mq/troupe/actors/internal/resident"
	"github.com/troupe-mq/troupe/actors/internal/steps"
	"github.com/troupe-mq/troupe/actors/internal/transport"
	"github.com/troupe-mq/troupe/topics"
	"github.com/troupe-mq/troupe/wire"
)

// Client is an actor's access to the broker: a connection of the actor's own, without a socket. The
// same rights, order and limits hold for it as for a client from outside, and /connz shows it.
//
// The methods never wait. What they ask for is done in the order in which they are called. What the
// broker then refuses comes as a [Refused] message. Publish and Respond may be called from any
// goroutine; the other methods are for the actor's Receive.
//
// Every method that asks for something returns [ErrBusy] when too much of what actors have said is not done yet,
// and [ErrDetached] when the client has ended. All actors together may have said a quarter of Config.MaxPending,
// and each leaves some of that to the others.
type Client struct {
	env     *resident.Env
	pid     *actor.PID // the connection
	link    *clientLink
	account string

	limits wire.Limits // those of the connection's parser: what exceeds them does not get there

	sid      uint64 // the last that was given out
	requests requests

	flushes uint64 // asked for
	flushed uint64 // answered
	begun   uint64 // the flush at the end of Started, 0 if there was none
}

// The errors of Join and of the methods of a Client, beside ErrSubject. ErrRefused is for who publishes by the broker and is
// no actor: an actor is sent a [Refused].
var (
	ErrNotSpawned   = errors.New("troupe: only an actor of Broker.Spawn or WithActor, or a tap, can join")
	ErrNoAccount    = errors.New("troupe: there is no such account")
	ErrNoUser       = errors.New("troupe: there is no such user")
	ErrDetached     = errors.New("troupe: the client has ended")
	ErrBusy         = errors.New("troupe: too much of what the client has said is not done yet")
	ErrQueue        = errors.New("troupe: not the name of a queue group")
	ErrHeader       = errors.New("troupe: headers that cannot be sent")
	ErrPayload      = errors.New("troupe: more than max_payload")
	ErrNoReply      = errors.New("troupe: the message has no reply subject")
	ErrNoResponders = errors.New("troupe: nobody is there to respond")
	ErrTimeout      = errors.New("troupe: nobody has responded in time")
	ErrRefused      = errors.New("troupe: refused")
)

// Account is the name of the account that the client is in.
func (c *Client) Account() string { return c.account }

// Publish publishes m.Data with m.Header on m.Subject, and asks for answers on m.Reply if that is not
// empty. Everything is copied, so m may be used again. The error is ErrSubject, ErrHeader, ErrPayload,
// ErrBusy or ErrDetached. A permission that is missing is no error here: it comes as a Refused.
func (c *Client) Publish(m *Message) error {
	size := wire.PublishSize(m.Header, m.Data)
	switch {
	case !c.sayable(m.Subject, m.Reply) || !topics.ValidSubject([]byte(m.Subject)):
		return ErrSubject
	case len(m.Header) > 0 && (c.env.Settings.Load().NoHeaders || !m.Header.Valid()):
		return ErrHeader
	case size > c.limits.MaxPayload:
		return ErrPayload
	}
	return c.say(size+len(m.Subject)+len(m.Reply)+spareLine, func(dst []byte) []byte {
		return wire.AppendPublish(dst, m.Subject, m.Reply, m.Header, m.Data)
	})
}

// spareLine is more than a control line takes beside its subjects.
const spareLine = 40

// sayable reports whether names can stand in one control line.
func (c *Client) sayable(names ...string) bool {
	n := spareLine
	for _, name := range names {
		n += len(name)
		if strings.ContainsFunc(name, func(r rune) bool { return r <= ' ' || r == 0x7f }) {
			return false
		}
	}
	return n <= c.limits.MaxControlLine
}

// saidShare is which part of MaxPending all actors together may have said that is not done.
const saidShare = 4

// say passes a command on to the connection. Others have their turn now and then, for an actor may speak
// without end.
func (c *Client) say(size int, write func(dst []byte) []byte) error {
	s := c.link.pipe.say(c.env.Settings.Load().MaxPending/saidShare, size, write)
	if s.tell {
		c.env.Send(c.pid, transport.MsgReceived)
	}
	if s.yield {
		steps.Yield()
	}
	return s.err
}

// Respond publishes data on the reply subject of a message. The error is ErrNoReply, or one of Publish.
func (c *Client) Respond(to *Message, data []byte) error {
	if to.Reply == "" {
		return ErrNoReply
	}
	return c.Publish(&Message{Subject: to.Reply, Data: data})
}

// Flush has the actor sent a [Flushed] when everything that was asked for before has been done: a
// subscription is in force then, and a message is in the queues of all who get it. The error is ErrBusy or
// ErrDetached.
func (c *Client) Flush() error {
	err := c.say(len(ping), func(dst []byte) []byte { return append(dst, ping...) })
	if err == nil {
		c.flushes++
	}
	return err
}

const ping = "PING\r\n"

// Close ends the client. What it has asked for before is still done. What is on its way to the actor may
// be lost. Requests that are open are not answered any more.
func (c *Client) Close() {
	c.link.Abort()
	if c.link.pipe.finish() {
		c.env.Send(c.pid, transport.MsgReceived)
	}
	c.requests.forget()
}
