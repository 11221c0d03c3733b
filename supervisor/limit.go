package supervisor

import "time"

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
	since      time.Time
	passed     int
	suppressed int
}

// NewLimiter lets each cause pass burst times in each period. It tells that many causes apart; those beyond share one
// allowance, since their texts may come from a stranger and must not fill the memory. 0 causes means 256.
func NewLimiter(burst int, per time.Duration, causes int) *Limiter {
	if causes <= 0 {
		causes = limiterCauses
	}

	return &Limiter{burst: burst, per: per, causes: causes, seen: make(map[string]*allowance)}
}

// Allow reports whether the cause may pass now. If so, suppressed is how often it was held back since it last passed.
func (l *Limiter) Allow(cause string, now time.Time) (ok bool, suppressed int) {
	a := l.find(cause, now)

	if now.Sub(a.since) >= l.per {
		a.since, a.passed = now, 0
	}

	if a.passed >= l.burst {
		a.suppressed++

		return false, 0
	}

	a.passed++
	suppressed, a.suppressed = a.suppressed, 0

	return true, suppressed
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
		if now.Sub(a.since) >= l.per {
			l.others.suppressed += a.suppressed
			delete(l.seen, cause)
		}
	}
}
