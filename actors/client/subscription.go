package client

import (
	"crypto/rand"

	"github.com/troupe-mq/troupe/topics"
	"github.com/troupe-mq/troupe/wire"
)

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
