package revocation

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"errors"
	"fmt"
	"slices"
	"time"
)

// Mode is which certificates are stapled.
type Mode string

// The modes, which are those of nats-server.
const (
	Never  Mode = "never"
	Auto   Mode = "auto"   // those that say that they have to be
	Must   Mode = "must"   // the same, and the broker stops when one is revoked
	Always Mode = "always" // all
)

// Valid reports whether there is such a mode.
func (m Mode) Valid() bool { return slices.Contains([]Mode{Never, Auto, Must, Always}, m) }

// Stapler staples answers to the broker's certificates.
type Stapler struct {
	Mode    Mode
	URLs    []string            // of responders, in the place of those in a certificate
	Issuers []*x509.Certificate // beside those behind a certificate in its file
}

// mustStaple is the extension of a certificate that has to be stapled (RFC 7633).
var mustStaple = asn1.ObjectIdentifier{1, 3, 6, 1, 5, 5, 7, 1, 24}

// wanted reports whether a certificate is stapled.
func (s *Stapler) wanted(leaf *x509.Certificate) bool {
	switch s.Mode {
	case Always:
		return true
	case Auto, Must:
		return slices.ContainsFunc(leaf.Extensions, func(e pkix.Extension) bool { return e.Id.Equal(mustStaple) })
	default:
		return false
	}
}

// ErrRevoked is about a certificate that its authority has revoked, or does not know.
var ErrRevoked = errors.New("ocsp: the broker's own certificate is not good")

// Staple asks about the certificates of a listener. It returns them with what was answered, and when to ask again; zero is
// never. The error is about one that cannot be stapled, or is not good.
func (s *Stapler) Staple(ctx context.Context, all []tls.Certificate, now time.Time) (stapled []tls.Certificate, again time.Time, err error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	stapled = slices.Clone(all)
	for i := range stapled {
		c := &stapled[i]
		leaf, errLeaf := x509.ParseCertificate(c.Certificate[0])
		if errLeaf != nil || !s.wanted(leaf) {
			continue
		}
		a, errAsk := s.ask(ctx, c, leaf, now)
		switch {
		case errAsk != nil:
			err = errors.Join(err, errAsk)
			again = earliest(again, now.Add(retry))
			continue
		case !a.Good():
			err = errors.Join(err, fmt.Errorf("%w: %s", ErrRevoked, leaf.Subject))
		}
		c.OCSPStaple = a.Raw
		again = earliest(again, now.Add(max(a.Until.Sub(now)/2, retry)))
	}
	return stapled, again, err
}

// retry is how long it takes until an authority is asked again that has not answered.
const retry = time.Minute

func earliest(a, b time.Time) time.Time {
	if a.IsZero() || b.Before(a) {
		return b
	}
	return a
}

func (s *Stapler) ask(ctx context.Context, c *tls.Certificate, leaf *x509.Certificate, now time.Time) (*Answer, error) {
	issuers := s.Issuers
	for _, raw := range c.Certificate[1:] {
		if parsed, err := x509.ParseCertificate(raw); err == nil {
			issuers = append([]*x509.Certificate{parsed}, issuers...)
		}
	}
	for _, issuer := range issuers {
		if leaf.CheckSignatureFrom(issuer) == nil {
			return ask(ctx, leaf, issuer, s.URLs, now, bounds{unsaid: time.Hour})
		}
	}
	return nil, fmt.Errorf("ocsp: the issuer of %s is neither behind it in its file nor in ca_file", leaf.Subject)
}
