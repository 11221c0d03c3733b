package actors

import (
	"bytes"
	"crypto/rand"
	"slices"
	"sync"
	"time"

	"github.com/troupe-mq/troupe/actors/access"
)

// ways are the ways back that are open for answers to requests from other
// accounts. Connections of both accounts use them, so that they have a lock, which
// is held for a look into a map. Their number and size are bounded: the oldest are
// forgotten.
type ways struct {
	mu    sync.Mutex
	known map[string]*way
	order []*way // oldest first, from head on; some are closed
	head  int
	bytes int // of the subjects in order
}

// way is the way back for the answers to one request.
type way struct {
	token   string // the subject that answers are published to
	back    *account
	subject string // the one that they are for
	due     answers
	until   time.Time
	closed  bool
}

// answers is what a service has promised.
type answers struct {
	kind access.ResponseType
	in   time.Duration // this long after the request, or after the answer before; 0 is the usual time
}

// wayPrefix is what subjects begin with that are ways back.
const wayPrefix = "_R_."

// What may be open for one account.
const (
	maxWays     = 1 << 15
	maxWayBytes = 8 << 20
)

// open opens a way back to a subject of another account. It reports whether
// another one, which was still good, had to be closed for that.
func (ws *ways) open(back *account, subject string, due answers, now time.Time) (w *way, lost bool) {
	if due.in == 0 {
		due.in = access.DefaultThreshold
	}
	w = &way{token: wayPrefix + rand.Text(), back: back, subject: subject, due: due, until: now.Add(due.in)}
	ws.mu.Lock()
	defer ws.mu.Unlock()
	if ws.known == nil {
		ws.known = make(map[string]*way)
	}
	ws.known[w.token] = w
	ws.add(w)
	if ws.full() {
		ws.tidy()
	}
	for ws.head < len(ws.order) {
		first := ws.order[ws.head]
		switch {
		case first.closed:
		case !first.until.After(now):
			ws.shut(first)
		case ws.full():
			ws.shut(first)
			lost = true
		default:
			return w, lost
		}
		ws.drop()
	}
	return w, lost
}

// take finds the way of an answer of so many bytes, nil if there is none, and
// closes it if that was the last.
func (ws *ways) take(subject []byte, size int, now time.Time) *way {
	if !bytes.HasPrefix(subject, []byte(wayPrefix)) {
		return nil
	}
	ws.mu.Lock()
	defer ws.mu.Unlock()
	w := ws.known[string(subject)]
	switch {
	case w == nil:
		return nil
	case !w.until.After(now):
		ws.shut(w)
		return nil
	case w.due.kind == access.Singleton || size == 0:
		ws.shut(w)
	default:
		w.until = now.Add(w.due.in)
	}
	return w
}

// close closes a way that nobody will take.
func (ws *ways) close(w *way) {
	ws.mu.Lock()
	defer ws.mu.Unlock()
	ws.shut(w)
}

func (ws *ways) shut(w *way) {
	w.closed = true
	delete(ws.known, w.token)
}

func (ws *ways) add(w *way) {
	ws.order = append(ws.order, w)
	ws.bytes += len(w.subject)
}

// full reports whether there are too many, closed ones among them.
func (ws *ways) full() bool { return len(ws.order)-ws.head > maxWays || ws.bytes > maxWayBytes }

// tidy takes those out of the order that are closed.
func (ws *ways) tidy() {
	ws.order = slices.DeleteFunc(ws.order[ws.head:], func(w *way) bool { return w.closed })
	ws.head, ws.bytes = 0, 0
	for _, w := range ws.order {
		ws.bytes += len(w.subject)
	}
}

// drop takes the first out of the order.
func (ws *ways) drop() {
	ws.bytes -= len(ws.order[ws.head].subject)
	ws.order[ws.head] = nil
	if ws.head++; ws.head > len(ws.order)/2 {
		ws.order = slices.Delete(ws.order, 0, ws.head)
		ws.head = 0
	}
}
