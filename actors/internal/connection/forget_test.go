package connection

import (
	"fmt"
	"testing"

	"github.com/asynkron/protoactor-go/actor"
	"github.com/stretchr/testify/assert"

	"github.com/troupe-mq/troupe/actors/internal/host"
	"github.com/troupe-mq/troupe/actors/internal/interest"
	"github.com/troupe-mq/troupe/actors/internal/partition"
)

// TestLeavingIsTold: all subscriptions of a client that leaves are over, and the partitions
// that hold them are told of each, of no more than so many at once.
func TestLeavingIsTold(t *testing.T) {
	for _, n := range []int{1, forgottenAtOnce, forgottenAtOnce + 1, 5 * withdrawnAtOnce} {
		b := newBench(t, 0, "")
		c := b.c
		for i := range n { // few at a time, that the partitions take at once
			b.feed(c, fmt.Appendf(nil, "SUB a.k%d %d\r\nSUB *.k%d w%d\r\n", i, i, i, i))
		}
		var all []*interest.Subscription
		for s := range c.subs.All {
			all = append(all, s)
		}
		assert.Len(t, all, 2*n)
		told := make(chan *partition.Withdraw, 2*n)
		b.apart()
		for p := range c.layout.PIDs {
			c.layout.PIDs[p] = c.System.Root.Spawn(actor.PropsFromFunc(func(ctx actor.Context) {
				if m, ok := ctx.Message().(*partition.Withdraw); ok {
					for _, s := range m.Subs {
						home, _ := partition.Home(s.Subject(), len(c.layout.PIDs))
						assert.Equal(t, p, home)
					}
					told <- m
				}
			}, host.Mailbox()...))
		}
		c.forgetAll()
		assert.Zero(t, c.subs.Len())
		seen := map[*interest.Subscription]bool{}
		for len(seen) < len(all) {
			m := <-told
			assert.LessOrEqual(t, len(m.Subs), withdrawnAtOnce)
			for _, s := range m.Subs {
				assert.True(t, s.IsOver())
				assert.False(t, seen[s])
				seen[s] = true
			}
		}
	}
}
