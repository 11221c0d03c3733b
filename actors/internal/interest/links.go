package interest

import (
	"maps"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/asynkron/protoactor-go/actor"

	"github.com/troupe-mq/troupe/actors/internal/account"
)

// Every is the account number of a link that is for all accounts.
const Every = -1

// Link is a connection to another server, as partitions see it: whom they tell what is
// wanted here. It is never changed.
type Link struct {
	PID     *actor.PID
	ID      uint64 // that of its targets
	Kind    Kind
	Account int // whose number, or Every
	Share   Share
	Cluster string
	Alone   bool // it is not told what other leaf nodes want
	Origins bool // it is told which leaf nodes want something, by their cluster

	syncing atomic.Bool
}

// Synced says that the link knows what is wanted on its other side.
func (l *Link) Synced() { l.syncing.Store(false) }

// Links is the links that there are. Its methods may be called from any goroutine. Without
// a link it costs one look at a pointer.
type Links struct {
	now atomic.Pointer[map[int][]*Link]
	mu  sync.Mutex // for those who change it

	// How many there are, and how many of them to servers that hang on this broker.
	all, below atomic.Int32
}

// Of is the links that are told what is wanted in an account. The slice is not to be changed.
func (l *Links) Of(account int) []*Link {
	now := l.now.Load()
	if now == nil {
		return nil
	}
	some, every := (*now)[account], (*now)[Every]
	switch {
	case len(every) == 0:
		return some
	case len(some) == 0:
		return every
	default:
		return slices.Concat(some, every)
	}
}

// Tell reports whether a server of a kind, to which there is a link, may be told what other servers want.
func (l *Links) Tell(k Kind) bool {
	if k.Below() {
		return l.all.Load() > 1
	}
	return l.below.Load() > 0
}

// Any reports whether there is a link at all.
func (l *Links) Any() bool { return l.now.Load() != nil }

// All is all of them.
func (l *Links) All() (all []*Link) {
	if now := l.now.Load(); now != nil {
		for _, some := range *now {
			all = append(all, some...)
		}
	}
	return all
}

// Syncing reports whether some link of an account does not know yet what is wanted on its
// other side, so that nobody can say that there is no one who answers.
func (l *Links) Syncing(a *account.Account) bool {
	for _, at := range l.Of(a.Index()) {
		if at.syncing.Load() && at.Share.Has(a) {
			return true
		}
	}
	return false
}

// Add takes a link in, which is not synced. Nobody waits for a leaf node: there may be many, and they come as they like.
func (l *Links) Add(at *Link) {
	at.syncing.Store(at.Kind != Spoke)
	l.counted(at, 1)
	l.change(func(all map[int][]*Link) { all[at.Account] = append(slices.Clone(all[at.Account]), at) })
}

func (l *Links) counted(at *Link, n int32) {
	l.all.Add(n)
	if at.Kind.Below() {
		l.below.Add(n)
	}
}

// Replace has another link in the place of one. It is as far as that.
func (l *Links) Replace(old, now *Link) {
	now.syncing.Store(old.syncing.Load())
	l.change(func(all map[int][]*Link) {
		some := slices.Clone(all[old.Account])
		for i := range some {
			if some[i] == old {
				some[i] = now
			}
		}
		all[old.Account] = some
	})
}

// Remove takes it out.
func (l *Links) Remove(at *Link) {
	l.counted(at, -1)
	l.change(func(all map[int][]*Link) {
		left := slices.DeleteFunc(slices.Clone(all[at.Account]), func(o *Link) bool { return o == at })
		if all[at.Account] = left; len(left) == 0 {
			delete(all, at.Account)
		}
	})
}

// change puts another map in the place of the one that there is; nil for an empty one.
func (l *Links) change(do func(all map[int][]*Link)) {
	l.mu.Lock()
	defer l.mu.Unlock()
	next := make(map[int][]*Link)
	if now := l.now.Load(); now != nil {
		maps.Copy(next, *now)
	}
	if do(next); len(next) == 0 {
		l.now.Store(nil)
		return
	}
	l.now.Store(&next)
}

// Concerns reports whether a link may be told of what somebody wants who has a target.
func (l *Link) Concerns(t *Target) bool {
	if t.ID == l.ID || !l.Kind.HandsOn(t.Kind) || l.Alone && t.Kind == Spoke {
		return false
	}
	return l.Cluster == "" || t.Cluster() != l.Cluster
}

// Wants reports whether a link is told of a subscription.
func (l *Link) Wants(s *Subscription) bool {
	return l.Concerns(s.To) && (l.Cluster == "" || s.To.Kind != Route || s.Origin() != l.Cluster) && l.Share.Has(s.To.Account)
}

// Origin is the cluster of the leaf node that a link is told has a subscription, empty for what is this broker's own.
func (l *Link) Origin(s *Subscription) string {
	if !l.Origins {
		return ""
	}
	return s.To.Cluster()
}
