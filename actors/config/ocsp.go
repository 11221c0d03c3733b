package config

import (
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"net/url"
	"os"
	"time"

	"github.com/troupe-mq/troupe/actors/internal/revocation"
)

// OCSP is what authorities say of the broker's own certificates, which is stapled to them, so that clients need not ask.
type OCSP struct {
	// Mode is which certificates are stapled: those that say that they have to be ("auto"), all ("always"), or none ("never").
	// With "must" the broker stops, besides, when a certificate that has to be stapled is revoked. The broker does not start with
	// one that cannot be stapled, or is not good.
	Mode string
	// URLs are responders, in the place of those that a certificate names.
	URLs []string
}

// OCSPPeer has authorities asked about the certificates of clients.
type OCSPPeer struct {
	// Timeout is for the answers about a client. Default 2s.
	Timeout time.Duration
	// Skew is by how much clocks may differ. Default 30s.
	Skew time.Duration
	// WarnOnly lets clients in that are not known to be good, and the log says so. UnknownIsGood does so where an authority does
	// not know the certificate, and AllowUnreachable where it does not answer.
	WarnOnly, UnknownIsGood, AllowUnreachable bool
	// Unsaid is how long an answer is remembered that does not say so. Default 1h.
	Unsaid time.Duration
	// Forget asks each time anew.
	Forget bool
}

// The defaults, which are those of nats-server.
const (
	DefaultOCSPTimeout = 2 * time.Second
	DefaultOCSPSkew    = 30 * time.Second
	DefaultOCSPUnsaid  = time.Hour
)

// Validate reports what is wrong.
func (o *OCSP) Validate() error {
	if o == nil {
		return nil
	}
	if !revocation.Mode(o.Mode).Valid() {
		return fmt.Errorf("ocsp: mode %q is none of auto, always, must and never", o.Mode)
	}
	for _, text := range o.URLs {
		if u, err := url.Parse(text); err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
			return fmt.Errorf("ocsp: %q is not the URL of a responder", text)
		}
	}
	return nil
}

// Stapler staples the certificates of a listener, nil if none are to be.
func (o *OCSP) Stapler(t *TLS) *revocation.Stapler {
	if o == nil || o.Mode == string(revocation.Never) {
		return nil
	}
	return &revocation.Stapler{Mode: revocation.Mode(o.Mode), URLs: o.URLs, Issuers: issuers(t.CAFile)}
}

// issuers are the certificates in a file, as far as they can be read.
func issuers(file string) (all []*x509.Certificate) {
	rest, err := os.ReadFile(file)
	for err == nil {
		var block *pem.Block
		if block, rest = pem.Decode(rest); block == nil {
			break
		}
		if c, err := x509.ParseCertificate(block.Bytes); err == nil {
			all = append(all, c)
		}
	}
	return all
}

// check reports what is wrong with it in a block.
func (p *OCSPPeer) check(t *TLS) error {
	switch {
	case p == nil:
		return nil
	case !t.Verifies():
		return errors.New("tls: ocsp_peer needs verify")
	case p.Timeout < 0 || p.Skew < 0 || p.Unsaid < 0:
		return errors.New("tls: ocsp_peer: a duration cannot be negative")
	}
	return nil
}

// Rules are those by which clients are judged.
func (p *OCSPPeer) Rules() revocation.Rules {
	r := revocation.Rules{
		Timeout: p.Timeout, Skew: p.Skew, WarnOnly: p.WarnOnly, UnknownIsGood: p.UnknownIsGood, AllowUnreachable: p.AllowUnreachable,
		Unsaid: p.Unsaid, Forget: p.Forget,
	}
	if r.Timeout == 0 {
		r.Timeout = DefaultOCSPTimeout
	}
	if r.Skew == 0 {
		r.Skew = DefaultOCSPSkew
	}
	if r.Unsaid == 0 {
		r.Unsaid = DefaultOCSPUnsaid
	}
	return r
}
