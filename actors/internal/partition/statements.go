package partition

import (
	"github.com/asynkron/protoactor-go/actor"

	"github.com/troupe-mq/troupe/actors/internal/interest"
	"github.com/troupe-mq/troupe/actors/internal/steps"
)

// A partition says to the links to other servers what is wanted here: after each change how
// many have that pattern now. What one batch changes is posted as one message for each link,
// before the batch goes on: so a link hears of a SUB before it is given the message behind it.

// statements are what is to be said to links. It is empty but while something is handled.
type statements struct {
	to  []*interest.Link
	say []*interest.Stated // for each of to
}

// about is the statement to a link about an account.
func (x *statements) about(l *interest.Link, account int, by interest.Speaker) *interest.Stated {
	for i := range x.to {
		if x.to[i] == l && x.say[i].Account == account {
			return x.say[i]
		}
	}
	m := interest.NewStated(account, by)
	x.to, x.say = append(x.to, l), append(x.say, m)
	return m
}

// state says how many there are now of what a subscription asks for.
func (p *partition) state(s *interest.Subscription) {
	n := s.To.Account.Index()
	for _, l := range p.layout.Links.Of(n) {
		if l.Wants(s) {
			p.stateTo(l, n, s)
		}
	}
}

func (p *partition) stateTo(l *interest.Link, account int, s *interest.Subscription) {
	c := interest.Count{Subject: s.Subject(), Queue: interest.NearName(s.Queue()), Origin: l.Origin(s)}
	c.N = p.count(l, account, &c)
	m := p.statements.about(l, account, p.speaker())
	m.Counts = append(m.Counts, c)
}

// count is how many have a pattern that a link is told of: clients, and those behind links
// from which messages may go on to it.
func (p *partition) count(l *interest.Link, account int, of *interest.Count) (n int) {
	x := p.find(account)
	if x == nil {
		return 0
	}
	if of.Origin == "" {
		n = x.Subscribers(of.Subject, of.Queue)
	}
	if !p.layout.Links.Tell(l.Kind) {
		return n // what other servers want is not for this one
	}
	x.EachSubscriber(of.Subject, interest.FarQueue(of.Queue), func(s *interest.Subscription) bool {
		if l.Wants(s) && l.Origin(s) == of.Origin {
			n += s.Weight()
		}
		return true
	})
	return n
}

// speaker is who states it.
func (p *partition) speaker() interest.Speaker {
	return interest.Speaker{Partition: p.Number, Of: len(p.layout.PIDs), Layout: p.layout.Number}
}

// speak posts what is to be said.
func (p *partition) speak() {
	if len(p.statements.to) == 0 {
		return
	}
	said := p.statements
	p.statements = statements{}
	for i, l := range said.to {
		p.Send(l.PID, said.say[i])
	}
}

// Restate asks a partition to state subscriptions. To is the link that is told, nil for all:
// then the partition has lost what it had, and states what it has now.
type Restate struct {
	To    *interest.Link
	Subs  []*interest.Subscription
	begun bool
}

// IgnoreDeadLetterLogging is as for Withdraw.
func (*Restate) IgnoreDeadLetterLogging() {}

// restate states subscriptions, and then that these were all.
func (p *partition) restate(ctx actor.Context, m *Restate) {
	if m.To == nil && !m.begun {
		p.everywhere(interest.Stated{Speaker: p.speaker(), Anew: true})
	}
	work := steps.BeginSlice()
	for ; len(m.Subs) > 0; m.Subs = m.Subs[1:] {
		if work.Over() {
			m.begun = true
			p.later(ctx, m)
			return
		}
		s := m.Subs[0]
		work.Spend(change(s))
		switch {
		case m.To == nil:
			p.state(s)
		case m.To.Wants(s):
			p.stateTo(m.To, s.To.Account.Index(), s)
		}
	}
	p.speak()
	if m.To == nil {
		p.everywhere(interest.Stated{Speaker: p.speaker(), Complete: true})
		return
	}
	p.Send(m.To.PID, &interest.Stated{Speaker: p.speaker(), Told: true})
}

// everywhere says something to every link.
func (p *partition) everywhere(m interest.Stated) {
	for _, l := range p.layout.Links.All() {
		p.Send(l.PID, &m)
	}
}
