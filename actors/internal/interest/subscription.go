package interest

import (
	"strings"
	"sync/atomic"

	"github.com/troupe-mq/troupe/actors/access"
	"github.com/troupe-mq/troupe/actors/report"
)

// Subscription is one SUB that is in force. The connection that sent it owns it;
// the partitions only point to it, and so do match results that are on their
// way, which is why what changes in it is atomic.
type Subscription struct {
	To   *Target
	text string // "MSG subject sid queue": one string, so that every part of it shares one allocation

	parts uint64 // the lengths of subject and sid, and the weight

	delivered atomic.Int64
	Limit     atomic.Int64 // UNSUB's max, 0 for none; with ended: no more deliveries; with filtered: ask
}

// ended is added to the limit of a subscription that is over.
const ended = 1 << 62

// Filtered is added to the limit of a subscription whose deliveries must be asked
// about or noted: its client may not receive everything that matches, or may
// answer what it receives. It is set before the subscription is in force.
const Filtered int64 = 1 << 61

// subscriptionSize is about how many bytes a subscription takes, in all that points to
// it, and nodeSize how many for each byte of a long pattern: one of two thousand tokens
// has as many nodes in an index.
const (
	subscriptionSize = 256
	nodeSize         = 20
)

// Size is about how much memory is free when the subscription is gone, in bytes.
func (s *Subscription) Size() int { return subscriptionSize + nodeSize*len(s.Subject()) }

// MsgVerb is what a MSG begins with.
const MsgVerb = "MSG "

// NewSubscription is that of a SUB to a target.
func NewSubscription(to *Target, subject, queue, sid []byte) *Subscription {
	var text strings.Builder // not a []byte: turning that into a string would copy it
	text.Grow(len(MsgVerb) + len(subject) + 1 + len(sid) + 1 + len(queue))
	text.WriteString(MsgVerb)
	text.Write(subject)
	text.WriteByte(' ')
	text.Write(sid)
	text.WriteByte(' ')
	text.Write(queue)
	return &Subscription{To: to, text: text.String(), parts: uint64(len(subject)) | uint64(len(sid))<<lengthBits | 1<<(2*lengthBits)}
}

// lengthBits is how many bits the length of a subject or of a sid has: more than the
// longest control line.
const lengthBits = 24

// lengthMask is the largest of these lengths.
const lengthMask = 1<<lengthBits - 1

func (s *Subscription) subjectLen() int { return int(s.parts & lengthMask) }

// SIDLen is the length of the sid.
func (s *Subscription) SIDLen() int { return int(s.parts >> lengthBits & lengthMask) }

// Weight is how many members of a queue group the subscription stands for.
func (s *Subscription) Weight() int { return int(s.parts >> (2 * lengthBits)) }

// Subject is the pattern that it has asked for.
func (s *Subscription) Subject() string {
	return s.text[len(MsgVerb) : len(MsgVerb)+s.subjectLen()]
}

// SID is the id that its client has given to it.
func (s *Subscription) SID() string {
	at := len(MsgVerb) + s.subjectLen() + 1
	return s.text[at : at+s.SIDLen()]
}

// Queue is its queue group, empty for none.
func (s *Subscription) Queue() string {
	return s.text[len(MsgVerb)+s.subjectLen()+1+s.SIDLen()+1:]
}

// IsOf reports whether it is of a queue group, here or on another server. An empty name is of all, and of none.
func (s *Subscription) IsOf(queue string) bool { return queue == "" || NearName(s.Queue()) == queue }

// Admit counts n deliveries. It reports how many of them may be made, and whether
// the last of these is the last that UNSUB's max allows.
//
// It counts before it looks at the limit, and LimitTo sets the limit before it
// looks at the count, so that one of the two sees that the limit is reached. What
// was counted before the subscription ended is still due.
func (s *Subscription) Admit(n int) (ok int, last bool) {
	if s.IsOver() {
		return 0, false
	}
	before := s.delivered.Add(int64(n)) - int64(n)
	switch limit := s.Limit.Load() &^ (ended | Filtered); {
	case limit == 0:
		return n, false
	case before >= limit:
		return 0, false
	default:
		return int(min(limit-before, int64(n))), before+int64(n) >= limit
	}
}

// LimitTo sets UNSUB's max, and reports whether it is reached already. It is for
// the owner of a subscription that is not over.
func (s *Subscription) LimitTo(most int64) (reached bool) {
	s.Limit.Store(most | s.Limit.Load()&Filtered)
	return s.delivered.Load() >= most
}

// Filter makes deliveries be asked about.
func (s *Subscription) Filter() { s.Limit.Or(Filtered) }

// Unfilter has nobody be asked any more.
func (s *Subscription) Unfilter() { s.Limit.And(^Filtered) }

// IsFiltered reports whether deliveries must be asked about.
func (s *Subscription) IsFiltered() bool { return s.Limit.Load()&Filtered != 0 }

// Permits reports whether the client may be given a message of the subject.
func (s *Subscription) Permits(subject []byte) bool {
	return !s.IsFiltered() || s.To.Rights.Load().MayReceive(subject, s.Queue())
}

// Unlimited reports whether deliveries need no counting against a limit, and nobody
// to be asked.
func (s *Subscription) Unlimited() bool { return s.Limit.Load() == 0 }

// End stops further deliveries, whatever the partitions still hold.
func (s *Subscription) End() { s.Limit.Or(ended) }

// IsOver reports whether the subscription has ended.
func (s *Subscription) IsOver() bool { return s.Limit.Load()&ended != 0 }

// IsDue reports whether a member of a queue group that has ended has still to get what it was chosen for before: its owner
// does not hear that it is over until all of that is posted ([fence]).
func (s *Subscription) IsDue() bool { return s.Queue() != "" && s.Limit.Load() == ended }

// Owner is the subscription that is delivered to: of a shadow, the one that casts it.
func (s *Subscription) Owner() *Subscription {
	if sh := s.To.Shadow(); sh != nil {
		return sh.Of
	}
	return s
}

// Report is what there is to know about the subscription.
func (s *Subscription) Report() report.Subscription {
	s = s.Owner()
	account := access.GlobalAccount
	if s.To.Account != nil {
		account = s.To.Account.Name
	}
	return report.Subscription{
		Account:   account,
		CID:       s.To.ID,
		SID:       s.SID(),
		Subject:   s.Subject(),
		Queue:     NearName(s.Queue()),
		Delivered: s.delivered.Load(),
		Max:       s.Limit.Load() &^ (ended | Filtered),
	}
}
