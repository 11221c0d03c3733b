package client

import (
	"strconv"
	"strings"
	"time"

	"github.com/troupe-mq/troupe/wire"
)

// inboxSid is the sid of the subscription by which a client is answered.
const inboxSid = 1

// requests is what a client has asked others and not been answered. The actor
// owns it.
type requests struct {
	inbox string // empty before the first request
	last  uint64
	open  map[uint64]*time.Timer
}

// expired tells an actor that a request has waited long enough.
type expired struct {
	client *Client
	id     uint64
}

// IgnoreDeadLetterLogging: the actor may have ended meanwhile.
func (*expired) IgnoreDeadLetterLogging() {}

// Request publishes m with a reply subject of the client's own; m.Reply is not used. The actor is sent one
// [Response] with the number that is returned: the first answer, or ErrNoResponders, or ErrTimeout when the
// timeout is over, or ErrDetached. The error of Request itself is one of Publish; then there is no Response.
func (c *Client) Request(m *Message, timeout time.Duration) (id uint64, err error) {
	r := &c.requests
	if r.inbox == "" {
		inbox := newInbox()
		err := c.say(len(inbox)+spareLine, func(dst []byte) []byte {
			return wire.AppendSubscribe(dst, inbox+"*", "", inboxSid)
		})
		if err != nil {
			return 0, err
		}
		r.inbox, r.open = inbox, make(map[uint64]*time.Timer)
	}
	id = r.last + 1
	request := *m
	request.Reply = r.inbox + strconv.FormatUint(id, 10)
	if err := c.Publish(&request); err != nil {
		return 0, err
	}
	r.last = id
	h, to := c.env.Host, c.link.to
	r.open[id] = time.AfterFunc(timeout, func() { h.Send(to, &expired{c, id}) })
	return id, nil
}

// close ends the wait for a request, and reports whether there was one.
func (r *requests) close(id uint64) bool {
	timer, ok := r.open[id]
	if ok {
		timer.Stop()
		delete(r.open, id)
	}
	return ok
}

// forget ends all waits without a word.
func (r *requests) forget() {
	for id := range r.open {
		r.close(id)
	}
}

// answered makes a response of what has come to the inbox, nil if nobody waits for
// it any more.
func (c *Client) answered(m *Message) *Response {
	text, _ := strings.CutPrefix(m.Subject, c.requests.inbox)
	id, err := strconv.ParseUint(text, 10, 64)
	if err != nil || !c.requests.close(id) {
		return nil
	}
	if len(m.Data) == 0 && m.Header.Get(wire.StatusKey) == wire.StatusNoResponders {
		return &Response{ID: id, Err: ErrNoResponders, client: c}
	}
	return &Response{ID: id, Message: m, client: c}
}

// expired is answered for a request that has waited long enough.
func (c *Client) expired(id uint64) *Response {
	if !c.requests.close(id) {
		return nil
	}
	return &Response{ID: id, Err: ErrTimeout, client: c}
}
