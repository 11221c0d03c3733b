package observer

import (
	"bytes"
	"context"
	"encoding/json"
	"sync"
	"time"

	"github.com/troupe-mq/troupe/actors/report"
	"github.com/troupe-mq/troupe/supervisor"
)

// How often pages are told something: what supervisors did every beat, all else every
// step of the series.
const beat = 250 * time.Millisecond

// most is how many pages are told what happens at a time.
const most = 64

// backlog is how many frames may wait for one of them: two seconds of what is told.
const backlog = 16

// broadcast tells all open pages the same. While there is none it does nothing. It belongs to the
// handlers of the pages, the sampler and its own goroutine, which is why it has a lock.
type broadcast struct {
	of *Observer

	mu       sync.Mutex
	watchers map[*watcher]struct{}
	stop     chan struct{} // ends the goroutine; nil while there is none
	closed   bool
}

// watcher is one page.
type watcher struct {
	frames chan []byte
	over   chan struct{} // closed when there is nothing more to tell
	missed bool          // it did not read for so long that something was left out
}

func newBroadcast(o *Observer) *broadcast {
	return &broadcast{of: o, watchers: make(map[*watcher]struct{})}
}

// join adds a page, and starts to ask for what pages are told. It is nil if there are
// too many pages.
func (b *broadcast) join() *watcher {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.closed || len(b.watchers) >= most {
		return nil
	}
	w := &watcher{frames: make(chan []byte, backlog), over: make(chan struct{})}
	b.watchers[w] = struct{}{}
	if b.stop == nil {
		stop := make(chan struct{})
		b.stop = stop
		supervisor.Go(b.of.broker.Report, "monitor/"+name, func() { b.run(stop) })
	}
	return w
}

// leave takes a page out, and stops asking if it was the last.
func (b *broadcast) leave(w *watcher) {
	b.mu.Lock()
	defer b.mu.Unlock()
	delete(b.watchers, w)
	if len(b.watchers) == 0 && b.stop != nil {
		close(b.stop)
		b.stop = nil
	}
}

// close ends every stream, and lets nobody join.
func (b *broadcast) close() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.closed = true
	for w := range b.watchers {
		close(w.over)
	}
}

// tell gives all pages a frame. One that does not keep up misses it.
func (b *broadcast) tell(event string, data any) {
	frame, err := encode(event, data)
	if err != nil {
		return // it was made of what another actor said of itself
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	for w := range b.watchers {
		select {
		case w.frames <- frame:
		default:
			w.missed = true
		}
	}
}

// encode writes a frame of Server-Sent Events. JSON has no line break in it.
func encode(event string, data any) ([]byte, error) {
	b, err := json.Marshal(data)
	if err != nil {
		return nil, err
	}
	var f bytes.Buffer
	f.WriteString("event: " + event + "\ndata: ")
	f.Write(b)
	f.WriteString("\n\n")
	return f.Bytes(), nil
}

// now is the moment as pages are told of it.
type now struct {
	Point         point         `json:"point"`
	Connections   int           `json:"connections"`
	Total         uint64        `json:"total_connections"`
	Subscriptions int           `json:"subscriptions"`
	InMessages    uint64        `json:"in_msgs"`
	OutMessages   uint64        `json:"out_msgs"`
	InBytes       uint64        `json:"in_bytes"`
	OutBytes      uint64        `json:"out_bytes"`
	Slow          uint64        `json:"slow_consumers"`
	Stale         uint64        `json:"stale_connections"`
	Outbound      int64         `json:"outbound"`
	Inbound       int64         `json:"inbound"`
	Ledger        report.Ledger `json:"ledger"`
}

// sampled tells of the newest point of the series. The sampler calls it.
func (b *broadcast) sampled(s sample, p point) {
	b.mu.Lock()
	nobody := len(b.watchers) == 0
	b.mu.Unlock()
	if nobody {
		return
	}
	b.tell("now", now{
		Point: p, Connections: s.Connections, Total: s.TotalConnections, Subscriptions: s.Subscriptions,
		InMessages: s.InMessages, OutMessages: s.OutMessages, InBytes: s.InBytes, OutBytes: s.OutBytes,
		Slow: s.SlowConsumers, Stale: s.StaleConnections, Outbound: s.OutboundBytes, Inbound: s.InboundBytes, Ledger: s.Ledger,
	})
}

// run asks for what pages are told, until stop is closed.
func (b *broadcast) run(stop <-chan struct{}) {
	every := time.NewTicker(beat)
	defer every.Stop()
	seen := &chronicle{}
	branches := &branches{broker: b.of.broker}
	for n := 0; ; n++ {
		if events := seen.since(b.recent()); len(events) > 0 {
			b.tell("events", events)
		}
		if n%int(step/beat) == 0 {
			if tree, err := branches.tree(); err == nil {
				b.tell("tree", tree)
			}
			b.tell("taps", b.of.broker.Taps())
		}
		select {
		case <-every.C:
		case <-stop:
			return
		}
	}
}

// recently is how many of the newest events are looked at each beat.
const recently = 256

// recent are the newest events of supervision, newest first; none if the history does
// not answer within a beat.
func (b *broadcast) recent() []supervisor.Event {
	ctx, cancel := context.WithTimeout(context.Background(), beat)
	defer cancel()
	events, err := b.of.broker.History(ctx, recently)
	if err != nil {
		return nil
	}
	return events
}
