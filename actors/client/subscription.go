package client

import (
	"crypto/rand"

	"github.com/troupe-mq/troupe/topics"
	"github.com/troupe-mq/troupe/wire"
)

// Subscription is one subscription of a Client. Subscriptions can be compared with ==, so a Message tells which
// one it matched.
type Subscription struct {
	client *Client
	sid    uint64
}

// Client is whose subscription it is, nil for the zero value.
func (s Subscription) Client() *Client { return s.client }

// Subscribe has the actor sent a [Message] for each message whose subject matches the pattern. The error is
// ErrSubject, ErrBusy or ErrDetached. A permission that is missing is no error here: it comes as a Refused.
func (c *Client) Subscribe(pattern string) (Subscription, error) {
	return c.subscribe(pattern, "")
}

// QueueSubscribe is Subscribe as a member of a queue group: each message goes to one member of the group,
// wherever the members are. The error is ErrQueue, or one of Subscribe.
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

// Unsubscribe ends the subscription. Messages that are on their way may still come. The error is ErrBusy or
// ErrDetached.
func (s Subscription) Unsubscribe() error { return s.UnsubscribeAfter(0) }

// UnsubscribeAfter ends the subscription when it has had most messages, counted from its beginning; 0 ends it
// now. The error is ErrBusy or ErrDetached.
func (s Subscription) UnsubscribeAfter(most uint32) error {
	return s.client.say(spareLine, func(dst []byte) []byte { return wire.AppendUnsubscribe(dst, s.sid, most) })
}

// newInbox is a subject that nobody can guess, to be answered on.
func newInbox() string { return "_INBOX." + rand.Text() + "." }
