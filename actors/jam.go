package actors

import (
	"sync/atomic"
	"time"
)

// A client that reads, but more slowly than others publish to it, would run into
// MaxPending and be evicted, in a flood that it could well have stood in a
// second more. TCP has an answer for two: the writer waits. Here it holds for as
// long as nobody else has to wait, too: a publisher is paced when all who get
// its messages are behind and all of them are moving, and a little at a time.
// A single subscriber that is slow among others, or one that is stuck, never
// slows a publisher.

// jam is a stretch of time in which much waits for a client that reads.
type jam struct {
	over  chan struct{} // closed when it has cleared
	moved atomic.Int64  // when the client last took something, in nanoseconds of Unix time
}

const (
	// jamShare is which part of MaxPending makes a jam, and leastJam how many
	// bytes at least: less than that is on its way in any case.
	jamShare = 8
	leastJam = lot
	// jamStill is how long a client that takes nothing counts as moving.
	jamStill = 50 * time.Millisecond
	// jamWait is how long a publisher waits at most before it reads on.
	jamWait = 10 * time.Millisecond
)

// moving reports whether the client still takes something.
func (j *jam) moving(now time.Time) bool {
	return now.UnixNano()-j.moved.Load() < int64(jamStill)
}

// took notes that the client of a target took something.
func (t *target) took() {
	if j := t.jam.Load(); j != nil {
		j.moved.Store(time.Now().UnixNano())
	}
}

// direct begins a jam, or ends it.
func (c *connection) direct(pending int) {
	limit := max(c.config().MaxPending/jamShare, leastJam)
	switch j := c.to.jam.Load(); {
	case j == nil && pending > limit && !c.leaving:
		j = &jam{over: make(chan struct{})}
		j.moved.Store(c.now().UnixNano())
		c.to.jam.Store(j)
	case j != nil && (pending < limit/2 || c.leaving):
		c.to.jam.Store(nil)
		close(j.over)
	}
}

// behind is a jam that the publisher of these parcels may wait for: nil if any
// of those who get them keeps up, or does not move at all.
func (k *packer) behind() *jam {
	var found *jam
	for i := range k.parcels {
		if !k.parcels[i].used {
			continue
		}
		j := k.parcels[i].to.jam.Load()
		if j == nil || !j.moving(k.c.now()) {
			return nil
		}
		found = j
	}
	return found
}

// wait holds the reader up until the jam clears, or long enough. It returns
// early, with the turn, if there is another one.
func (j *jam) wait(turns <-chan turn) (next turn, early bool) {
	enough := time.NewTimer(jamWait)
	defer enough.Stop()
	select {
	case <-j.over:
	case <-enough.C:
	case next = <-turns:
		return next, true
	}
	return next, false
}
