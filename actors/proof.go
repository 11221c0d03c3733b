package actors

import (
	"crypto/rand"
	"encoding/base64"
	"runtime"
	"sync/atomic"
	"time"

	"github.com/troupe-mq/troupe/actors/access"
	"github.com/troupe-mq/troupe/wire"
)

// A bcrypt hash takes tens of milliseconds to compare, by design. That is done on
// a goroutine of its own, so that nobody but the client concerned waits.

// proof is a CONNECT whose secret is being checked.
type proof struct {
	claim   *access.Claim
	gate    *access.Gate // where it was made
	options wire.Connect
	void    atomic.Bool // nobody waits for it any more
}

// proofsAtOnce leaves half of the processors to those who are connected.
func proofsAtOnce() int { return max(1, runtime.GOMAXPROCS(0)/2) }

// prove checks a claim elsewhere. Nothing is parsed before the answer is there,
// and the deadline for CONNECT goes on.
func (c *connection) prove(claim *access.Claim, options wire.Connect) {
	p := &proof{claim: claim, gate: c.under.gate, options: options}
	c.proving = p
	c.clock.begun = time.Time{} // the command is complete
	root, pid, places := c.system.Root, c.to.pid, c.proofs
	c.spawn("proof", func() {
		answer := &proved{of: p}
		defer root.Send(pid, answer) // after a panic too: then it is nobody
		answer.who = p.check(places)
	})
}

// check waits for its turn, and does not begin what nobody waits for.
func (p *proof) check(places chan struct{}) *access.Identity {
	places <- struct{}{}
	defer func() { <-places }()
	if p.void.Load() {
		return nil
	}
	return p.claim.Holds()
}

// proved goes on with a CONNECT whose secret has been checked.
func (c *connection) proved(m *proved) {
	if m.of != c.proving {
		return // the connection has ended meanwhile
	}
	p, who := c.proving, m.who
	c.proving = nil
	if who != nil {
		who = c.under.gate.Renew(p.gate, who, c.known()) // the settings may have changed meanwhile
	}
	c.admit(who, &p.options)
	c.advance()
}

// giveUpProof is for a connection that ends.
func (c *connection) giveUpProof() {
	if c.proving != nil {
		c.proving.void.Store(true)
		c.proving = nil
	}
}

// newNonce is 15 characters that nobody can foresee.
func newNonce() string {
	var b [11]byte
	_, _ = rand.Read(b[:]) // never fails: see crypto/rand
	return base64.RawURLEncoding.EncodeToString(b[:])
}
