package account

import (
	"bytes"
	"crypto/rand"
	"slices"
	"sync"
	"time"

	"github.com/troupe-mq/troupe/actors/access"
)

// replyRoutes are the ways back that are open for answers to requests from other
// accounts. Connections of both accounts use them, so that they have a lock, which
// is held for a look into a map. Their number and size are bounded: the oldest are
// forgotten.
type replyRoutes struct {
	mu    sync.Mutex
	known map[string]*ReplyRoute
	order []*ReplyRoute // oldest first, from head on; some are closed
	head  int
	bytes int // of the subjects in order
}

// ReplyRoute is the way back for the answers to one request.
type ReplyRoute struct {
	Token   string // the subject that answers are published to
	Back    *Account
	Subject string // the one that they are for
	due     Answers
	until   time.Time
	closed  bool
}

// Answers is what a service has promised.
type Answers struct {
	kind access.ResponseType
	in   time.Duration // this long after the request, or after the answer before; 0 is the usual time
}

// replyPrefix is what subjects begin with that are ways back.
const replyPrefix = "_R_."

// What may be open for one account.
const (
	maxReplyRoutes = 1 << 15
	maxReplyBytes  = 8 << 20
)

// Open opens a way back to a subject of another account. It reports whether
// another one, which was still good, had to be closed for that.
func (r *replyRoutes) Open(back *Account, subject string, due Answers, now time.Time) (w *ReplyRoute, lost bool) {
	if due.in == 0 {
		due.in = access.DefaultThreshold
	}
	w = &ReplyRoute{Token: replyPrefix + rand.Text(), Back: back, Subject: subject, due: due, until: now.Add(due.in)}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.known == nil {
		r.known = make(map[string]*ReplyRoute)
	}
	r.known[w.Token] = w
	r.add(w)
	if r.full() {
		r.tidy()
	}
	for r.head < len(r.order) {
		first := r.order[r.head]
		switch {
		case first.closed:
		case !first.until.After(now):
			r.shut(first)
		case r.full():
			r.shut(first)
			lost = true
		default:
			return w, lost
		}
		r.drop()
	}
	return w, lost
}

// Take finds the way of an answer of so many bytes, nil if there is none, and
// closes it if that was the last.
func (r *replyRoutes) Take(subject []byte, size int, now time.Time) *ReplyRoute {
	if !bytes.HasPrefix(subject, []byte(replyPrefix)) {
		return nil
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	w := r.known[string(subject)]
	switch {
	case w == nil:
		return nil
	case !w.until.After(now):
		r.shut(w)
		return nil
	case w.due.kind == access.Singleton || size == 0:
		r.shut(w)
	default:
		w.until = now.Add(w.due.in)
	}
	return w
}

// Close closes a way that nobody will take.
func (r *replyRoutes) Close(w *ReplyRoute) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.shut(w)
}

func (r *replyRoutes) shut(w *ReplyRoute) {
	w.closed = true
	delete(r.known, w.Token)
}

func (r *replyRoutes) add(w *ReplyRoute) {
	r.order = append(r.order, w)
	r.bytes += len(w.Subject)
}

// full reports whether there are too many, closed ones among them.
func (r *replyRoutes) full() bool {
	return len(r.order)-r.head > maxReplyRoutes || r.bytes > maxReplyBytes
}

// tidy takes those out of the order that are closed.
func (r *replyRoutes) tidy() {
	r.order = slices.DeleteFunc(r.order[r.head:], func(w *ReplyRoute) bool { return w.closed })
	r.head, r.bytes = 0, 0
	for _, w := range r.order {
		r.bytes += len(w.Subject)
	}
}

// drop takes the first out of the order.
func (r *replyRoutes) drop() {
	r.bytes -= len(r.order[r.head].Subject)
	r.order[r.head] = nil
	if r.head++; r.head > len(r.order)/2 {
		r.order = slices.Delete(r.order, 0, r.head)
		r.head = 0
	}
}
