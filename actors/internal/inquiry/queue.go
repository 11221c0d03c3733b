package inquiry

import (
	"hash/maphash"
	"time"

	"github.com/troupe-mq/troupe/actors/internal/fair"
)

// What may be asked, and may wait to be asked.
const (
	atOnce       = 1024
	mayWaitBytes = 32 << 20
	askBytes     = 1024 // of one beside what the client has presented
)

var seed = maphash.MakeSeed()

// queue is those who wait to be asked about. Addresses take turns. The actor owns it.
type queue struct {
	waiting *fair.Pool[*Ask]
	turns   []uint64 // the addresses that somebody waits of, each once
	dropped int      // since it was last asked
}

func newQueue() queue { return queue{waiting: fair.NewPool[*Ask]()} }

// add keeps one, for which others may have to go: those are returned.
func (q *queue) add(a *Ask) (gone []*Ask) {
	shown := a.Proof.Claim.Delegation().Shown
	from := maphash.String(seed, shown.Host)
	if q.waiting.Of(from) == nil {
		q.turns = append(q.turns, from)
	}
	cost := askBytes + len(shown.User) + len(shown.Password) + len(shown.Token) + len(shown.JWT)
	q.waiting.Add(a, fair.Owner{Account: from, Client: a.Proof.CID}, cost, time.Time{}, 0)
	for q.waiting.Bytes() > mayWaitBytes {
		most := q.waiting.Excess()
		q.waiting.Remove(most)
		gone = append(gone, most.Value)
		q.dropped++
	}
	return gone
}

// next is one whose turn it is, nil if nobody waits.
func (q *queue) next() *Ask {
	for len(q.turns) > 0 {
		from := q.turns[0]
		q.turns = q.turns[1:]
		i := q.waiting.Of(from)
		if i == nil {
			continue
		}
		q.waiting.Remove(i)
		if q.waiting.Of(from) != nil {
			q.turns = append(q.turns, from)
		}
		return i.Value
	}
	return nil
}
