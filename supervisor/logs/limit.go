package logs

import (
	"time"
)

// limiterCauses is how many causes a Limiter tells apart by default.
const limiterCauses = 256

// Limiter lets each cause pass a number of times within a period and counts what it holds back, so that one fault
// which repeats without end cannot flood a log. It has no clock and no lock: it belongs to one owner.
type Limiter struct {
	burst  int
	per    time.Duration
	causes int
	seen   map[string]*allowance
	others allowance // shared by all causes that find no room
	swept  time.Time
}

type allowance struct {
	since  time.Time
	passed int
	held   int       // what was held back and nobody has been told of
	from   time.Time // when the first of these was
}

// Held is how often a cause was held back, and for how long.
type Held struct {
	Cause string // empty: several, for which there was no room
	Times int
	For   time.Duration
}

// NewLimiter lets each cause pass burst times in each period. It tells that many causes apart; those beyond share one
// allowance, since their texts may come from a stranger and must not fill the memory. 0 causes means 256.
func NewLimiter(burst int, per time.Duration, causes int) *Limiter {
	if causes <= 0 {
		causes = limiterCauses
	}

	return &Limiter{burst: burst, per: per, causes: causes, seen: make(map[string]*allowance)}
}

// Allow reports whether the cause may pass now. If not, it is counted for Over.
func (l *Limiter) Allow(cause string, now time.Time) bool {
	a := l.find(cause, now)

	if now.Sub(a.since) >= l.per {
		a.since, a.passed = now, 0
	}

	if a.passed < l.burst {
		a.passed++

		return true
	}

	if a.held++; a.held == 1 {
		a.from = now
	}

	return false
}

// Over takes out what was held back by causes whose period is over; what is held back now counts anew. more is whether
// other causes hold something back.
func (l *Limiter) Over(now time.Time) (held []Held, more bool) {
	return l.take(now, l.per)
}

// All takes out everything that was held back, whether a period is over or not.
func (l *Limiter) All(now time.Time) []Held {
	held, _ := l.take(now, 0)

	return held
}

// take takes out what was held back by causes that are at least that old.
func (l *Limiter) take(now time.Time, age time.Duration) (held []Held, more bool) {
	take := func(cause string, a *allowance) {
		switch {
		case a.held == 0:
		case now.Sub(a.since) < age:
			more = true
		default:
			held = append(held, Held{cause, a.held, now.Sub(a.from)})
			a.held = 0
		}
	}

	for cause, a := range l.seen {
		take(cause, a)
	}

	take("", &l.others)

	return held, more
}

func (l *Limiter) find(cause string, now time.Time) *allowance {
	if a := l.seen[cause]; a != nil {
		return a
	}

	if len(l.seen) >= l.causes {
		l.sweep(now)
	}

	if len(l.seen) >= l.causes {
		return &l.others
	}

	a := &allowance{since: now}
	l.seen[cause] = a

	return a
}

// sweep makes room by forgetting causes whose period is over. What they held back is not lost but told by another.
// It looks at all of them, so it does that once a period at most.
func (l *Limiter) sweep(now time.Time) {
	if now.Sub(l.swept) < l.per {
		return
	}

	l.swept = now

	for cause, a := range l.seen {
		if now.Sub(a.since) < l.per {
			continue
		}

		if a.held > 0 && l.others.held == 0 {
			l.others.from = a.from
		}

		l.others.held += a.held
		delete(l.seen, cause)
	}
}
