package mesh

import (
	"crypto/x509"
	"errors"
	"slices"

	"github.com/troupe-mq/troupe/actors/access/certificate"
)

// isCertified reports whether certificates say who may come in, in the place of passwords.
func (s *Settings) isCertified() bool {
	if s.TLS == nil {
		return false
	}
	byUser, byHost := s.TLS.Certified()
	return byUser || byHost
}

// errUncertified is about a server with a certificate that is sound, and says that it is somebody else.
var errUncertified = errors.New("the certificate names neither the user of the cluster nor the host of a route, as far as these are looked at")

// certify judges a server that comes by its certificate.
func (s *Settings) certify(shown *x509.Certificate) error {
	byUser, byHost := s.TLS.Certified()
	if names := certificate.NamesOf(shown); byUser && s.User != "" && slices.Contains(slices.Concat(names.Plain, names.Written), s.User) {
		return nil
	}
	for _, u := range s.urls() {
		if byHost && shown.VerifyHostname(u.Hostname()) == nil {
			return nil
		}
	}
	return errUncertified
}
