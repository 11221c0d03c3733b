package index

import (
	"sync"
	"sync/atomic"
	"time"

	"github.com/troupe-mq/troupe/topics"
	"github.com/troupe-mq/troupe/topics/internal/cache"
	"github.com/troupe-mq/troupe/topics/internal/subscribers"
)

// Wide is the subscriptions that concern every partition of a broker: those whose
// pattern has a wildcard among its first two tokens, so that [topics.Home] is all of
// them. Each is held once, and the indexes of all partitions that were made with
// it find it.
//
// All methods may be called at any time from any goroutine, those of the indexes'
// owners among them; [Index.Insert] and [Index.Remove] pass such patterns on to
// them. A change takes effect at once and as a whole. A match that begins after
// Insert or Remove has returned sees what it did, in whichever partition, if that
// partition can know that it has returned: it did so itself, or has had a message
// from who did. A match that is under way in another partition sees it or not.
// So whoever publishes behind a subscription of his own must not be matched
// before it was inserted. For whom it is inserted by, any one partition will do.
//
// An index that has cached a result knows by counters, without a lock, whether a
// change concerns it. A search for what is not cached locks out those who change
// the Wide, a few visits at a time. How long a change has waited for that is told to
// whose step it was ([Index.Waited]).
type Wide[T comparable] struct {
	mu        sync.RWMutex
	trie      subscribers.Trie[T]
	lastStamp uint64

	changes          cache.Everywhere
	subs             atomic.Int64
	inserts, removes atomic.Uint64

	broken   func() // what a change that has failed is followed by, nil for nothing
	changing bool   // a change is under way, or has failed
}

// wideStamp is in every stamp of a Wide's leaves and in none of an index'.
const wideStamp = 1 << 63

// NewWide returns one that is empty.
func NewWide[T comparable]() *Wide[T] { return &Wide[T]{} }

// IfBroken has f called when a change ends in a panic, before anybody else gets at the
// Wide: what it finds from then on is not to be trusted, and it is to be replaced. F must
// not wait for anybody who uses the Wide. IfBroken is called before the first change.
func (w *Wide[T]) IfBroken(f func()) { w.broken = f }

// change locks the Wide for a change, and changed is the end of one that has not failed.
// It returns how long it has waited for others.
func (w *Wide[T]) change() (waited time.Duration) {
	if !w.mu.TryLock() {
		since := time.Now()
		w.mu.Lock()
		waited = time.Since(since)
	}
	w.changing = true
	return waited
}

// release is deferred behind change.
func (w *Wide[T]) release() {
	defer w.mu.Unlock()
	if w.changing && w.broken != nil {
		w.broken()
	}
}

// Len returns the number of subscriptions.
func (w *Wide[T]) Len() int { return int(w.subs.Load()) }

// Insert is [Index.Insert]. It also returns false if the pattern is valid but
// has one home.
func (w *Wide[T]) Insert(pattern, queue string, sub T) bool {
	if _, all := topics.Home(pattern, 1); !all || !topics.ValidPattern(pattern) {
		return false
	}
	added, _ := w.insert(pattern, queue, sub)
	return added
}

func (w *Wide[T]) insert(pattern, queue string, sub T) (added bool, waited time.Duration) {
	waited = w.change()
	defer w.release()
	l := w.trie.Insert(pattern, queue, sub)
	if l == nil {
		w.changing = false
		return false, waited
	}
	w.subs.Add(1)
	w.inserts.Add(1)
	w.changed(pattern, l)
	return true, waited
}

// Remove is [Index.Remove].
func (w *Wide[T]) Remove(pattern, queue string, sub T) bool {
	if _, all := topics.Home(pattern, 1); !all {
		return false
	}
	removed, _ := w.remove(pattern, queue, sub)
	return removed
}

func (w *Wide[T]) remove(pattern, queue string, sub T) (removed bool, waited time.Duration) {
	waited = w.change()
	defer w.release()
	l := w.trie.Remove(pattern, queue, sub)
	if l == nil {
		w.changing = false
		return false, waited
	}
	w.subs.Add(-1)
	w.removes.Add(1)
	w.changed(pattern, l)
	return true, waited
}

// changed is called last, with the lock held: who sees the counters move can
// also see why.
func (w *Wide[T]) changed(pattern string, l *subscribers.Leaf[T]) {
	w.lastStamp++
	l.Stamp = w.lastStamp | wideStamp
	w.changes.Changed(pattern)
	w.changing = false
}

// All is [Index.All]. The Wide is locked meanwhile.
func (w *Wide[T]) All(yield func(pattern, queue string, sub T) bool) {
	w.mu.RLock()
	defer w.mu.RUnlock()
	w.trie.All(yield)
}

// Count is [Index.Count]. It knows nothing of matches, which the indexes count.
func (w *Wide[T]) Count() Stats {
	return Stats{Subscriptions: w.Len(), Inserts: w.inserts.Load(), Removes: w.removes.Load()}
}
