package chaos_test

import (
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/actors"
	"github.com/troupe-mq/troupe/actors/report"
)

// move is a move from one broker to another in the middle of work, of which each
// piece is to be done once.
type move struct {
	t           *testing.T
	here, there *broker
	published   atomic.Int64
	stop        atomic.Bool
	publishers  sync.WaitGroup
	leaving     sync.WaitGroup // publishers that have still to leave
	gone        chan struct{}  // closed when all have
	drained     sync.WaitGroup // workers that have still to leave
	mu          sync.Mutex
	done        map[string]int
}

// TestLameDuckMovesEverybody: publishers, workers and those who only listen go
// elsewhere when they are told to, in the middle of their work, and none of it is
// lost or done twice.
func TestLameDuckMovesEverybody(t *testing.T) {
	inShort(t)
	m := &move{
		t: t, gone: make(chan struct{}), done: map[string]int{}, there: start(t, actors.Config{}),
		here: start(t, actors.Config{LameDuckGracePeriod: scale(5*time.Second, patience), LameDuckDuration: scale(10*time.Second, 2*patience)}),
	}
	m.work(m.connect("nats://" + m.there.addr))
	for i := range scale(20, 4) {
		m.worker(i == 0)
	}
	listeners := scale(500, 20)
	for range listeners { // they are closed in the end, and come back elsewhere; in short form they do not wait for it
		m.connect(m.both(), nats.LameDuckModeHandler(func(nc *nats.Conn) {
			if !full {
				assert.NoError(t, nc.ForceReconnect())
			}
		}))
	}
	for p := range scale(8, 2) {
		m.leaving.Add(1)
		m.publishers.Go(func() { assert.NoError(t, m.publish(p)) })
	}
	wait(scale(2*time.Second, 100*time.Millisecond))
	before := m.published.Load()
	began := time.Now()
	ask[Nothing](m.here, "LameDuck", Nothing{})
	go func() {
		m.leaving.Wait()
		close(m.gone)
	}()
	<-m.gone
	m.drained.Wait()
	moved := time.Since(began)
	everybody := listeners + scale(8, 2) + scale(20, 4) + 1
	eventually(t, func() bool { return ask[report.Stats](m.there, "Stats", Nothing{}).Connections == everybody }, "all are elsewhere")
	t.Logf("publishers and workers had left after %s, all others after %s", moved, time.Since(began))
	m.stop.Store(true)
	m.publishers.Wait()
	t.Logf("%d messages, %d of them before the move", m.published.Load(), before)
	m.complete()
	for _, b := range []*broker{m.here, m.there} {
		l := b.settle()
		assert.Zero(t, l.NoInterest)
		assert.Empty(t, l.Dropped)
	}
}

// connect is what they all do.
func (m *move) connect(urls string, options ...nats.Option) *nats.Conn {
	m.t.Helper()
	nc, err := nats.Connect(urls, append(options, nats.DontRandomize(), nats.ReconnectWait(10*time.Millisecond), nats.MaxReconnects(-1))...)
	if err != nil {
		m.t.Errorf("connecting to %s: %v", urls, err) // it may be any goroutine's
	}
	m.t.Cleanup(nc.Close) // of nil, it does nothing
	return nc
}

func (m *move) both() string { return "nats://" + m.here.addr + ",nats://" + m.there.addr }

// work does what comes.
func (m *move) work(nc *nats.Conn) {
	_, err := nc.QueueSubscribe("work.*", "workers", func(msg *nats.Msg) {
		m.mu.Lock()
		defer m.mu.Unlock()
		m.done[string(msg.Data)]++
	})
	assert.NoError(m.t, err)
	assert.NoError(m.t, nc.Flush())
}

// worker works here until it is told to go. Then it drains; the last one only when
// nobody publishes here any more.
func (m *move) worker(last bool) {
	m.drained.Add(1)
	m.work(m.connect("nats://"+m.here.addr,
		nats.ClosedHandler(func(*nats.Conn) { m.drained.Done() }),
		nats.LameDuckModeHandler(func(nc *nats.Conn) {
			m.work(m.connect("nats://" + m.there.addr))
			if last {
				<-m.gone
			}
			assert.NoError(m.t, nc.Drain())
		})))
}

// publish publishes here until it is told to go, and then elsewhere.
func (m *move) publish(p int) error {
	var told atomic.Bool
	nc := m.connect(m.both(), nats.LameDuckModeHandler(func(*nats.Conn) { told.Store(true) }))
	subject := fmt.Sprintf("work.%d", p)
	for n, here := 0, true; !m.stop.Load(); n++ {
		if err := nc.Publish(subject, fmt.Appendf(nil, "%d %d", p, n)); err != nil {
			return err
		}
		m.published.Add(1)
		if n%50 > 0 {
			continue
		}
		wait(time.Millisecond) // others are at work
		if here && told.Load() {
			here = false
			if err := nc.Flush(); err != nil {
				return err
			}
			m.leaving.Done()
			if err := nc.ForceReconnect(); err != nil {
				return err
			}
		}
	}
	return nc.Flush()
}

// complete requires that every piece of work has been done, and once.
func (m *move) complete() {
	m.t.Helper()
	eventually(m.t, func() bool {
		m.mu.Lock()
		defer m.mu.Unlock()
		return int64(len(m.done)) == m.published.Load()
	}, "everything is done")
	m.mu.Lock()
	defer m.mu.Unlock()
	for what, times := range m.done {
		require.Equal(m.t, 1, times, what)
	}
}
