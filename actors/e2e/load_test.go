package e2e_test

import (
	"crypto/sha256"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/stretchr/testify/require"
)

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
