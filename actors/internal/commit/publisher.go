package commit

import (
	"github.com/troupe-mq/troupe/actors/internal/fair"
	"github.com/troupe-mq/troupe/actors/internal/host"
	"github.com/troupe-mq/troupe/actors/internal/interest"
	"github.com/troupe-mq/troupe/actors/internal/msgtrace"
	"github.com/troupe-mq/troupe/actors/internal/outbox"
	"github.com/troupe-mq/troupe/actors/internal/pressure"
	"github.com/troupe-mq/troupe/actors/internal/stats"
	"github.com/troupe-mq/troupe/actors/internal/steps"
	"github.com/troupe-mq/troupe/actors/internal/trace"
	"github.com/troupe-mq/troupe/actors/report"
	"github.com/troupe-mq/troupe/wire"
)

// Env is what all publishers of a broker have in common.
type Env struct {
	*host.Host
	Counters *stats.Counters
	Budget   *pressure.Budget // of what is made for clients
	Links    *interest.Links
	Traces   msgtrace.Desk
	spreads  spreads
}

// Publisher is the client whose batch is committed, as far as a commit must know it.
type Publisher struct {
	*Env
	Target     *interest.Target
	Subs       *interest.Subscriptions
	Out        *outbox.Outbox
	Counts     *stats.Connection
	Connection connection
	Tracer     *trace.Tracer // nil while its protocol is not logged

	Echo, Verbose, NoResponders bool // as CONNECT says
	Tapped                      bool // taps ask how many copies a message had

	// Turn is what is left of the client's turn: commits spend of it, and so does who reads its commands.
	Turn steps.Work

	// Full is how many bytes may wait for the publisher itself before it has to read.
	Full   int
	cursor cursor
	owed   *owed  // nil until a request is unanswered
	Seed   uint64 // never 0
}

// connection is what a commit rarely asks of the connection that it runs in.
type connection interface {
	// Origin is who the client is to others.
	Origin() *report.Origin
	// Forget drops one of its subscriptions, which is over.
	Forget(s *interest.Subscription)
	// Grant is told of the reply subject of a message that the client is sent, and who
	// has published it.
	Grant(reply []byte, by fair.Owner)
	// Pinged is told that a PING has been answered.
	Pinged()
	// Oversized is told that a message of so many bytes is too large for the server behind a
	// link, which does not get it.
	Oversized(link uint64, bytes int)
}

// IsFull reports whether so much waits for the publisher that it is to read before its
// batch goes on.
func (p *Publisher) IsFull() bool { return p.Out.Pending() > p.Full }

// IsBetween reports whether no message is done in part.
func (p *Publisher) IsBetween() bool { return !p.cursor.begun }

// took notes a subscription that is in force now.
func (p *Publisher) took(s *interest.Subscription) {
	if p.owed != nil && p.owed.Inboxes != nil {
		p.owed.Add(s)
	}
}

// Drop forgets a subscription that is over.
func (p *Publisher) Drop(s *interest.Subscription) {
	if p.owed != nil && p.owed.Inboxes != nil && !p.owed.Remove(s) {
		p.owed.Inboxes = nil // it is made anew when it is needed
	}
}

// DropAll forgets all of them.
func (p *Publisher) DropAll() { p.owed = nil }

// payer is who pays for the permits to answer that the client's requests give to others, where these share
// a bound (package fair).
func (p *Publisher) payer() fair.Owner {
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

// Random is a number below n. It decides only which member of a queue group gets a
// message, and which name a mapping gives to one.
func (p *Publisher) Random(n int) int {
	p.Seed ^= p.Seed << 13
	p.Seed ^= p.Seed >> 7
	p.Seed ^= p.Seed << 17
	return int(uint64(uint32(p.Seed)) * uint64(n) >> 32)
}
