package partition

import (
	"time"

	"github.com/asynkron/protoactor-go/actor"

	"github.com/troupe-mq/troupe/actors/internal/interest"
	"github.com/troupe-mq/troupe/actors/internal/steps"
	"github.com/troupe-mq/troupe/supervisor"
)

// A partition that has crashed begins with an empty index and asks every
// connection for the subscriptions that belong to it. What arrives meanwhile waits, so that nobody's message is matched against half of the subscriptions.

// recall is one such round of questions.
type recall struct {
	question *RecallSubscriptions // nil where nobody is asked, because everybody answers unasked: see [Serve]
	open     int                  // connections that have not answered; -1 until it is known how many there are
	timer    *time.Timer
	come     []*interest.Subscription // that connections have answered with, and that are not taken in
	called   bool                     // the next turn is in the mailbox
	subs     []*interest.Subscription // that are taken in, if there is somebody to state them to
	settled  chan<- bool              // is told when all that has come is taken in; nil if nobody waits for that
}

// recallTurn is what a partition sends itself to go on with what connections have answered.
type recallTurn struct{ of *recall }

// IgnoreDeadLetterLogging keeps it out of the log: when the broker stops, everybody goes at once.
func (*recallTurn) IgnoreDeadLetterLogging() {}

// goOn takes so much in of what connections have answered as one slice of a step allows. Everybody waits for the whole
// of it, but not on the goroutine of the one who happens to run the partition.
func (r *recall) goOn(ctx actor.Context, p *partition) {
	if r.take(p); len(r.come) > 0 && !r.called {
		r.called = true
		ctx.Send(ctx.Self(), &recallTurn{r})
	}
}

// take takes subscriptions in, for the length of a slice. Nothing is stated yet: who is counted
// before all have answered is counted as too few.
func (r *recall) take(p *partition) {
	for work := steps.BeginSlice(); len(r.come) > 0 && !work.Over(); r.come = r.come[1:] {
		s := r.come[0]
		work.Spend(change(s))
		if !s.IsOver() {
			x := p.of(s.To)
			x.Insert(s.Subject(), s.Queue(), s)
			work.Wait(x.Waited())
			p.changed(s)
		}
		home, wide := Home(s.Subject(), len(p.layout.PIDs))
		if wide && s.IsOver() { // by now, and whoever removes it may have been faster
			p.of(s.To).Remove(s.Subject(), s.Queue(), s)
		}
		if home == p.Number && p.layout.Links.Any() {
			r.subs = append(r.subs, s)
		}
	}
}

// recallPatience is how long a connection may take to answer. Who does not, is
// about to end or is being held up; a late answer still counts when it comes.
const recallPatience = 250 * time.Millisecond

// RecallSubscriptions asks a connection for its subscriptions of one partition, and for those
// that concern all of them if Wide says so.
type RecallSubscriptions struct {
	Layout    *Layout
	Partition int
	Wide      bool
}

// Recalled is a connection's answer. One that nobody has asked for may be in parts.
type Recalled struct {
	To   *RecallSubscriptions // nil for none
	Subs []*interest.Subscription
}

// IgnoreDeadLetterLogging keeps it out of the log: who is asked may have to do, and the partition may have gone meanwhile.
func (*Recalled) IgnoreDeadLetterLogging() {}

// recallOver tells a partition that its patience has ended.
type recallOver struct{ of *recall }

// started begins with a recall if there was somebody before: the first partition
// has nothing to ask for, and one of a layout that comes later is given it.
func (p *partition) started(ctx actor.Context) {
	switch {
	case p.restarted:
		p.beginRecall(ctx)
	case p.layout.Number > 0:
		p.recall, p.arriving = &recall{open: 1}, true
	}
	p.restarted = true
}

func (p *partition) beginRecall(ctx actor.Context) {
	p.recall = &recall{open: -1}
	ctx.Request(p.connections, supervisor.Describe{Limit: -1}) // who is there is waited for, however long it takes
}

// outdated begins a recall if a Wide was lost: whoever crashed in a change of it may have been
// another partition, but nobody's message is to be matched without what was in it. What the
// partition has of its own goes too, for it is tied to the Wide; and so do lookups under way,
// which begin anew.
func (p *partition) outdated(ctx actor.Context) bool {
	lost := p.layout.lost.Load()
	if p.lost == lost {
		return false
	}
	p.lost, p.lookups = lost, nil
	p.indexes = newIndexes(p.layout, p.accounts)
	p.beginRecall(ctx)
	return true
}

// recalling takes what belongs to a recall.
func (p *partition) recalling(ctx actor.Context, m any) {
	switch m := m.(type) {
	case supervisor.Node:
		if p.recall != nil && p.recall.open < 0 {
			p.ask(ctx, m.Children)
		}
	case *Recalled:
		if r := p.recall; r != nil {
			if m.To != nil && m.To == r.question {
				r.open--
			}
			r.come = append(r.come, m.Subs...)
			r.goOn(ctx, p)
			break
		}
		p.appeared(ctx, &Appeared{Subs: m.Subs}) // it comes late
		p.speak()
	case *recallTurn:
		if r := p.recall; r == m.of {
			r.called = false
			r.goOn(ctx, p)
		}
	case *recallOver:
		if m.of == p.recall && p.recall.open > 0 {
			p.recall.open = 0
		}
	case *Settle:
		p.settle(m)
	case *Serve:
		p.arriving = false
		if r := p.recall; r != nil && r.isUnasked() {
			r.open = 0
		}
	}
	if r := p.recall; r != nil && len(r.come) == 0 {
		p.taken(ctx, r)
	}
}

// taken looks whether a recall is over that has taken in all that has come so far.
func (p *partition) taken(ctx actor.Context, r *recall) {
	if r.settled != nil && (r.open == 0 || r.isUnasked()) {
		r.settled <- true
		r.settled = nil
	}
	if r.open != 0 {
		return
	}
	if r.timer != nil {
		r.timer.Stop()
	}
	if p.layout.Links.Any() {
		p.queued = append(p.queued, &Restate{Subs: r.subs})
	}
	p.recall = nil
	if p.outdated(ctx) {
		return // what has come meanwhile may be in a Wide that was lost
	}
	p.catchUp(ctx)
	p.speak()
}

// ask counts everybody before it asks anybody: an idle connection answers while
// the question is being sent.
func (p *partition) ask(ctx actor.Context, connections []supervisor.Node) {
	r := p.recall
	r.open = len(connections)
	h, self := p.Host, ctx.Self()
	r.timer = time.AfterFunc(recallPatience, func() { h.Send(self, &recallOver{r}) })
	r.question = &RecallSubscriptions{Layout: p.layout, Partition: p.Number, Wide: p.lost > 0 || p.arriving}
	for _, n := range connections {
		ctx.Request(p.PID(n.Path), r.question)
	}
}
