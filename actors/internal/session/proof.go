package session

import (
	"crypto/rand"
	"crypto/x509"
	"encoding/base64"
	"runtime"
	"sync/atomic"

	"github.com/asynkron/protoactor-go/actor"

	"github.com/troupe-mq/troupe/actors/access"
	"github.com/troupe-mq/troupe/actors/internal/host"
	"github.com/troupe-mq/troupe/actors/internal/transport"
	"github.com/troupe-mq/troupe/wire"
)

// A bcrypt hash takes tens of milliseconds to compare, by design, and a service that is
// asked may take longer. That is done elsewhere, so that nobody but the client concerned
// waits.

// Proof is a CONNECT that is being checked.
type Proof struct {
	Claim   *access.Claim
	Gate    *access.Gate // where it was made
	Options wire.Connect
	void    atomic.Bool // nobody waits for it any more

	// For a service that is asked.
	CID     uint64
	Kind    string // of endpoint
	Version uint16 // of TLS; 0 without
	Suite   uint16
	Shown   []*x509.Certificate
	Chains  [][]*x509.Certificate
}

// NewProof is one of a claim that takes long.
func (s *Session) NewProof(claim *access.Claim, o *wire.Connect) *Proof {
	p := &Proof{Claim: claim, Gate: s.Settings.Gate, Options: *o, CID: s.cid, Kind: s.Endpoint.Kind}
	if claim.Delegation() != nil {
		by := transport.CipherOf(s.Link)
		p.Version, p.Suite, p.Shown, p.Chains = by.Version, by.Suite, by.Shown(), by.Chains()
	}
	return p
}

// Void reports whether nobody waits for the answer any more.
func (p *Proof) Void() bool { return p.void.Load() }

// Proved tells a connection whether a secret was the right one: identity says who
// the client is, nil for nobody.
type Proved struct {
	Of       *Proof
	Identity *access.Identity
}

// IgnoreDeadLetterLogging keeps it out of the log: the connection may have ended meanwhile.

// IgnoreDeadLetterLogging is as above.
func (*Proved) IgnoreDeadLetterLogging() {}

// ProofSlots are the places for secrets that may be checked at a time.
type ProofSlots chan struct{}

// NewProofSlots leaves half of the processors to those who are connected.
func NewProofSlots() ProofSlots { return make(ProofSlots, max(1, runtime.GOMAXPROCS(0)/2)) }

// Prove checks a claim elsewhere, and posts the answer to self.
func (p *Proof) Prove(h *host.Host, slots ProofSlots, self *actor.PID) {
	h.Spawn("proof", func() {
		answer := &Proved{Of: p}
		defer h.Send(self, answer) // after a panic too: then it is nobody
		answer.Identity = p.check(slots)
	})
}

// check waits for its turn, and does not begin what nobody waits for.
func (p *Proof) check(slots ProofSlots) *access.Identity {
	slots <- struct{}{}
	defer func() { <-slots }()
	if p.void.Load() {
		return nil
	}
	return p.Claim.Holds()
}

// newNonce is 15 characters that nobody can foresee.
func newNonce() string {
	var b [11]byte
	_, _ = rand.Read(b[:]) // never fails: see crypto/rand
	return base64.RawURLEncoding.EncodeToString(b[:])
}
