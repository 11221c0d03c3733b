package connection

import (
	"testing"

	"github.com/asynkron/protoactor-go/actor"
	"github.com/stretchr/testify/assert"

	"github.com/troupe-mq/troupe/actors/internal/host"
	"github.com/troupe-mq/troupe/actors/internal/partition"
	"github.com/troupe-mq/troupe/actors/internal/steps"
)

// TestMoveIsDoneInSlices: the partitions of another layout are given each subscription once, a slice at a time, and what the
// client subscribes to or ends meanwhile is for them.
func TestMoveIsDoneInSlices(t *testing.T) {
	const subs, atOnce = 5000, steps.Slice / recalling
	b := newBench(t, 0, "")
	c := b.c
	next := b.errandsOf(c, subs)
	to, given := partition.NewLayout(c.Host, 3, c.layout), map[string]int{}
	for p := range to.PIDs {
		to.PIDs[p] = c.System.Root.Spawn(actor.PropsFromFunc(func(ctx actor.Context) {
			m, ok := ctx.Message().(*partition.Recalled) // it routes nothing
			if !ok {
				return
			}
			assert.LessOrEqual(t, len(m.Subs), atOnce)
			for _, s := range m.Subs {
				home, _ := partition.Home(s.Subject(), len(to.PIDs))
				assert.Equal(t, p, home)
				given[s.SID()]++
			}
		}, host.Mailbox()...))
	}
	done := make(chan bool, 1)
	c.move(&Move{To: to, Done: done})
	assert.Same(t, to, c.layout, "what comes from now on is for them")
	c.source.(*script).read([]byte("UNSUB 4999\r\nSUB a.new new\r\n"))
	c.receive()
	assert.Equal(t, to.Number, c.batch.Layout)
	for len(done) == 0 {
		c.run(<-next)
	}
	assert.True(t, <-done)
	assert.Len(t, given, subs-1)
	for sid, n := range given {
		assert.Equal(t, 1, n, sid)
	}
	c.move(&Move{To: to, Done: done})
	assert.True(t, <-done, "it has moved")
	c.DeadLetter(&Move{To: to, Done: done})
	assert.False(t, <-done, "it has ended")
}
