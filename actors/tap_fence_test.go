package actors

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/asynkron/protoactor-go/actor"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestTapAtAFence: a commit that stops at an UNSUB and goes on later is told of in
// two parts, of which nothing is told twice; a tap that blocks is asked once.
func TestTapAtAFence(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		t.Cleanup(func() { <-time.After(3 * time.Second); synctest.Wait() }) // what the broker has started runs out
		b := newBench(t, 0, "")
		c := b.c
		c.self = &Origin{}
		c.to.pid = c.system.Root.Spawn(actor.PropsFromFunc(func(ctx actor.Context) {
			switch ctx.Message().(type) {
			case *routed:
				c.commit()
				c.advance()
			case *fenceLeft:
				c.passFence()
			case *fencePassed:
				c.resume()
			}
		}, ownMailbox()...))
		var told [2][]uint64
		for i, policy := range []TapPolicy{TapDrop, TapBlock} {
			spec := TapSpec{Name: []string{"drop", "block"}[i], Policy: policy}
			require.NoError(t, (&Broker{hub: c.hub}).AddTap(spec, func() actor.Actor {
				return actor.ReceiveFunc(func(ctx actor.Context) {
					if m, ok := ctx.Message().(*TapBatch); ok {
						for r := range m.Records() {
							if r.Origin != nil {
								told[i] = append(told[i], r.Seq)
							}
						}
					}
				})
			}))
		}
		round, _ := c.to.fence.enter() // somebody has chosen the group's member, and not posted yet
		text := "SUB a q 1\r\nPUB b 0\r\n\r\nUNSUB 1\r\nPUB b 0\r\n\r\n"
		copy(c.in.space(), text)
		c.in.w += len(text)
		c.advance()
		assert.Equal(t, toRoute, (<-c.turns).do)
		c.system.Root.Send(c.to.pid, msgRouted)
		<-time.After(time.Second)
		synctest.Wait()
		assert.Equal(t, []uint64{1, 2, 3}, told[0])
		assert.Equal(t, []uint64{1, 2, 3, 4}, told[1])

		require.True(t, c.to.fence.leave(round))
		c.system.Root.Send(c.to.pid, msgFenceLeft)
		assert.Equal(t, toRead, (<-c.turns).do)
		<-time.After(time.Second)
		synctest.Wait()
		assert.Equal(t, []uint64{1, 2, 3, 4}, told[0])
		assert.Equal(t, []uint64{1, 2, 3, 4}, told[1])
	})
}
