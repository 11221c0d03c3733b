package partition

import (
	"github.com/troupe-mq/troupe/actors/internal/batch"
	"github.com/troupe-mq/troupe/actors/internal/host"
	"github.com/troupe-mq/troupe/actors/report"
)

// partitionQuery asks a partition something that does not change it.
type partitionQuery interface{ answer(p *partition) }

// TakeStock asks a partition for its report.
type TakeStock struct {
	Account int  // its number; negative: all of them together
	Brief   bool // without the fan-out, which takes time to find out
	Reply   chan<- report.Partition
}

func (m *TakeStock) answer(p *partition) {
	r := report.Partition{Name: host.PartitionName(p.Number)}
	if m.Account < 0 {
		r.Stats = p.gone
	}
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
	m.Reply <- r
}

// MatchOne asks a partition who gets a message on a subject.
type MatchOne struct {
	Account int // its number
	Subject string
	Reply   chan<- *batch.Result
}

func (m *MatchOne) answer(p *partition) { m.Reply <- p.match(m.Account, []byte(m.Subject)) }

// IgnoreDeadLetterLogging: when the broker stops, everybody goes at once.
func (*TakeStock) IgnoreDeadLetterLogging() {}

func (*MatchOne) IgnoreDeadLetterLogging() {}
