package actors

import (
	"strings"
	"sync/atomic"

	"github.com/asynkron/protoactor-go/actor"

	"github.com/troupe-mq/troupe/actors/access"
)

// target is whom a subscription delivers to.
type target struct {
	pid     *actor.PID
	id      uint64      // unique in the broker; a connection's cid
	headers atomic.Bool // takes HMSG
	fence   fence

	wantsOrigin bool // it is to know who has published what it gets; never changes

	rights  atomic.Pointer[access.Rights] // what a guarded subscription may receive
	jam     atomic.Pointer[jam]           // nil while its client keeps up
	account *account                      // whose subjects it subscribes to; nil before its client has come in
	shadow  *shadow                       // nil but for the target of a shadow

	shadows map[*subscription][]*subscription // of a connection's subscriptions; nil if they have none. The connection's alone
}

// subscription is one SUB that is in force. The connection that sent it owns it;
// the partitions only point to it, and so do match results that are on their
// way, which is why what changes in it is atomic.
type subscription struct {
	to   *target
	text string // "MSG subject sid queue": one string, so that every part of it shares one allocation

	subjectLen uint32
	sidLen     uint32

	delivered atomic.Int64
	limit     atomic.Int64 // UNSUB's max, 0 for none; with ended: no more deliveries; with guarded: ask
}

// ended is added to the limit of a subscription that is over.
const ended = 1 << 62

// guarded is added to the limit of a subscription whose deliveries must be asked
// about or noted: its client may not receive everything that matches, or may
// answer what it receives. It is set before the subscription is in force.
const guarded = 1 << 61

const msgVerb = "MSG "

func newSubscription(to *target, subject, queue, sid []byte) *subscription {
	var text strings.Builder // not a []byte: turning that into a string would copy it
	text.Grow(len(msgVerb) + len(subject) + 1 + len(sid) + 1 + len(queue))
	text.WriteString(msgVerb)
	text.Write(subject)
	text.WriteByte(' ')
	text.Write(sid)
	text.WriteByte(' ')
	text.Write(queue)
	return &subscription{to: to, text: text.String(), subjectLen: uint32(len(subject)), sidLen: uint32(len(sid))}
}

func (s *subscription) subject() string {
	return s.text[len(msgVerb) : len(msgVerb)+int(s.subjectLen)]
}

func (s *subscription) sid() string {
	at := len(msgVerb) + int(s.subjectLen) + 1
	return s.text[at : at+int(s.sidLen)]
}

func (s *subscription) queue() string {
	return s.text[len(msgVerb)+int(s.subjectLen)+1+int(s.sidLen)+1:]
}

// admit counts n deliveries. It reports how many of them may be made, and whether
// the last of these is the last that UNSUB's max allows.
//
// It counts before it looks at the limit, and limitTo sets the limit before it
// looks at the count, so that one of the two sees that the limit is reached. What
// was counted before the subscription ended is still due.
func (s *subscription) admit(n int) (ok int, last bool) {
	if s.over() {
		return 0, false
	}
	before := s.delivered.Add(int64(n)) - int64(n)
	switch limit := s.limit.Load() &^ (ended | guarded); {
	case limit == 0:
		return n, false
	case before >= limit:
		return 0, false
	default:
		return int(min(limit-before, int64(n))), before+int64(n) >= limit
	}
}

// limitTo sets UNSUB's max, and reports whether it is reached already. It is for
// the owner of a subscription that is not over.
func (s *subscription) limitTo(most int64) (reached bool) {
	s.limit.Store(most | s.limit.Load()&guarded)
	return s.delivered.Load() >= most
}

// guard makes deliveries be asked about.
func (s *subscription) guard() { s.limit.Or(guarded) }

// guarded reports whether deliveries must be asked about.
func (s *subscription) guarded() bool { return s.limit.Load()&guarded != 0 }

// permits reports whether the client may be given a message of the subject.
func (s *subscription) permits(subject []byte) bool {
	return !s.guarded() || s.to.rights.Load().MayReceive(subject, s.queue())
}

// open reports whether deliveries need no counting against a limit, and nobody
// to be asked.
func (s *subscription) open() bool { return s.limit.Load() == 0 }

// end stops further deliveries, whatever the partitions still hold.
func (s *subscription) end() { s.limit.Or(ended) }

// over reports whether the subscription has ended.
func (s *subscription) over() bool { return s.limit.Load()&ended != 0 }
