package mailbox

import (
	"time"

	"github.com/troupe-mq/troupe/internal/instant"
)

// UserMessageCount is Depth, by the name that the actor system knows. It may be
// called from any goroutine.
func (m *Mailbox) UserMessageCount() int { return m.Depth() }

// Depth is the number of user messages waiting, those of the round being
// handled left out. It may be called from any goroutine.
func (m *Mailbox) Depth() int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return len(m.user)
}

// Oldest is how long the oldest waiting message has waited, zero if none does.
// It may be called from any goroutine.
func (m *Mailbox) Oldest() time.Duration {
	m.mu.Lock()
	defer m.mu.Unlock()
	if len(m.user) == 0 || m.waiting == instant.Never {
		return 0
	}
	return instant.Now().Sub(m.waiting)
}

// Handled is the number of user messages handled since the mailbox was made.
// It may be called from any goroutine.
func (m *Mailbox) Handled() uint64 { return m.handled.Load() }
