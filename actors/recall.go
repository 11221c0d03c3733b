package actors

import (
	"time"

	"github.com/asynkron/protoactor-go/actor"

	"github.com/troupe-mq/troupe/supervisor"
	"github.com/troupe-mq/troupe/topics"
	"github.com/troupe-mq/troupe/wire"
)

// A partition that has crashed begins with an empty index and asks every
// connection for the subscriptions that belong to it. What arrives meanwhile is
// held, so that nobody's message is matched against half of the subscriptions.

// recall is one such round of questions.
type recall struct {
	open  int // connections that have not answered; -1 until it is known how many there are
	timer *time.Timer
}

// recallPatience is how long a connection may take to answer. Who does not, is
// about to end or is being held up; a late answer still counts when it comes.
const recallPatience = 250 * time.Millisecond

// recallSubscriptions asks a connection for its subscriptions of one partition.
type recallSubscriptions struct{ partition int }

// recalled is a connection's answer.
type recalled struct{ subs []*subscription }

// recallOver tells a partition that its patience has ended.
type recallOver struct{ of *recall }

// started begins with a recall if there was somebody before: the first partition
// in a seat has nothing to ask for.
func (p *partition) started(ctx actor.Context) {
	if !p.taken {
		p.taken = true
		return
	}
	p.recall = &recall{open: -1}
	ctx.Request(p.family, supervisor.Describe{Limit: -1}) // who is there is waited for, however long it takes
}

// recalling takes what belongs to a recall.
func (p *partition) recalling(ctx actor.Context, m any) {
	switch m := m.(type) {
	case supervisor.Node:
		if p.recall != nil && p.recall.open < 0 {
			p.ask(ctx, m.Children)
		}
	case *recalled:
		for _, s := range m.subs {
			p.of(s.to).Insert(s.subject(), s.queue(), s)
		}
		if p.recall != nil {
			p.recall.open--
		}
	case *recallOver:
		if m.of == p.recall && p.recall.open > 0 {
			p.recall.open = 0
		}
	}
	if p.recall != nil && p.recall.open == 0 {
		p.recall.timer.Stop()
		p.recall = nil
		p.catchUp(ctx)
	}
}

// ask counts everybody before it asks anybody: an idle connection answers while
// the question is being sent.
func (p *partition) ask(ctx actor.Context, connections []supervisor.Node) {
	r := p.recall
	r.open = len(connections)
	root, self := p.system.Root, ctx.Self()
	r.timer = time.AfterFunc(recallPatience, func() { root.Send(self, &recallOver{r}) })
	for _, n := range connections {
		ctx.Request(p.system.NewLocalPID(n.Path), &recallSubscriptions{p.number})
	}
}

// catchUp does what was promised before the crash and during the recall. Each
// message is off the list before it is handled: one that crashes the partition
// again is not tried a second time, but for the batch, which goes on behind the
// command that did it.
func (p *partition) catchUp(ctx actor.Context) {
	if b := p.current; b != nil {
		p.skipPoison(b)
		p.routeBatch(b)
	}
	for len(p.held) > 0 {
		m := p.held[0]
		p.held[0] = nil
		p.held = p.held[1:]
		p.handle(ctx, m)
	}
}

// skipPoison leaves out the command that crashed this partition's predecessor.
// Messages that only repeated its subject become commands of their own.
func (p *partition) skipPoison(b *batch) {
	route := b.routes[p.number]
	n := b.progress[p.number]
	i := route[n]
	b.entries[i].refusal = wire.ErrInternal
	if next := int(i) + 1; next < len(b.entries) && b.entries[next].repeat {
		b.entries[next].repeat = false
		route[n] = uint32(next) // in the place of the one before it
		return
	}
	b.progress[p.number] = n + 1
}

// recallSubscriptions answers a partition that has lost everything. An UNSUB on
// its way there has not yet taken effect: what the client sent before it was
// meant for the subscription, too.
func (c *connection) recallSubscriptions(ctx actor.Context, number int) {
	mine := func(s *subscription) bool {
		home, all := topics.Home(s.subject(), len(c.partitions))
		return all || home == number
	}
	var subs []*subscription
	for s := range c.everySubscription {
		if mine(s) {
			subs = append(subs, s)
		}
	}
	if b := c.batch; b != nil {
		for _, i := range b.routes[number][b.progress[number]:] {
			if e := &b.entries[i]; e.op == wire.OpUnsub {
				subs = append(subs, e.sub)
			}
		}
	}
	ctx.Respond(&recalled{subs: subs})
}
