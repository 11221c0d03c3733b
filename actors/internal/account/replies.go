package account

import (
	"bytes"
	"cmp"
	"crypto/rand"
	"sync"
	"sync/atomic"
	"time"

	"github.com/troupe-mq/troupe/actors/access"
	"github.com/troupe-mq/troupe/actors/internal/fair"
	"github.com/troupe-mq/troupe/actors/report"
)

// Replies are the reply routes that are open, all of a broker's. Connections of both accounts use them, so that they
// have a lock, which is held for a few looks into maps and heaps. What they cost is
// bounded: see fair.Pool for who pays.
type Replies struct {
	mu    sync.Mutex
	into  map[int]map[string]*fair.Item[*ReplyRoute] // by the account that answers are published in, and the subject there
	pool  *fair.Pool[*ReplyRoute]
	sweep *time.Timer       // nil while nothing is open
	ended []*report.Latency // of those that have just ended without an answer, to be told without the lock

	watch atomic.Pointer[func(*report.Latency)] // told of measurements; nil: nobody wants to know
}

func newReplies() *Replies {
	return &Replies{into: make(map[int]map[string]*fair.Item[*ReplyRoute]), pool: fair.NewPool[*ReplyRoute]()}
}

// ReplyRoute is the way of the answers to one request back into the account that has asked. It is
// never changed.
type ReplyRoute struct {
	Token   string // the subject that answers are published to
	Back    int    // the number of the account that they are for
	Subject string // and what they are called there
	into    int
	once    bool
	payer   string // the name of the account whose it is

	Measured *report.Latency // what is known of the request; nil if it is not measured
}

// Answers is what a service has promised.
type Answers struct {
	kind access.ResponseType
	in   time.Duration // this long after the request, or after the answer before; 0 is the usual time
}

// Request is a message on its way into another account that wants an answer.
type Request struct {
	By         *Account // who has published it, be it in a third account
	Client     uint64   // its connection
	From, Into *Account
	Reply      string // in from
	Due        Answers
	Measured   *report.Latency
	Prefix     string // of the route's token; empty for routes that stay in the broker
}

// replyPrefix is what the token of a route begins with, where it has no prefix of its own.
const replyPrefix = "_R_."

const (
	// maxReplyBytes is what all routes may cost together.
	maxReplyBytes = 16 << 20
	// routeBytes is what one costs beside its subject: itself, its token, its places
	// in the map and in the pool, and its share of them.
	routeBytes = 384
	// measuredBytes is what one costs more that is measured.
	measuredBytes = 512
)

// Open opens a reply route. payer is who has lost one, which was still good, because
// there was no room for both; empty if nobody has.
func (r *Replies) Open(q Request, now time.Time) (w *ReplyRoute, payer string) {
	lasts := q.Due.in
	if lasts == 0 {
		lasts = access.DefaultThreshold
	}
	w = &ReplyRoute{
		Token: cmp.Or(q.Prefix, replyPrefix) + rand.Text(), Back: q.From.Number, Subject: q.Reply,
		into: q.Into.Number, once: q.Due.kind == access.Singleton, payer: q.By.Name, Measured: q.Measured,
	}
	r.mu.Lock()
	defer r.unlock()
	r.expire(now, 2)
	tokens := r.into[w.into]
	if tokens == nil {
		tokens = make(map[string]*fair.Item[*ReplyRoute])
		r.into[w.into] = tokens
	}
	cost := routeBytes + len(w.Subject)
	if w.Measured != nil {
		cost += measuredBytes
	}
	tokens[w.Token] = r.pool.Add(w, fair.Owner{Account: uint64(q.By.Number), Client: q.Client}, cost, now, lasts)
	for r.pool.Bytes() > maxReplyBytes {
		excess := r.pool.Excess()
		payer = excess.Value.payer
		r.shut(excess)
	}
	if r.sweep == nil {
		r.sweep = time.AfterFunc(sweepPause, r.sweepSome)
	}
	return w, payer
}

// Knows reports whether a subject of an account is the token of a route that is open.
func (r *Replies) Knows(a *Account, subject []byte) bool {
	if !IsReply(subject) {
		return false
	}
	r.mu.Lock()
	defer r.unlock()
	return r.into[a.Number][string(subject)] != nil
}

// Take finds the route of an answer of so many bytes that is published in an account,
// nil if there is none, and closes it if that was the last.
func (r *Replies) Take(a *Account, subject []byte, size int, now time.Time) *ReplyRoute {
	if !IsReply(subject) {
		return nil
	}
	r.mu.Lock()
	defer r.unlock()
	item := r.into[a.Number][string(subject)]
	switch {
	case item == nil:
		return nil
	case item.Over(now):
		r.shut(item)
		r.fail(item.Value, report.LatencyUnanswered)
		return nil
	case item.Value.once || size == 0:
		r.shut(item)
	default:
		r.pool.Extend(item, now)
	}
	return item.Value
}

// Close closes a route that nobody will take.
func (r *Replies) Close(w *ReplyRoute) {
	r.mu.Lock()
	defer r.unlock()
	if item := r.into[w.into][w.Token]; item != nil {
		r.shut(item)
		r.fail(w, report.LatencyNoService)
	}
}

// shut closes a route. What an account has none of keeps no memory.
func (r *Replies) shut(item *fair.Item[*ReplyRoute]) {
	r.pool.Remove(item)
	tokens := r.into[item.Value.into]
	if delete(tokens, item.Value.Token); len(tokens) == 0 {
		delete(r.into, item.Value.into)
	}
}

// IsReply reports whether a subject looks like the token of a reply route.
func IsReply(subject []byte) bool { return bytes.HasPrefix(subject, []byte(replyPrefix)) }
