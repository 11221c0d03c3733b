package connection

import (
	"fmt"
	"testing"

	"github.com/asynkron/protoactor-go/actor"
	"github.com/stretchr/testify/assert"

	"github.com/troupe-mq/troupe/actors/internal/host"
	"github.com/troupe-mq/troupe/actors/internal/interest"
	"github.com/troupe-mq/troupe/actors/internal/partition"
	"github.com/troupe-mq/troupe/actors/internal/steps"
	"github.com/troupe-mq/troupe/actors/mailbox"
	"github.com/troupe-mq/troupe/actors/report"
)

// apart gives the connection a layout that is not that of the partitions which run, so that a test may play some of them.
func (b *bench) apart() {
	own := partition.NewLayout(b.c.Host, len(b.c.layout.PIDs), nil)
	copy(own.PIDs, b.c.layout.PIDs)
	b.c.layout = own
}

// errandsOf gives a connection so many subscriptions. What it sends itself to go on with an errand comes from the channel.
func (b *bench) errandsOf(c *connection, subs int) <-chan *errand {
	c.box = mailbox.New()
	next := make(chan *errand, 1)
	c.pub.Target.PID = c.System.Root.Spawn(actor.PropsFromFunc(func(ctx actor.Context) {
		if m, ok := ctx.Message().(*errand); ok {
			next <- m
		}
	}, host.Mailbox()...))
	for i := range subs {
		b.feed(c, fmt.Appendf(nil, "SUB a.%d %d\r\n", i, i))
	}
	return next
}

// TestErrandsAreDoneInSlices: what is done with all subscriptions of a client is done with so many at once as a slice of a
// step takes, and with none that has ended meanwhile.
func TestErrandsAreDoneInSlices(t *testing.T) {
	const subs, cost, atOnce = 3000, 500, steps.Slice / 500
	b := newBench(t, 0, "")
	c := b.c
	next := b.errandsOf(c, subs)
	seen, over, slices := map[string]bool{}, false, 0
	c.run(&errand{cost: cost, some: c.withSubs(func(some []*interest.Subscription) {
		assert.LessOrEqual(t, len(some), atOnce)
		for _, s := range some {
			assert.False(t, seen[s.SID()])
			seen[s.SID()] = true
		}
	}), then: func() { over = true }})
	for ; !over; slices++ {
		m := <-next
		if slices == 0 {
			for i := range subs / 2 {
				if !seen[fmt.Sprint(i)] {
					b.feed(c, fmt.Appendf(nil, "UNSUB %d\r\n", i))
					seen[fmt.Sprint(i)] = true
				}
				b.feed(c, fmt.Appendf(nil, "SUB b.%d b%d\r\n", i, i))
			}
		}
		c.run(m)
	}
	assert.Len(t, seen, subs)
	assert.InDelta(t, subs/atOnce, slices, 1)

	answers := make(chan *report.Connection, 1)
	c.report(&Report{Answers: answers, Subs: true, Overlapping: "a.2999"})
	for len(answers) == 0 {
		c.run(<-next)
	}
	r := <-answers
	assert.Len(t, r.Subscriptions, 1, "only what overlaps is listed")
	assert.Equal(t, "2999", r.Subscriptions[0].SID)

	c.report(&Report{Answers: answers, Subs: true})
	c.forgetAll()
	c.run(<-next)
	assert.NotNil(t, <-answers, "nobody waits for a client that has left")
	c.DeadLetter(&errand{lost: func() { answers <- nil }})
	assert.Nil(t, <-answers)
}

// TestRecallIsAnsweredInSlices: a partition that has crashed is told of all that it held, also of what is on its way to be
// withdrawn.
func TestRecallIsAnsweredInSlices(t *testing.T) {
	const subs, each = 5000, steps.Slice / recalling
	b := newBench(t, 0, "")
	c := b.c
	next := b.errandsOf(c, subs)
	answers := make(chan *partition.Recalled, 1)
	home, _ := partition.Home("a.0", len(c.layout.PIDs))
	b.apart()
	c.layout.PIDs[home] = c.System.Root.Spawn(actor.PropsFromFunc(func(ctx actor.Context) {
		if m, ok := ctx.Message().(*partition.Recalled); ok { // it routes nothing
			answers <- m
		}
	}, host.Mailbox()...))
	want := map[string]bool{}
	for s := range c.subs.All {
		if at, _ := partition.Home(s.Subject(), len(c.layout.PIDs)); at == home {
			want[s.SID()] = true
		}
	}
	c.recall(&partition.RecallSubscriptions{Layout: c.layout, Partition: home})
	slices := 1
	c.source.(*script).read([]byte("UNSUB 0\r\n"))
	c.receive()
	for ; len(answers) == 0; slices++ {
		c.run(<-next)
	}
	for _, s := range (<-answers).Subs {
		delete(want, s.SID())
	}
	assert.Empty(t, want)
	assert.InDelta(t, subs/each, slices, 2)
}
