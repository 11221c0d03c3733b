package report

import (
	"strings"
)

// Ledger says what became of every message that was published. Two sums hold
// when the broker is at rest, and nearly hold while it is not, because the
// numbers are read one after the other:
//
//	In     = Routed + NoInterest + Refused        messages
//	Copies = Delivered + Waiting + all of Dropped copies
//
// Waiting is what the other numbers leave open. A copy that was lost without
// being counted would stay there for ever, which is how such a mistake shows.
type Ledger struct {
	In         uint64            `json:"in"`          // messages published
	Routed     uint64            `json:"routed"`      // of them: at least one copy was made
	NoInterest uint64            `json:"no_interest"` // of them: nobody wanted it
	Refused    uint64            `json:"refused"`     // of them: not permitted, or cut short by a crash
	Copies     uint64            `json:"copies"`      // one for each subscription that a message went to
	Delivered  uint64            `json:"delivered"`   // copies that were written to their client's transport
	Waiting    uint64            `json:"waiting"`     // copies on their way
	Dropped    map[string]uint64 `json:"dropped"`     // copies that were discarded, by reason
}

// Gone is the reason in the ledger for copies that arrive when their connection has just ended.
const Gone CloseReason = "Gone"

// Key is the reason as a name that metrics and JSON readers can take:
// "slow_consumer_pending_bytes".
func (r CloseReason) Key() string {
	words := strings.FieldsFunc(strings.ToLower(string(r)), func(c rune) bool {
		return (c < 'a' || c > 'z') && (c < '0' || c > '9')
	})
	return strings.Join(words, "_")
}

// LostElsewhere is how many copies were dropped since a ledger of before, for other reasons than that
// their very connection had crashed.
func (l *Ledger) LostElsewhere(before Ledger) uint64 {
	lost := uint64(0)
	for why, n := range l.Dropped {
		if why != InternalError.Key() && why != Gone.Key() {
			lost += n - before.Dropped[why]
		}
	}
	return lost
}
