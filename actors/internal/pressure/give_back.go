package pressure

import (
	"sync/atomic"
	"time"

	"github.com/troupe-mq/troupe/internal/memory"
)

// unused is what was used by somebody who has gone. The Go runtime keeps such memory for
// long, and an operator who looks at the process takes it for a leak.
type unused struct {
	free  atomic.Int64 // bytes since it was last given back
	timer atomic.Bool  // it is about to be
}

// Memory is given back when at least leastGiven bytes are free, and not more often than
// once in giveEvery: it costs a garbage collection.
const (
	leastGiven = 16 << 20
	giveEvery  = 2 * time.Second
)

// GiveBack has memory given back to the system, a moment after so many bytes of it are
// used no more.
func (b *Budget) GiveBack(bytes int64) {
	m := &b.unused
	if bytes <= 0 || m.free.Add(bytes) < leastGiven || !m.timer.CompareAndSwap(false, true) {
		return
	}
	time.AfterFunc(giveEvery, func() {
		b.Host.Spawn("memory", func() {
			m.free.Store(0)
			m.timer.Store(false)
			memory.GiveBack()
		})
	})
}
