package e2e_test

import (
	"fmt"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/nats-io/nats.go"
	"github.com/stretchr/testify/require"
)

// next returns the next message of a synchronous subscription.
func next(t *testing.T, s *nats.Subscription) *nats.Msg {
	t.Helper()
	m, err := s.NextMsg(patience)
	require.NoError(t, err)
	return m
}

// nothing requires that nc has been sent nothing more for s.
func nothing(t *testing.T, nc *nats.Conn, s *nats.Subscription) {
	t.Helper()
	require.NoError(t, nc.Flush())
	n, _, err := s.Pending()
	require.NoError(t, err)
	require.Zero(t, n)
}

func TestSubscribe(t *testing.T) {
	everywhere(t, func(t *testing.T, s site) {
		a, b := s.connect(t), s.connect(t)
		wait, err := b.SubscribeSync("greet.joe")
		require.NoError(t, err)
		called := make(chan *nats.Msg, 1)
		_, err = b.Subscribe("greet.joe", func(m *nats.Msg) { called <- m })
		require.NoError(t, err)
		sent := make(chan *nats.Msg, 1)
		_, err = b.ChanSubscribe("greet.joe", sent)
		require.NoError(t, err)
		require.NoError(t, b.Flush())

		require.NoError(t, a.PublishRequest("greet.joe", "answer.here", []byte("hello")))
		require.NoError(t, a.Publish("greet.ann", []byte("not you")))
		for _, m := range []*nats.Msg{next(t, wait), <-called, <-sent} {
			require.Equal(t, "greet.joe", m.Subject)
			require.Equal(t, "answer.here", m.Reply)
			require.Equal(t, "hello", string(m.Data))
		}
		require.NoError(t, a.Flush())
		nothing(t, b, wait)

		require.NoError(t, wait.Unsubscribe())
		require.NoError(t, b.Flush())
		require.NoError(t, a.Publish("greet.joe", nil))
		require.Empty(t, (<-called).Data)
		require.EqualValues(t, 5, b.Stats().InMsgs, "three copies of the first, two of the last")
	})
}

func TestWildcards(t *testing.T) {
	everywhere(t, func(t *testing.T, s site) {
		nc := s.connect(t)
		for pattern, want := range map[string][]string{
			"w.*":    {"w.a", "w.b"},
			"w.>":    {"w.a", "w.b", "w.a.c", "w.b.c.d"},
			"w.*.c":  {"w.a.c"},
			"*.a":    {"w.a"},
			"*.*.c":  {"w.a.c"},
			"*.a.>":  {"w.a.c"},
			"w.*.*":  {"w.a.c"},
			"w.b.>":  {"w.b.c.d"},
			">":      {"w", "w.a", "w.b", "w.a.c", "w.b.c.d"},
			"w.a*":   nil,
			"w.b.*":  nil,
			"*":      {"w"},
			"w.*.>":  {"w.a.c", "w.b.c.d"},
			"w.b.c":  nil,
			"w.*.c.": nil,
		} {
			sub, err := nc.SubscribeSync(pattern)
			if pattern == "w.*.c." {
				require.ErrorIs(t, err, nats.ErrBadSubject)
				continue
			}
			require.NoError(t, err)
			for _, subject := range []string{"w", "w.a", "w.b", "w.a.c", "w.b.c.d"} {
				require.NoError(t, nc.Publish(subject, nil))
			}
			for _, subject := range want {
				require.Equal(t, subject, next(t, sub).Subject, pattern)
			}
			nothing(t, nc, sub)
			require.NoError(t, sub.Unsubscribe())
		}
	})
}

func TestAutoUnsubscribe(t *testing.T) {
	everywhere(t, func(t *testing.T, s site) {
		nc, other := s.connect(t), s.connect(t)
		stop := make(chan struct{})
		var wg sync.WaitGroup
		wg.Go(func() { // messages are on their way all the time
			for {
				select {
				case <-stop:
					return
				default:
					_ = other.Publish("few", []byte("more")) // fails only when the test has
					_ = other.Flush()
				}
			}
		})
		defer wg.Wait()
		defer close(stop)
		for _, most := range []int{1, 2, 7, 100} {
			sub, err := nc.SubscribeSync("few")
			require.NoError(t, err)
			next(t, sub)
			require.NoError(t, sub.AutoUnsubscribe(most+1))
			for range most {
				next(t, sub)
			}
			_, err = sub.NextMsg(patience)
			require.ErrorIs(t, err, nats.ErrMaxMessages)
		}
	})
}

func TestNoEcho(t *testing.T) {
	everywhere(t, func(t *testing.T, s site) {
		mute, other := s.connect(t, nats.NoEcho()), s.connect(t)
		own, err := mute.SubscribeSync("e.*")
		require.NoError(t, err)
		require.NoError(t, mute.Flush())
		theirs, err := other.SubscribeSync("e.>")
		require.NoError(t, err)
		require.NoError(t, other.Flush())
		require.NoError(t, mute.Publish("e.1", []byte("mine")))
		require.Equal(t, "mine", string(next(t, theirs).Data))
		require.NoError(t, other.Publish("e.2", []byte("yours")))
		require.Equal(t, "yours", string(next(t, own).Data))
		nothing(t, mute, own)
	})
}

func TestThousandSubscriptions(t *testing.T) {
	everywhere(t, func(t *testing.T, s site) {
		nc, other := s.connect(t), s.connect(t)
		const n = 1000
		var got [n]atomic.Int32
		var total atomic.Int32
		subs := make([]*nats.Subscription, n)
		for i := range n {
			var err error
			subs[i], err = nc.Subscribe(fmt.Sprintf("sub.%d.x", i), func(m *nats.Msg) {
				if m.Subject == m.Sub.Subject {
					got[i].Add(1)
				}
				total.Add(1)
			})
			require.NoError(t, err)
		}
		require.NoError(t, nc.Flush())
		publish := func() {
			for i := range n {
				require.NoError(t, other.Publish(fmt.Sprintf("sub.%d.x", i), nil))
			}
			require.NoError(t, other.Flush())
		}
		publish()
		require.Eventually(t, func() bool { return total.Load() == n }, patience, soon)
		for i := range n {
			require.EqualValues(t, 1, got[i].Load())
			if i%2 == 0 {
				require.NoError(t, subs[i].Unsubscribe())
			}
		}
		require.NoError(t, nc.Flush())
		publish()
		require.Eventually(t, func() bool { return total.Load() >= n+n/2 }, patience, soon)
		require.NoError(t, nc.Flush())
		require.EqualValues(t, n+n/2, total.Load())
	})
}
