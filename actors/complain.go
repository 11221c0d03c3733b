package actors

import (
	"sync"
	"time"

	"github.com/troupe-mq/troupe/supervisor"
)

// What goes wrong with clients is told once, then counted: ten thousand
// strangers with the same fault must not fill the disk with it.
const (
	complaintsPerSecond = 2
	complaintKinds      = 64
)

// complaints bounds the log lines about clients, by cause. It is shared by all
// connections and belongs to no actor, hence the lock.
type complaints struct {
	mu    sync.Mutex
	limit *supervisor.Limiter
}

func newComplaints() *complaints {
	return &complaints{limit: supervisor.NewLimiter(complaintsPerSecond, time.Second, complaintKinds)}
}

func (k *complaints) allow(cause string, now time.Time) (ok bool, suppressed int) {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.limit.Allow(cause, now)
}

// complain logs that something is wrong with the client.
func (c *connection) complain(cause string, args ...any) {
	ok, suppressed := c.complaints.allow(cause, c.now())
	if !ok {
		return
	}
	if suppressed > 0 {
		args = append(args, "suppressed", suppressed)
	}
	c.log().Error(cause, args...)
}
