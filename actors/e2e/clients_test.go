package e2e_test

import (
	"crypto/sha256"
	"fmt"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"testing"
	"time"

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

func TestQueueGroups(t *testing.T) {
	everywhere(t, func(t *testing.T, s site) {
		const members, messages = 5, 2000
		var seen [messages]atomic.Int32
		var share [members]atomic.Int32
		var total atomic.Int32
		conns := make([]*nats.Conn, members)
		for i := range members {
			conns[i] = s.connect(t)
			subject := []string{"job.*", "job.new", ">"}[i%3]
			_, err := conns[i].QueueSubscribe(subject, "workers", func(m *nats.Msg) {
				seen[number(m)].Add(1)
				share[i].Add(1)
				total.Add(1)
			})
			require.NoError(t, err)
			require.NoError(t, conns[i].Flush())
		}
		plain, err := conns[0].SubscribeSync("job.new")
		require.NoError(t, err)
		other, err := conns[0].QueueSubscribeSync("job.new", "others")
		require.NoError(t, err)
		require.NoError(t, conns[0].Flush())

		nc := s.connect(t)
		for i := range messages {
			require.NoError(t, nc.Publish("job.new", []byte{byte(i >> 8), byte(i)}))
		}
		for i := range messages {
			require.Equal(t, i, number(next(t, plain)), "a subscription without a group gets all")
			require.Equal(t, i, number(next(t, other)), "another group gets all")
		}
		require.Eventually(t, func() bool { return total.Load() >= messages }, patience, soon)
		for _, c := range conns {
			require.NoError(t, c.Flush())
		}
		for i := range seen {
			require.EqualValues(t, 1, seen[i].Load(), "message %d", i)
		}
		for i := range share {
			require.Greater(t, share[i].Load(), int32(messages/members/2), "member %d", i)
		}
	})
}

// number is what the first two bytes of a message say.
func number(m *nats.Msg) int { return int(m.Data[0])<<8 | int(m.Data[1]) }

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

func TestLargePayloads(t *testing.T) {
	everywhere(t, func(t *testing.T, s site) {
		a, b := s.connect(t), s.connect(t)
		far, err := b.SubscribeSync("blob")
		require.NoError(t, err)
		require.NoError(t, b.Flush())
		near, err := a.SubscribeSync("blob")
		require.NoError(t, err)
		r := rand.NewChaCha8([32]byte{1})
		for _, size := range []int{0, 1, 511, 512, 513, 64<<10 - 1, 64 << 10, 64<<10 + 1, 300_000, 1 << 20, 1 << 20, 3, 1<<20 - 1} {
			data := make([]byte, size)
			_, _ = r.Read(data) // never fails
			require.NoError(t, a.Publish("blob", data))
			require.Equal(t, sha256.Sum256(data), sha256.Sum256(next(t, far).Data), "%d bytes", size)
			require.Equal(t, sha256.Sum256(data), sha256.Sum256(next(t, near).Data), "%d bytes to itself", size)
		}
		require.EqualValues(t, 1<<20, a.MaxPayload())
		require.ErrorIs(t, a.Publish("blob", make([]byte, 1<<20+1)), nats.ErrMaxPayload)
		require.NoError(t, a.Flush(), "the client refuses it by itself")
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

func TestManyGoroutines(t *testing.T) {
	everywhere(t, func(t *testing.T, s site) {
		nc, serving := s.connect(t), s.connect(t)
		_, err := serving.Subscribe("double.*", func(m *nats.Msg) { _ = m.Respond(append(m.Data, m.Data...)) })
		require.NoError(t, err)
		require.NoError(t, serving.Flush())
		before := nc.Stats()
		const workers, each = 50, 20
		together(t, workers, func(w int) error {
			for i := range each {
				want := fmt.Sprintf("%d.%d.", w, i)
				m, err := nc.Request(fmt.Sprintf("double.%d", w), []byte(want), patience)
				if err != nil {
					return err
				}
				if string(m.Data) != want+want {
					return fmt.Errorf("%q for %q", m.Data, want)
				}
			}
			return nil
		})
		require.EqualValues(t, workers*each, nc.Stats().InMsgs-before.InMsgs)
		require.EqualValues(t, workers*each, nc.Stats().OutMsgs-before.OutMsgs)
		require.NotZero(t, nc.Stats().InBytes)
		rtt, err := nc.RTT()
		require.NoError(t, err)
		require.Positive(t, rtt)
		require.Zero(t, nc.Stats().Reconnects)
		id, err := nc.GetClientID()
		require.NoError(t, err)
		other, err := serving.GetClientID()
		require.NoError(t, err)
		require.NotEqual(t, id, other)
		require.True(t, nc.HeadersSupported())
		require.NotEmpty(t, nc.ConnectedServerId())
	})
}

// TestSlowHandler: a client whose handler does not return disturbs nobody else.
func TestSlowHandler(t *testing.T) {
	everywhere(t, func(t *testing.T, s site) {
		slow := make(chan error, 100)
		lazy := s.connect(t, nats.ErrorHandler(func(_ *nats.Conn, _ *nats.Subscription, err error) {
			select {
			case slow <- err:
			default:
			}
		}))
		release := make(chan struct{})
		sub, err := lazy.Subscribe("flood", func(*nats.Msg) { <-release })
		require.NoError(t, err)
		defer close(release)
		require.NoError(t, sub.SetPendingLimits(10, -1))
		require.NoError(t, lazy.Flush())
		brisk, nc := s.connect(t), s.connect(t)
		fine, err := brisk.SubscribeSync("flood")
		require.NoError(t, err)
		require.NoError(t, brisk.Flush())
		for range 1000 {
			require.NoError(t, nc.Publish("flood", []byte("water")))
		}
		for range 1000 {
			next(t, fine)
		}
		select {
		case err := <-slow:
			require.ErrorIs(t, err, nats.ErrSlowConsumer)
		case <-time.After(patience):
			require.Fail(t, "the client did not notice")
		}
		require.NoError(t, lazy.Flush(), "it is still connected")
	})
}
