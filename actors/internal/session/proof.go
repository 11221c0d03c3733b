package session

import (
	"crypto/rand"
	"crypto/x509"
	"encoding/base64"
	"hash/maphash"
	"net/netip"
	"runtime"
	"sync"
	"sync/atomic"

	"github.com/asynkron/protoactor-go/actor"

	"github.com/troupe-mq/troupe/actors/access"
	"github.com/troupe-mq/troupe/actors/internal/fair"
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
func (*Proved) IgnoreDeadLetterLogging() {}

// Proofs are the secrets that are checked, and those that wait for that. Each address
// has its turn, and in each some of its users: whoever tries passwords without end waits
// behind itself.
type Proofs struct {
	Host *host.Host

	mu      sync.Mutex
	free    int // places
	waiting fair.Queue[func()]
}

// NewProofs has that many places.
func NewProofs(h *host.Host, places int) *Proofs { return &Proofs{Host: h, free: places} }

// ProofPlaces leaves half of the processors to those who are connected.
func ProofPlaces() int { return max(1, runtime.GOMAXPROCS(0)/2) }

// usersOfAnAddress is how many turns an address has at most before the first user has
// another one. Names can be made up, and whether there is a user of that name is not to
// be told by how long it takes.
const usersOfAnAddress = 16

var proofSeed = maphash.MakeSeed()

// prover is whose turn the check of a CONNECT is.
func prover(from netip.Addr, user string) fair.Owner {
	return fair.Owner{
		Account: maphash.Comparable(proofSeed, from),
		Client:  maphash.String(proofSeed, user) % usersOfAnAddress,
	}
}

// Prove checks a claim elsewhere when it is its turn, and posts the answer to self. It
// comes from an address.
func (s *Proofs) Prove(p *Proof, from netip.Addr, self *actor.PID) {
	s.Do(prover(from, p.Options.User), func() {
		answer := &Proved{Of: p}
		defer s.Host.Send(self, answer) // after a panic too: then it is nobody
		if !p.void.Load() {
			answer.Identity = p.Claim.Holds()
		}
	})
}

// Do runs a check when it is the turn of whom it is for.
func (s *Proofs) Do(by fair.Owner, check func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.waiting.Push(check, by)
	if s.free > 0 {
		s.free--
		s.Host.Spawn("proof", s.work)
	}
}

// work has a place, and checks until nothing waits.
func (s *Proofs) work() {
	check, ok := s.next()
	if !ok {
		return
	}
	over := false
	defer func() {
		if !over { // a check has crashed: the place is another goroutine's
			s.Host.Spawn("proof", s.work)
		}
	}()
	for ; ok; check, ok = s.next() {
		check()
	}
	over = true
}

// next is the check whose turn it is. If there is none the place is free.
func (s *Proofs) next() (check func(), ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if check, ok = s.waiting.Pop(); !ok {
		s.free++
	}
	return check, ok
}

// newNonce is 15 characters that nobody can foresee.
func newNonce() string {
	var b [11]byte
	_, _ = rand.Read(b[:]) // never fails: see crypto/rand
	return base64.RawURLEncoding.EncodeToString(b[:])
}
