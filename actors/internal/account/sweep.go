package account

import (
	"time"

	"github.com/troupe-mq/troupe/actors/report"
)

// This file is how the memory of reply routes is given back when nobody asks any more.

const (
	// sweepPause is how often somebody looks while routes are open.
	sweepPause = time.Second
	// sweepStep is how many are closed before others get the lock, and sweepBreath
	// how long they have it for.
	sweepStep   = 256
	sweepBreath = time.Millisecond
)

// sweepSome closes those whose time is up. It is called by the timer, of which there
// is one.
func (r *Replies) sweepSome() {
	r.mu.Lock()
	defer r.unlock()
	pause := sweepPause
	if r.expire(time.Now(), sweepStep) {
		pause = sweepBreath
	}
	if r.pool.Len() == 0 {
		r.sweep = nil
		return
	}
	r.sweep.Reset(pause)
}

// expire closes up to so many whose time is up, and reports whether there may be more.
func (r *Replies) expire(now time.Time, most int) (more bool) {
	for range most {
		item := r.pool.Overdue(now)
		if item == nil {
			return false
		}
		r.shut(item)
		r.fail(item.Value, report.LatencyUnanswered)
	}
	return true
}

// Retain closes the routes into accounts that are gone, and those that they have asked
// for.
func (r *Replies) Retain(live map[int]bool) {
	for r.retainSome(live) {
		// others get the lock in between
	}
}

// retainSome closes some of them, and reports whether there may be more.
func (r *Replies) retainSome(live map[int]bool) (more bool) {
	r.mu.Lock()
	defer r.unlock()
	left := sweepStep
	for number, tokens := range r.into {
		if live[number] {
			continue
		}
		for _, item := range tokens {
			if left--; left < 0 {
				return true
			}
			r.shut(item)
		}
	}
	for _, number := range r.pool.Accounts() {
		if live[int(number)] {
			continue
		}
		for item := r.pool.Of(number); item != nil; item = r.pool.Of(number) {
			if left--; left < 0 {
				return true
			}
			r.shut(item)
		}
	}
	return false
}
