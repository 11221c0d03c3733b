package instant

import (
	"math"
	"time"
)

// Instant is a time in nanoseconds. Those of one process can be compared.
type Instant int64

// Never is no instant.
const Never Instant = 0

// before is before anything that happens in this process.
var before = time.Now().Add(-time.Hour)

// Now is the present.
func Now() Instant { return Instant(time.Since(before)) }

// Of is the instant of t.
func Of(t time.Time) Instant { return Instant(t.Sub(before)) }

// In is d later, or the end of time.
func (i Instant) In(d time.Duration) Instant {
	if then := i + Instant(d); d <= 0 || then > i {
		return then
	}
	return math.MaxInt64
}

// Sub is how much later i is than other.
func (i Instant) Sub(other Instant) time.Duration { return time.Duration(i - other) }
