package transport

import (
	"crypto/tls"
	"crypto/x509"
	"net"
	"time"

	"github.com/troupe-mq/troupe/actors/access/certificate"
	"github.com/troupe-mq/troupe/actors/internal/certfiles"
	"github.com/troupe-mq/troupe/actors/internal/revocation"
	"github.com/troupe-mq/troupe/actors/report"
)

// TLSGuard is TLS at an endpoint.
type TLSGuard struct {
	Config       *tls.Config
	Certificates *certfiles.Certificates
	Slots        *HandshakeSlots
	Lobby        *Lobby        // where clients are meanwhile
	Timeout      time.Duration // for the whole handshake
	// First says who begins: 0 the broker, with INFO; less the client; more the client,
	// if it does so within that time.
	First    time.Duration
	Optional bool              // who begins no handshake is let in too
	Verifies bool              // clients need a certificate
	Mapped   bool              // it says who they are
	Peers    *revocation.Peers // has authorities asked about clients, nil for nobody
}

// cipher is how a client is encrypted, and the certificates that it has shown. The
// zero value is not encrypted.
type cipher struct {
	Version, Suite uint16
	First          bool // the client began, before INFO
	shown          []*x509.Certificate
	chains         [][]*x509.Certificate
}

// CipherBy is what a handshake has come to.
func CipherBy(s *tls.ConnectionState) cipher {
	return cipher{Version: s.Version, Suite: s.CipherSuite, shown: s.PeerCertificates, chains: s.VerifiedChains}
}

// Shown are the certificates that the client has shown, its own first.
func (by cipher) Shown() []*x509.Certificate { return by.shown }

// Chains are the ways from the client's certificate to one that is trusted.
func (by cipher) Chains() [][]*x509.Certificate { return by.chains }

// Names are those that the client's own certificate gives it.
func (by cipher) Names() *certificate.Names {
	if len(by.shown) == 0 {
		return certificate.NamesOf(nil)
	}
	return certificate.NamesOf(by.shown[0])
}

// CipherOf is how the client of a link is encrypted.
func CipherOf(l Link) cipher {
	switch l := l.(type) {
	case layered:
		return l.by
	case webLink:
		if l.web.Shown != nil {
			return l.web.Shown.By
		}
	}
	return cipher{}
}

// CookiesOf are those of a page in a browser.
func CookiesOf(l Link) Cookies {
	if w, ok := l.(webLink); ok && w.web.Shown != nil {
		return w.web.Shown.Cookies
	}
	return Cookies{}
}

// layered is a link with a layer between it and the socket that wants to say
// goodbye, which may take time.
type layered struct {
	stream
	low    *ProgressConn
	socket net.Conn
	by     cipher
}

func (layered) Polite() bool { return true }

func (l layered) Abort() { _ = l.low.Close() } // nobody is left to tell

func (l layered) HangUp(why report.CloseReason) {
	l.low.finish(LingerTime)
	l.stream.HangUp(why)
}
