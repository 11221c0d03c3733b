package commit

import (
	"github.com/troupe-mq/troupe/actors/internal/fair"
	"github.com/troupe-mq/troupe/actors/internal/host"
	"github.com/troupe-mq/troupe/actors/internal/interest"
	"github.com/troupe-mq/troupe/actors/internal/outbox"
	"github.com/troupe-mq/troupe/actors/internal/stats"
	"github.com/troupe-mq/troupe/actors/internal/trace"
	"github.com/troupe-mq/troupe/actors/report"
	"github.com/troupe-mq/troupe/topics"
	"github.com/troupe-mq/troupe/wire"
)

// Publisher is the client whose batch is committed, as far as a commit must know it.
type Publisher struct {
	Host   *host.Host
	Target *interest.Target
	Subs   *interest.Subscriptions
	Out    *outbox.Outbox
	Counts *stats.Connection
	Owner  owner
	Tracer *trace.Tracer // nil while its protocol is not logged

	Echo, Verbose, NoResponders bool // as CONNECT says
	Tapped                      bool // taps ask how many copies a message had

	replies *interest.Subscription // where its last request without responders was answered: clients use one inbox
	Seed    uint64                 // never 0
}

// owner is what a commit rarely asks of the connection that it runs in.
type owner interface {
	// Origin is who the client is to others.
	Origin() *report.Origin
	// Forget drops one of its subscriptions, which is over.
	Forget(s *interest.Subscription)
	// Grant is told of the reply subject of a message that the client is sent, and who
	// has published it.
	Grant(reply []byte, by fair.Owner)
	// Pinged is told that a PING has been answered.
	Pinged()
}

// owner is whose the client's requests are.
func (p *Publisher) owner() fair.Owner {
	return fair.Owner{Account: uint64(p.Target.Account.Index()), Client: p.Target.ID}
}

// Acknowledge answers n commands that were carried out.
func (p *Publisher) Acknowledge(n int) {
	if p.Verbose {
		for range n {
			p.Say(wire.OK)
		}
	}
}

// Say puts a line of the broker's own into the outbox.
func (p *Publisher) Say(line string) {
	if p.Tracer != nil {
		p.Tracer.Out(line)
	}
	p.Out.Reply(line)
}

// inbox is the plain subscription of this connection's own that matches a reply
// subject, nil if it has none.
func (p *Publisher) inbox(reply string) *interest.Subscription {
	if s := p.replies; s != nil && s.Unlimited() && topics.Matches(s.Subject(), reply) && s.Permits([]byte(reply)) {
		s.Admit(1)
		return s
	}
	for s := range p.Subs.All {
		if s.Queue() == "" && topics.Matches(s.Subject(), reply) && s.Permits([]byte(reply)) {
			p.replies = s
			if ok, last := s.Admit(1); ok > 0 {
				if last {
					p.Owner.Forget(s)
				}
				return s
			}
		}
	}
	return nil
}

// Random is a number below n. It decides only which member of a queue group gets a
// message, and which name a mapping gives to one.
func (p *Publisher) Random(n int) int {
	p.Seed ^= p.Seed << 13
	p.Seed ^= p.Seed >> 7
	p.Seed ^= p.Seed << 17
	return int(uint64(uint32(p.Seed)) * uint64(n) >> 32)
}
