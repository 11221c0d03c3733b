package sys

import (
	"hash/maphash"
	"runtime"
	"slices"
	"time"

	"github.com/troupe-mq/troupe/actors/client"
	"github.com/troupe-mq/troupe/actors/internal/fair"
)

// atOnce is how many requests are answered at a time: an answer takes a processor
// for milliseconds, and half of them are for messages.
var atOnce = (runtime.GOMAXPROCS(0) + 1) / 2

// What a flood may take.
const (
	mayWait      = 128     // more are kept, of all accounts together
	mayWaitBytes = 4 << 20 // of them
	mayTell      = 256     // pieces of events are kept; what comes then is not told
)

// requests are those that wait to be answered. The actor owns them. Where too many
// wait, whoever has sent most of them loses its oldest.
type requests struct {
	waiting *fair.Pool[*client.Message] // nil before the first
	busy    int                         // goroutines that answer
	dropped int                         // since it was last asked
}

// requestBytes is what one takes beside its texts.
const requestBytes = 512

var accountSeed = maphash.MakeSeed()

// take keeps a request, for which another one may have to go.
func (q *requests) take(m *client.Message) {
	if q.waiting == nil {
		q.waiting = fair.NewPool[*client.Message]()
	}
	q.waiting.Add(m, ownerOf(m), requestBytes+len(m.Subject)+len(m.Reply)+len(m.Data), time.Time{}, 0)
	for q.waiting.Len() > mayWait || q.waiting.Bytes() > mayWaitBytes {
		q.waiting.Remove(q.waiting.Excess())
		q.dropped++
	}
}

// ownerOf is who has sent a request.
func ownerOf(m *client.Message) (by fair.Owner) {
	if m.From != nil {
		by = fair.Owner{Account: maphash.String(accountSeed, m.From.Account), Client: m.From.CID}
	}
	return by
}

// next is a request to be answered now, nil if none waits or nobody is free.
func (q *requests) next() *client.Message {
	if q.busy == atOnce || q.waiting == nil || q.waiting.Len() == 0 {
		return nil
	}
	q.busy++
	first := q.waiting.Next()
	q.waiting.Remove(first)
	return first.Value
}

// done is told that a request is answered.
func (q *requests) done() { q.busy-- }

// forget is how many were dropped since it was last asked.
func (q *requests) forget() int {
	n := q.dropped
	q.dropped = 0
	return n
}

// inTurn is what waits to be told, one after the other. The actor owns it.
type inTurn[T any] struct {
	waiting []*T
	busy    bool
}

// next is what is to be told now, nil if nothing waits or something is being told.
func (q *inTurn[T]) next() *T {
	if q.busy || len(q.waiting) == 0 {
		return nil
	}
	q.busy = true
	return shift(&q.waiting)
}

// done is told that it is told.
func (q *inTurn[T]) done() { q.busy = false }

// events are pieces of what has happened.
type events struct{ inTurn[told] }

// add keeps a piece. Of those that are due every few seconds one is enough, and one about the accounts.
func (q *events) add(t *told) {
	if len(q.waiting) >= mayTell || t.due && q.busy || t.accounts && slices.ContainsFunc(q.waiting, func(o *told) bool { return o.accounts }) {
		return
	}
	q.waiting = append(q.waiting, t)
}

// shift takes the first of a queue, and forgets it there.
func shift[T any](queue *[]*T) *T {
	first := (*queue)[0]
	(*queue)[0] = nil
	*queue = (*queue)[1:]
	return first
}
