package troupecmd

import (
	"runtime/metrics"
	"time"

	"github.com/troupe-mq/troupe/actors"
	"github.com/troupe-mq/troupe/actors/report"
	"github.com/troupe-mq/troupe/internal/memory"
	"github.com/troupe-mq/troupe/supervisor"
)

// What makes a broker quiet, and a burst worth the cost.
const (
	idleTick  = 500 * time.Millisecond
	idleTicks = 2
	worthIt   = 4 << 20 // bytes allocated since the last time: a trickle of messages must not collect again and again
)

// What makes a broker calm that goes on working: after a burst of reports others still send messages.
const (
	calmTicks = 4
	calmBytes = 512 << 10 // allocated in a tick at most
	worthMore = 32 << 20  // bytes allocated since the last time
)

// idle gives memory back after a burst. The runtime returns it bit by bit, and
// without work it looks for garbage every two minutes only; until then the
// process holds what nobody uses. It costs two collections of all that is alive,
// which run beside whatever comes next, and the page faults of the next burst.
type idle struct {
	ticks     <-chan time.Time
	stats     func() report.Stats
	allocated func() uint64 // bytes, since the start of the process
	free      func()
}

// watchIdle gives memory back until the result is called, which waits for the
// end of it.
func watchIdle(broker *actors.Broker) (stop func()) {
	ticker := time.NewTicker(idleTick)
	i := &idle{ticks: ticker.C, stats: broker.Stats, allocated: allocated, free: memory.GiveBack}
	quit, ended := make(chan struct{}), make(chan struct{})
	supervisor.Go(broker.Report, "process/idle", func() {
		defer close(ended)
		i.run(quit)
	})
	return func() {
		ticker.Stop()
		close(quit)
		<-ended
	}
}

// run watches until quit is closed.
func (i *idle) run(quit <-chan struct{}) {
	last, quiet, spent := actionOf(i.stats()), idleTicks, i.allocated()
	calm, before := 0, spent
	for {
		select {
		case <-quit:
			return
		case <-i.ticks:
		}
		now, bytes := actionOf(i.stats()), i.allocated()
		if quiet++; now != last {
			last, quiet = now, 0
		}
		if calm++; bytes-before > calmBytes {
			calm = 0
		}
		before = bytes
		if quiet == idleTicks && bytes-spent >= worthIt || calm == calmTicks && bytes-spent >= worthMore {
			i.free()
			spent = i.allocated()
			before = spent
		}
	}
}

// action is what moves in a broker that is in use.
type action struct {
	connections, subscriptions  int
	connected, subscribed       uint64 // since the start
	received, sent, transmitted uint64 // messages
}

func actionOf(s report.Stats) action {
	return action{
		connections: s.Connections, subscriptions: s.Subscriptions,
		connected: s.TotalConnections, subscribed: s.TotalSubscribed,
		received: s.InMessages, sent: s.OutMessages, transmitted: s.Ledger.Delivered,
	}
}

// allocated reads a counter of the runtime; unlike its statistics of memory, it
// stops nobody.
func allocated() uint64 {
	sample := []metrics.Sample{{Name: "/gc/heap/allocs:bytes"}}
	metrics.Read(sample)
	if sample[0].Value.Kind() != metrics.KindUint64 {
		return 0 // not in this version of Go
	}
	return sample[0].Value.Uint64()
}
