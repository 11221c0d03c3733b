package logs

import (
	"cmp"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/hashicorp/go-hclog"

	"github.com/troupe-mq/troupe/supervisor"
)

// Throttle is a Limiter in front of a log, for many goroutines. At the end of a period in which something was held
// back it logs how many lines like which there were. It costs a timer in such a period, and nothing in another.
type Throttle struct {
	log hclog.Logger
	per time.Duration

	mu      sync.Mutex
	limiter *Limiter
	levels  map[string]hclog.Level // of what is held back
	timer   *time.Timer            // nil if nothing is held back
}

// NewThrottle lets each cause pass burst times in each period, and logs to l what it holds back. It tells that many
// causes apart, as NewLimiter does.
func NewThrottle(l hclog.Logger, burst int, per time.Duration, causes int) *Throttle {
	return &Throttle{log: l, per: per, limiter: NewLimiter(burst, per, causes), levels: make(map[string]hclog.Level)}
}

// Allow reports whether a line of that level may be logged now. The cause is its text without what differs from line to
// line.
func (t *Throttle) Allow(level hclog.Level, cause string, now time.Time) bool {
	t.mu.Lock()
	defer t.mu.Unlock()

	if t.limiter.Allow(cause, now) {
		return true
	}

	if _, known := t.levels[cause]; known || len(t.levels) < t.limiter.causes {
		t.levels[cause] = level
	}

	if t.timer == nil {
		t.timer = time.AfterFunc(t.per, func() { supervisor.Go(nil, "held back log lines", t.over) })
	}

	return false
}

// over is called when a period must have passed since something was held back.
func (t *Throttle) over() {
	t.mu.Lock()
	held, more := t.limiter.Over(time.Now())
	levels := t.levels

	t.timer, t.levels = nil, make(map[string]hclog.Level)
	if more {
		t.levels = levels
		t.timer = time.AfterFunc(t.per, func() { supervisor.Go(nil, "held back log lines", t.over) })
	}
	t.mu.Unlock()

	t.tell(held, levels)
}

// Flush logs what is still held back. It is for the end, when no period will be over any more.
func (t *Throttle) Flush() {
	t.mu.Lock()
	held, levels := t.limiter.All(time.Now()), t.levels

	t.levels = make(map[string]hclog.Level)
	if t.timer != nil {
		t.timer.Stop()
		t.timer = nil
	}
	t.mu.Unlock()

	t.tell(held, levels)
}

func (t *Throttle) tell(held []Held, levels map[string]hclog.Level) {
	slices.SortFunc(held, func(a, b Held) int { return cmp.Compare(a.Cause, b.Cause) })

	for _, h := range held {
		level, known := levels[h.Cause]
		if !known {
			level = hclog.Warn
		}

		t.log.Log(level, fmt.Sprintf("%s: %d more like this in %v", cmp.Or(h.Cause, "other lines"), h.Times, max(h.For, time.Millisecond).Round(time.Millisecond)))
	}
}
