package partition

import (
	"github.com/asynkron/protoactor-go/actor"

	"github.com/troupe-mq/troupe/actors/internal/account"
	"github.com/troupe-mq/troupe/actors/internal/batch"
	"github.com/troupe-mq/troupe/actors/internal/interest"
	"github.com/troupe-mq/troupe/actors/internal/steps"
	"github.com/troupe-mq/troupe/topics"
	"github.com/troupe-mq/troupe/topics/index"
	"github.com/troupe-mq/troupe/wire"
)

// This file is the way of a batch through a partition. What takes longer than a slice of a
// step goes on in its turn, from where it was ([backlog]), so that clients share the time.

type lookup = index.Lookup[*interest.Subscription]

// visit is the work of one visit to a node of an index: the unit of package topics/index. In
// an index that is large, memory is what takes the time.
const visit = 400

// hit is the work of a match whose result is known, or next to known.
const hit = 100

// routeBatch walks the partition's own commands of the batch in order, from where it
// was, or where a predecessor has left off.
func (p *partition) routeBatch(ctx actor.Context, b *batch.Batch) {
	p.current = b
	defer p.noteCrash()
	route, work := b.Routes[p.Number], steps.BeginSlice()
	for n := b.Progress[p.Number]; int(n) < len(route); n++ {
		b.Progress[p.Number] = n
		if work.Over() || !p.apply(b, &b.Entries[route[n]], &work) {
			p.current = nil
			p.later(ctx, b)
			return
		}
		if b.IsFull() && int(n)+1 < len(route) {
			b.Leave()
			route = route[:n+1]
		}
	}
	b.Progress[p.Number] = uint32(len(route))
	p.current = nil
	p.speak() // before what depends on it
	b.Finish()
}

// apply carries out one command. It reports false if the step is over before it has.
func (p *partition) apply(b *batch.Batch, e *batch.Entry, work *steps.Work) (done bool) {
	switch e.Op {
	case wire.OpPub, wire.OpHpub:
		subject := b.MatchOf(e)
		if p.quarantine != nil && p.quarantine.refuses(e.Op, subject, p.Now()) {
			e.Refusal = wire.ErrInternal
			return true
		}
		return p.match(b, e, subject, work)
	case wire.OpSub:
		p.insert(e.Sub, work)
	case wire.OpUnsub:
		p.remove(e.Sub, work)
	default: // nothing else concerns a partition
	}
	return true
}

// match notes who gets a message. It reports false if the step is over before that is
// known.
func (p *partition) match(b *batch.Batch, e *batch.Entry, subject []byte, work *steps.Work) bool {
	rest, cost := p.lookups[b], 0
	if rest != nil {
		e.Result, cost = rest.Step(work.Left() / visit)
	} else if x := p.find(int(e.Account)); x != nil {
		e.Result, cost, rest = x.Start(subject, work.Left()/visit)
	} else {
		e.Result, cost = nobody, 1
	}
	work.Spend(hit + (cost-1)*visit)
	if cost > 1 {
		b.Make(cost)
	}
	switch {
	case e.Result == nil:
		p.park(b, rest)
		return false
	case len(p.lookups) > 0:
		delete(p.lookups, b)
	}
	return true
}

// nobody gets a message in an account where nothing is subscribed to.
var nobody = &batch.Result{}

// park keeps a lookup for the next step of its batch.
func (p *partition) park(b *batch.Batch, l *lookup) {
	if p.lookups == nil {
		p.lookups = make(map[*batch.Batch]*lookup)
	}
	p.lookups[b] = l
}

// withdraw removes the subscriptions of somebody who has left.
func (p *partition) withdraw(ctx actor.Context, m *Withdraw) {
	p.inSlices(ctx, m.Subs, p.remove, func(rest []*interest.Subscription) any { return &Withdraw{Subs: rest} })
}

// changedAtOnce is how many subscriptions come or go out of turn: those of a client that
// subscribes for one answer are on the way of its requests. A thousand clients a second that come with hundreds each
// are not to be what everybody waits for.
const changedAtOnce = 8

// appeared takes subscriptions in that no SUB has brought.
func (p *partition) appeared(ctx actor.Context, m *Appeared) {
	p.inSlices(ctx, m.Subs, p.insert, func(rest []*interest.Subscription) any { return &Appeared{Subs: rest} })
}

// inSlices does something with as many subscriptions as one slice takes, and leaves the rest
// for its next turn: a hundred thousand at once must not hold anybody up.
func (p *partition) inSlices(ctx actor.Context, all []*interest.Subscription, do func(*interest.Subscription, *steps.Work), left func(rest []*interest.Subscription) any) {
	for work := steps.BeginSlice(); len(all) > 0; all = all[1:] {
		if work.Over() {
			p.later(ctx, left(all))
			return
		}
		do(all[0], &work)
	}
}

// change is the work of one subscription that comes or goes: a pattern of two thousand
// tokens has as many nodes.
func change(s *interest.Subscription) int { return 2*visit + visit/8*len(s.Subject()) }

// insert takes a subscription in, unless it is over by now: what takes several steps may
// come behind its end.
func (p *partition) insert(s *interest.Subscription, work *steps.Work) {
	work.Spend(change(s))
	if s.IsOver() {
		return
	}
	x := p.of(s.To)
	x.Insert(s.Subject(), s.Queue(), s)
	work.Wait(x.Waited())
	p.changed(s)
	p.state(s)
}

// remove takes it out. That is stated also where it was not there: a predecessor may have
// stated that it was.
func (p *partition) remove(s *interest.Subscription, work *steps.Work) {
	work.Spend(change(s))
	if x := p.find(s.To.Account.Index()); x != nil {
		x.Remove(s.Subject(), s.Queue(), s)
		work.Wait(x.Waited())
		p.changed(s)
	}
	p.state(s)
}

// changed has what is not right any more swept. A literal pattern drops what it makes
// stale by itself; but the index of an account may be empty now.
func (p *partition) changed(s *interest.Subscription) {
	if n := s.To.Account.Index(); topics.Literal(s.Subject()) && (n == account.GlobalNumber || p.byNumber[n].Len() > 0) {
		return
	}
	if _, wide := Home(s.Subject(), len(p.layout.PIDs)); wide {
		p.wideChanged = true
	}
	p.sweepSoon()
}
