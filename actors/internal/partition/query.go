package partition

import (
	"github.com/asynkron/protoactor-go/actor"

	"github.com/troupe-mq/troupe/actors/internal/batch"
	"github.com/troupe-mq/troupe/actors/internal/steps"
	"github.com/troupe-mq/troupe/actors/report"
)

// partitionQuery asks a partition something that does not change it.
type partitionQuery interface {
	answer(ctx actor.Context, p *partition)
}

// TakeStock asks a partition for its report.
type TakeStock struct {
	Account int  // its number; negative: all of them together
	Brief   bool // without the fan-out, which takes time to find out
	Reply   chan<- report.Partition
}

func (m *TakeStock) answer(_ actor.Context, p *partition) {
	r := report.Partition{Name: p.layout.Name(p.Number)}
	for n, x := range p.byNumber {
		if m.Account >= 0 && m.Account != n {
			continue
		}
		if m.Brief {
			r.Stats = r.Plus(x.Count())
		} else {
			r.Stats = r.Plus(x.Stats())
		}
	}
	if p.Number == 0 { // it tells for all of them
		r.Stats = r.Plus(p.layout.count(m.Account))
	}
	m.Reply <- r
}

// MatchOne asks a partition who gets a message on a subject.
type MatchOne struct {
	Account int // its number
	Subject string
	Reply   chan<- *batch.Result

	rest *lookup // what is left to look for, nil at the beginning
}

func (m *MatchOne) answer(ctx actor.Context, p *partition) {
	var found *batch.Result
	if m.rest != nil {
		found, _ = m.rest.Step(steps.Slice / visit)
	} else if x := p.find(m.Account); x != nil {
		found, _, m.rest = x.Start([]byte(m.Subject), steps.Slice/visit)
	} else {
		found = nobody
	}
	if found == nil {
		p.later(ctx, m)
		return
	}
	m.Reply <- found
}

// IgnoreDeadLetterLogging keeps it out of the log: when the broker stops, everybody goes at once.
func (*TakeStock) IgnoreDeadLetterLogging() {}

// IgnoreDeadLetterLogging is as for TakeStock.
func (*MatchOne) IgnoreDeadLetterLogging() {}
