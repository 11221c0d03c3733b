package actors

import (
	"cmp"
	"crypto/rand"
	"errors"
	"strings"

	"github.com/asynkron/protoactor-go/actor"

	"github.com/troupe-mq/troupe/actors/access"
	"github.com/troupe-mq/troupe/topics"
	"github.com/troupe-mq/troupe/wire"
)

// Client is an actor's access to the broker. It is a connection of the actor's own,
// without a socket: the same rights, the same order and the same limits hold as
// for a client from outside, and /connz shows it.
//
// Its methods never wait. What they ask for is done in the order in which they are
// called; what goes wrong with it then comes as a [Refused] message. Publish and
// Respond may be called from any goroutine, everything else is for the actor's
// Receive.
type Client struct {
	hub   *hub
	pid   *actor.PID // the connection
	hatch *hatch

	limits wire.Limits // those of the connection's parser: what exceeds them does not get there

	sid      uint64 // the last that was given out
	requests requests

	flushes uint64 // asked for
	flushed uint64 // answered
	begun   uint64 // the flush at the end of Started, 0 if there was none
}

// Membership says as whom an actor takes part. The zero value may do everything.
type Membership struct {
	// As is a user of Config.Users, whose permissions hold then. Empty: nobody's do.
	As string
	// Account is the account to be in. Empty is that of the user, or $G.
	Account string
	// Name is shown in /connz. Default: the actor's.
	Name string
	// Internal makes the client a part of the broker and none of its clients: it is
	// not counted, not shown in /connz, and nobody can kick it.
	Internal bool
	// NoEcho keeps what the actor publishes from its own subscriptions.
	NoEcho bool
}

// What the methods of a Client can fail with, beside ErrSubject.
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
)

// Join makes the actor a client of its broker, best in its Started: what it
// subscribes to ends with it, and a restarted actor joins anew. An actor may join
// several times, as different users.
func Join(ctx actor.Context, m Membership) (*Client, error) {
	a, ok := ctx.Actor().(*member)
	if !ok {
		return nil, ErrNotSpawned
	}
	h := a.hub
	who := &access.Identity{Account: cmp.Or(m.Account, access.GlobalAccount)}
	if m.As != "" {
		if who = h.gate().Named(m.As); who == nil {
			return nil, ErrNoUser
		}
	}
	account := h.accounts().named(who.Account)
	if account == nil || m.Account != "" && m.Account != who.Account {
		return nil, ErrNoAccount
	}
	or(&m.Name, a.name)
	c := &Client{hub: h, sid: inboxSid, limits: wire.Limits{
		MaxControlLine: h.config().MaxControlLine,
		MaxPayload:     account.maxPayload(h.config().MaxPayload),
	}}
	c.hatch = &hatch{
		system: h.system,
		client: c,
		to:     ctx.Self(),
		who:    who,
		echo:   !m.NoEcho,
		inner:  m.Internal,
		name:   m.Name,
		window: newWindow(share(h.config().MaxPending)),
		gone:   make(chan struct{}),
	}
	cid := h.accept(c.hatch, h.newDoor(kindActor, nil))
	c.pid = h.system.NewLocalPID(rootName + "/" + connectionsName + "/" + c.hatch.named(cid))
	a.clients = append(a.clients, c)
	return c, nil
}

// Publish publishes m.Data with m.Header on m.Subject. Everything is copied.
func (c *Client) Publish(m *Message) error {
	size := wire.PublishSize(m.Header, m.Data)
	switch {
	case !c.sayable(m.Subject, m.Reply) || !topics.ValidSubject([]byte(m.Subject)):
		return ErrSubject
	case len(m.Header) > 0 && (c.hub.config().NoHeaders || !m.Header.Valid()):
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

// say passes a command on to the connection.
func (c *Client) say(size int, write func(dst []byte) []byte) error {
	tell, err := c.hatch.said.say(c.hub.config().MaxPending, size, write)
	if tell {
		c.hub.system.Root.Send(c.pid, msgSpoken)
	}
	return err
}

// Respond answers a message that has a reply subject.
func (c *Client) Respond(to *Message, data []byte) error {
	if to.Reply == "" {
		return ErrNoReply
	}
	return c.Publish(&Message{Subject: to.Reply, Data: data})
}

// Flush has the actor sent a Flushed when everything that was asked for before has
// been done: a subscription is in force then, and a message with all who get it.
func (c *Client) Flush() error {
	err := c.say(len(ping), func(dst []byte) []byte { return append(dst, ping...) })
	if err == nil {
		c.flushes++
	}
	return err
}

const ping = "PING\r\n"

// Close ends the client. What it has said before is still done; what is on its way
// to the actor may be lost.
func (c *Client) Close() {
	c.hatch.abort()
	if c.hatch.said.finish() {
		c.hub.system.Root.Send(c.pid, msgSpoken)
	}
	c.requests.forget()
}

// Subscription is one subscription of a Client. Subscriptions can be compared.
type Subscription struct {
	client *Client
	sid    uint64
}

// Subscribe has the actor sent the messages whose subject matches the pattern.
func (c *Client) Subscribe(pattern string) (Subscription, error) {
	return c.subscribe(pattern, "")
}

// QueueSubscribe is Subscribe as a member of a queue group: each message goes to
// one of its members, wherever they are.
func (c *Client) QueueSubscribe(pattern, queue string) (Subscription, error) {
	if queue == "" || !c.sayable(queue) {
		return Subscription{}, ErrQueue
	}
	return c.subscribe(pattern, queue)
}

func (c *Client) subscribe(pattern, queue string) (Subscription, error) {
	if !c.sayable(pattern, queue) || !topics.ValidPattern(pattern) {
		return Subscription{}, ErrSubject
	}
	s := Subscription{client: c, sid: c.sid + 1}
	err := c.say(len(pattern)+len(queue)+spareLine, func(dst []byte) []byte {
		return wire.AppendSubscribe(dst, pattern, queue, s.sid)
	})
	if err != nil {
		return Subscription{}, err
	}
	c.sid++
	return s, nil
}

// Unsubscribe ends the subscription. What is on its way may still come.
func (s Subscription) Unsubscribe() error { return s.UnsubscribeAfter(0) }

// UnsubscribeAfter ends the subscription when it has had so many messages in all.
func (s Subscription) UnsubscribeAfter(most uint32) error {
	return s.client.say(spareLine, func(dst []byte) []byte { return wire.AppendUnsubscribe(dst, s.sid, most) })
}

// newInbox is a subject that nobody can guess, to be answered on.
func newInbox() string { return "_INBOX." + rand.Text() + "." }
