package inbound

import (
	"errors"
	"math"
	"sync"
	"sync/atomic"
	"time"

	"github.com/troupe-mq/troupe/actors/internal/host"
	"github.com/troupe-mq/troupe/actors/internal/steps"
	"github.com/troupe-mq/troupe/internal/memory"
)

// Budget bounds the memory of all commands that have come in in part. One
// client is bounded by the largest message that it may send; a thousand that never
// send its last byte would not be. When the budget is used up, the client pays that
// has kept most bytes for longest without sending more: not the one that comes, and
// none that goes on. Who has finished such commands before is trusted to do so again.
type Budget struct {
	Host  *host.Host
	turns steps.Turns  // whoever goes on with a large command needs one
	limit atomic.Int64 // bytes
	used  atomic.Int64

	mu     sync.Mutex
	stakes []*Stake
	looked int  // where in them the last look for the worst has ended
	met    bool // somebody had to go since memory was last given back
}

const (
	// leastAccounted is the largest buffer that is not worth to be accounted, in bytes:
	// each connection costs more than that in any case.
	leastAccounted = 4 << 10
	// looks is at how many stakes one look for the worst is: that it takes no longer
	// where there are thousands is worth more than that it finds the very worst of them.
	looks = 64
	// spareShare is which part of the budget those may take beyond it who are trusted.
	spareShare = 2
	// quietShare is which part of the budget is in use when an attack is over, and
	// memory is given back.
	quietShare = 8
)

// NewBudget is one of so many bytes.
func NewBudget(h *host.Host, bytes int) *Budget {
	b := &Budget{Host: h, turns: steps.NewTurns()}
	b.SetLimit(bytes)
	return b
}

// GaveWayError is why a connection is closed whose unfinished command had to go.
type GaveWayError struct {
	Bytes int           // that it kept
	Still time.Duration // since it last went on
}

func (*GaveWayError) Error() string { return "too much has come in unfinished" }

// AsGaveWay is err as the error of a connection that had to give way, nil if it is
// another one.
func AsGaveWay(err error) *GaveWayError {
	gave, _ := errors.AsType[*GaveWayError](err)
	return gave
}

// SetLimit changes what all unfinished commands together may take, in bytes.
func (b *Budget) SetLimit(bytes int) { b.limit.Store(int64(bytes)) }

// InUse is what they take, in bytes.
func (b *Budget) InUse() int64 { return b.used.Load() }

// change accounts a stake anew, and makes room for it if it has grown.
func (b *Budget) change(s *Stake, bytes int) {
	for _, other := range b.enter(s, bytes) {
		other.interrupt()
	}
}

// enter returns who has had to go.
func (b *Budget) enter(s *Stake, bytes int) (gone []*Stake) {
	b.mu.Lock()
	defer b.mu.Unlock()
	grown := bytes - s.bytes
	s.bytes = bytes
	used := b.used.Add(int64(grown))
	switch bytes {
	case grown:
		s.index = len(b.stakes)
		b.stakes = append(b.stakes, s)
	case 0:
		b.drop(s)
	}
	switch limit := b.limit.Load(); {
	case grown > 0 && used > limit:
		return b.relieve()
	case b.met && used < limit/quietShare:
		b.met = false
		b.Host.Spawn("collector", memory.GiveBack)
	}
	return nil
}

// drop takes a stake off the list.
func (b *Budget) drop(s *Stake) {
	last := len(b.stakes) - 1
	b.stakes[s.index] = b.stakes[last]
	b.stakes[s.index].index = s.index
	b.stakes[last] = nil
	b.stakes = b.stakes[:last]
}

// relieve takes what others keep, until all fits. Those who are trusted are spared
// while it does not come to much more.
func (b *Budget) relieve() (gone []*Stake) {
	now, limit := b.Host.Now().UnixNano(), b.limit.Load()
	for b.used.Load() > limit {
		worst := b.worst(now, looks)
		if worst == nil || worst.trusted(now) {
			worst = b.worst(now, len(b.stakes))
		}
		if worst == nil || worst.trusted(now) && b.used.Load() < limit+limit/spareShare {
			break
		}
		if !worst.take(now) {
			continue // it goes on in this moment
		}
		b.met = true
		b.used.Add(int64(-worst.bytes))
		b.drop(worst)
		worst.bytes = 0
		gone = append(gone, worst)
	}
	return gone
}

// worst is who keeps most bytes for longest, of the next few who wait for their client.
func (b *Budget) worst(now int64, few int) (worst *Stake) {
	most := math.Inf(-1)
	for range min(few, len(b.stakes)) {
		b.looked = (b.looked + 1) % len(b.stakes)
		s := b.stakes[b.looked]
		if score := s.score(now); score > most && s.state.Load() == resting {
			most, worst = score, s
		}
	}
	return worst
}
