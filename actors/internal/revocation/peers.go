package revocation

import (
	"context"
	"crypto/sha256"
	"crypto/x509"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/hashicorp/go-hclog"
	"golang.org/x/crypto/ocsp"
)

// Rules are how certificates of clients, and of other servers, are judged.
type Rules struct {
	Timeout          time.Duration // for an authority's answer
	Skew             time.Duration // by which clocks may differ
	Unsaid           time.Duration // for which an answer counts that does not say so
	WarnOnly         bool          // who is not good is let in
	UnknownIsGood    bool
	AllowUnreachable bool // who cannot be asked about is let in
	Forget           bool // each time it is asked anew
}

// Peers asks about certificates, and remembers what was answered.
type Peers struct {
	rules  Rules
	now    func() time.Time
	logger hclog.Logger

	mu    sync.Mutex
	known map[[sha256.Size]byte]*Answer
}

// NewPeers judges by rules.
func NewPeers(rules Rules, now func() time.Time, logger hclog.Logger) *Peers {
	return &Peers{rules: rules, now: now, logger: logger, known: make(map[[sha256.Size]byte]*Answer)}
}

// mostKnown is how many answers are remembered.
const mostKnown = 4096

// ErrPeer is about somebody with a certificate that its authority has revoked or does not know, or about which it does not say
// anything.
var ErrPeer = errors.New("ocsp: the certificate is not known to be good")

// Check asks about somebody, by the ways from the certificate to one that is trusted. One of them is enough. A nil Peers asks
// nobody. The error is an ErrPeer, and has the reason.
func (p *Peers) Check(chains [][]*x509.Certificate) error {
	if p == nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.Background(), p.rules.Timeout)
	defer cancel()
	why := ErrPeer
	for _, chain := range chains {
		err := p.judge(ctx, chain)
		if err == nil {
			return nil
		}
		why = fmt.Errorf("%w: %w", ErrPeer, err)
	}
	if p.rules.WarnOnly {
		p.logger.Warn("somebody is let in whose certificate is not known to be good", "error", why)
		return nil
	}
	return why
}

// judge is nil if no certificate of a chain is revoked. One that names no responder is not asked about.
func (p *Peers) judge(ctx context.Context, chain []*x509.Certificate) error {
	for i, c := range chain[:max(len(chain)-1, 0)] {
		if len(c.OCSPServer) == 0 {
			continue
		}
		a, err := p.ask(ctx, c, chain[i+1])
		switch {
		case err != nil && p.rules.AllowUnreachable:
		case err != nil:
			return fmt.Errorf("its authority does not say: %w", err)
		case a.Status == ocsp.Unknown && p.rules.UnknownIsGood:
		case a.Status == ocsp.Revoked:
			return errors.New("it is revoked")
		case !a.Good():
			return errors.New("its authority does not know it")
		}
	}
	if len(chain) == 0 {
		return errors.New("nobody has signed it")
	}
	return nil
}

// ask remembers, for as long as the answer counts.
func (p *Peers) ask(ctx context.Context, c, issuer *x509.Certificate) (*Answer, error) {
	key, now := sha256.Sum256(c.Raw), p.now()
	p.mu.Lock()
	a := p.known[key]
	p.mu.Unlock()
	if a != nil && now.Before(a.Until) {
		return a, nil
	}
	a, err := ask(ctx, c, issuer, nil, now, bounds{p.rules.Skew, p.rules.Unsaid})
	if err != nil || p.rules.Forget {
		return a, err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.known) >= mostKnown {
		p.forget(now)
	}
	p.known[key] = a
	return a, nil
}

// forget makes room: what counts no more goes, and if nothing does, anything.
func (p *Peers) forget(now time.Time) {
	for key, a := range p.known {
		if !now.Before(a.Until) {
			delete(p.known, key)
		}
	}
	for key := range p.known {
		if len(p.known) < mostKnown {
			return
		}
		delete(p.known, key)
	}
}
