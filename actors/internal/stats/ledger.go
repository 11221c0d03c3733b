package stats

import (
	"sync"
	"sync/atomic"

	"github.com/troupe-mq/troupe/actors/report"
)

// drops counts discarded copies by reason. Dropping is rare, so it may cost more
// than delivering does.
type drops struct {
	m sync.Map // CloseReason to *atomic.Uint64
}

func (d *drops) add(why report.CloseReason, copies int) {
	if copies == 0 {
		return
	}
	n, ok := d.m.Load(why)
	if !ok {
		n, _ = d.m.LoadOrStore(why, new(atomic.Uint64))
	}
	n.(*atomic.Uint64).Add(uint64(copies))
}

// byReason is what was dropped, and the sum of it.
func (d *drops) byReason() (map[string]uint64, uint64) {
	out, sum := make(map[string]uint64), uint64(0)
	d.m.Range(func(why, n any) bool {
		copies := n.(*atomic.Uint64).Load()
		out[why.(report.CloseReason).Key()] += copies
		sum += copies
		return true
	})
	return out, sum
}

// Ledger reads the counters. Later stages are read first: what moves on
// meanwhile is then seen as waiting, and never as more than there was.
func (c *Counters) Ledger() report.Ledger {
	var l report.Ledger
	var dropped uint64
	l.Delivered = c.written.Load()
	l.Dropped, dropped = c.dropped.byReason()
	l.Copies = c.delivered.Load()
	if done := l.Delivered + dropped; done < l.Copies {
		l.Waiting = l.Copies - done
	}
	l.NoInterest, l.Refused, l.Routed = c.noInterest.Load(), c.refused.Load(), c.routed.Load()
	l.In = c.InMessages.Load()
	return l
}
