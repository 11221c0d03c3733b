package connection

import (
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/asynkron/protoactor-go/actor"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/actors/internal/feed"
	"github.com/troupe-mq/troupe/actors/internal/host"
	"github.com/troupe-mq/troupe/actors/internal/interest"
	"github.com/troupe-mq/troupe/actors/internal/transport"
	"github.com/troupe-mq/troupe/actors/tap"
)

// addTap starts a tap, which nobody supervises.
func addTap(tb testing.TB, v *Env, spec tap.Spec, receive actor.ReceiveFunc) {
	tb.Helper()
	f, err := v.Taps.Reserve(spec)
	require.NoError(tb, err)
	r := feed.NewRunner(f, v.DeadLetter)
	_, err = v.System.Root.SpawnNamed(
		actor.PropsFromFunc(receive, actor.WithMailbox(r.Mailbox), actor.WithReceiverMiddleware(r.Around)), host.Path(host.Taps, spec.Name))
	require.NoError(tb, err)
	v.Taps.Begin(f)
}

// careless is a tap that takes everything and looks at nothing.
func careless(actor.Context) {}

// manyMessages are about as many as one read may bring.
const manyMessages = 1800

// tappedBench is a bench with a tap, if the spec has a name.
func tappedBench(tb testing.TB, spec tap.Spec) *bench {
	tb.Helper()
	b := newBench(tb, 1, strings.Repeat("PUB foo.bar 16\r\n0123456789abcdef\r\n", manyMessages))
	if spec.Name != "" {
		addTap(tb, b.c.Env, spec, careless)
	}
	return b
}

// TestTellingTapsDoesNotAllocate: what a tap is told costs nothing for each message,
// and a few allocations for each commit, most of them where the tap runs.
func TestTellingTapsDoesNotAllocate(t *testing.T) {
	if raced {
		t.Skip("the race detector allocates")
	}
	for _, p := range []tap.Payload{tap.PayloadNone, tap.PayloadAll} {
		b := tappedBench(t, tap.Spec{Name: "tap", Payload: p})
		b.run()
		assert.Less(t, testing.AllocsPerRun(200, b.run), 30.0)
	}
}

// BenchmarkTap is what a publisher pays for a tap that drops: the time is for one
// message to one subscriber.
func BenchmarkTap(b *testing.B) {
	for _, tt := range []struct {
		name string
		spec tap.Spec
	}{
		{"none", tap.Spec{}},
		{"metadata", tap.Spec{Name: "tap"}},
		{"payload", tap.Spec{Name: "tap", Payload: tap.PayloadAll}},
		{"other subjects", tap.Spec{Name: "tap", Subjects: []string{"bar.>"}}},
		{"full", tap.Spec{Name: "tap", MaxBytes: 1}},
	} {
		b.Run(fmt.Sprint(tt.name), func(b *testing.B) {
			k := tappedBench(b, tt.spec)
			b.ReportAllocs()
			b.ResetTimer()
			for n := 0; n < b.N; n += manyMessages {
				k.run()
			}
		})
	}
}

// relay is a script that tells the connection's actor what it is told itself: on a
// goroutine of its own, as a reader does.
type relay struct {
	*script
	c *connection
}

func (r *relay) Routed() { go r.c.Send(r.c.self(), transport.MsgRouted) }

// TestTapAtAFence: a commit that stops at an UNSUB and goes on later is told of in
// two parts, of which nothing is told twice; a tap that blocks is asked once.
func TestTapAtAFence(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		t.Cleanup(func() { <-time.After(3 * time.Second); synctest.Wait() }) // what the host has started runs out
		v := newEnv(t, 2)
		c := newClient(t, v, 1)
		s := c.source.(*script)
		c.source = &relay{s, c}
		c.pub.Target.PID = v.System.Root.Spawn(actor.PropsFromFunc(func(ctx actor.Context) {
			switch ctx.Message().(type) {
			case *transport.Received:
				c.receive()
			case *transport.Routed:
				c.commit()
				c.advance()
			case *interest.FenceLeft:
				c.checkFence()
			case *fencePassed:
				c.goOnBehindFence()
			}
		}, host.Mailbox()...))
		var told [2][]uint64
		for i, policy := range []tap.Policy{tap.Drop, tap.Block} {
			addTap(t, v, tap.Spec{Name: policy.String(), Policy: policy}, func(ctx actor.Context) {
				if m, ok := ctx.Message().(*tap.Batch); ok {
					for r := range m.Records() {
						if r.Origin != nil {
							told[i] = append(told[i], r.Seq)
						}
					}
				}
			})
		}
		round, _ := c.pub.Target.Fence.Enter() // somebody has chosen the group's member, and not posted yet
		s.read([]byte("SUB a q 1\r\nPUB b 0\r\n\r\nUNSUB 1\r\nPUB b 0\r\n\r\n"))
		v.Send(c.self(), transport.MsgReceived)
		<-time.After(time.Second)
		synctest.Wait()
		assert.Empty(t, s.resumed, "the commit has stopped")
		assert.Equal(t, []uint64{1, 2, 3}, told[0])
		assert.Equal(t, []uint64{1, 2, 3, 4}, told[1])

		require.True(t, c.pub.Target.Fence.Leave(round))
		v.Send(c.self(), interest.MsgFenceLeft)
		<-time.After(time.Second)
		synctest.Wait()
		assert.Len(t, s.resumed, 1, "it is carried out, and there is room for the next read")
		assert.Equal(t, []uint64{1, 2, 3, 4}, told[0])
		assert.Equal(t, []uint64{1, 2, 3, 4}, told[1])
	})
}
