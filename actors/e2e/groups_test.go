package e2e_test

import (
	"sync/atomic"
	"testing"

	"github.com/nats-io/nats.go"
	"github.com/stretchr/testify/require"
)

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

// TestGroupAlone: messages for one group and nobody else go to each kind of member, and in all to one each: also
// to the publisher itself, and to a member that leaves in the middle of them.
func TestGroupAlone(t *testing.T) {
	everywhere(t, func(t *testing.T, s site) {
		const messages, few = 3000, 5
		var seen [messages]atomic.Int32
		var share [4]atomic.Int32
		nc := s.connect(t)
		for i, c := range []*nats.Conn{s.connect(t), s.connect(t), s.connect(t), nc} {
			sub, err := c.QueueSubscribe("task", "workers", func(m *nats.Msg) {
				seen[number(m)].Add(1)
				share[i].Add(1)
			})
			require.NoError(t, err)
			if i == 0 {
				require.NoError(t, sub.AutoUnsubscribe(few))
			}
			require.NoError(t, c.Flush())
		}
		for i := range messages {
			require.NoError(t, nc.Publish("task", []byte{byte(i >> 8), byte(i)}))
		}
		require.NoError(t, nc.Flush())
		require.Eventually(t, func() bool {
			return share[0].Load()+share[1].Load()+share[2].Load()+share[3].Load() == messages
		}, patience, soon)
		for i := range seen {
			require.EqualValues(t, 1, seen[i].Load(), "message %d", i)
		}
		require.EqualValues(t, few, share[0].Load())
		for i := range share[1:] {
			require.Greater(t, share[1+i].Load(), int32(messages/8), "member %d", 1+i)
		}
	})
}

// number is what the first two bytes of a message say.
func number(m *nats.Msg) int { return int(m.Data[0])<<8 | int(m.Data[1]) }
