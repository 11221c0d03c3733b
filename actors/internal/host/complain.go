package host

import (
	"sync"
	"time"

	"github.com/troupe-mq/troupe/supervisor"
)

// What goes wrong with clients is logged a few times a second, then counted: ten
// thousand strangers with the same fault must not fill the disk with it.
const (
	complaintsPerSecond = 2 // for each cause
	complaintCauses     = 64
)

// complaints bounds the log lines about clients, by cause. All connections share it
// and it belongs to no actor, hence the lock.
type complaints struct {
	mu    sync.Mutex
	limit *supervisor.Limiter
}

func newComplaints() *complaints {
	return &complaints{limit: supervisor.NewLimiter(complaintsPerSecond, time.Second, complaintCauses)}
}

// Allowed reports whether a complaint may be logged. The pairs for it say how many of
// its cause were not since the last one, if there were any.
func (h *Host) Allowed(cause string, now time.Time, pairs ...any) (all []any, ok bool) {
	k := h.complaints
	k.mu.Lock()
	defer k.mu.Unlock()
	ok, suppressed := k.limit.Allow(cause, now)
	if suppressed > 0 {
		pairs = append(pairs, "suppressed", suppressed)
	}
	return pairs, ok
}
