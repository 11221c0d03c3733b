package config

import (
	"cmp"
	"crypto/tls"
	"time"

	"github.com/hashicorp/go-hclog"

	"github.com/troupe-mq/troupe/actors/internal/revocation"
)

// This file is how connections to other servers are encrypted.

// ClusterTLS is how routes are encrypted. The files are read for each route.
type ClusterTLS struct {
	// TLS is for both sides of a route. Each shows a certificate to the other, whatever Verify says. With Map a server that comes
	// is who its certificate says it is: if that is the user of the cluster, it needs no password; and nobody else comes in.
	// HandshakeFirst and ConnectionRateLimit are for clients.
	TLS
	// KnownHosts lets servers in without a password whose certificates are for the host of one of the routes, and nobody else
	// but those whom Map lets in.
	KnownHosts bool
	// Insecure takes any certificate from a server that is dialed.
	Insecure bool
}

// Certified reports whether servers that come are known by their certificates alone.
func (t ClusterTLS) Certified() (byUser, byHost bool) { return t.Map, t.KnownHosts }

// Server is the configuration for servers that come, as the files are now. The error says what is wrong with them.
func (t ClusterTLS) Server() (*tls.Config, error) {
	t.Verify = true
	c, err := t.Load()
	t.askAuthorities(c)
	return c, err
}

// Client is the configuration for a server at a host, as the files are now. The error says what is wrong with them.
func (t ClusterTLS) Client(host string) (*tls.Config, error) { return t.client(host, t.Insecure) }

// RemoteTLS is how a link is encrypted. The files are read for each attempt.
type RemoteTLS struct {
	// TLS is for the broker's own side and for what it demands of the hub. It may be without a certificate: then the broker shows
	// none. CAFile is for the hub's certificate, which is verified whatever Verify says. With HandshakeFirst, whatever it says, the
	// handshake is before the hub's INFO. Default of Timeout: 5s. Map and ConnectionRateLimit are for clients.
	TLS
	// ServerName is the host that the hub's certificate is for. Default: the one in the URL.
	ServerName string
	// Insecure takes any certificate from the hub.
	Insecure bool
}

// Load is the configuration of a link to a host, as the files are now. The error says what is wrong with them.
func (t RemoteTLS) Load(host string) (*tls.Config, error) {
	return t.client(cmp.Or(t.ServerName, host), t.Insecure)
}

// client is the configuration for a server at a host, which shows a certificate that is sound, unless any will do.
func (t TLS) client(host string, insecure bool) (*tls.Config, error) {
	t.Verify = true
	c, err := t.load()
	c.RootCAs, c.ServerName, c.InsecureSkipVerify = c.ClientCAs, host, insecure
	t.askAuthorities(c)
	return c, err
}

// askAuthorities has a handshake end well only if authorities say so, where they are to be asked. They are asked each time:
// there are few connections to other servers.
func (t *TLS) askAuthorities(c *tls.Config) {
	if t.OCSPPeer == nil {
		return
	}
	pinned, peers := c.VerifyConnection, revocation.NewPeers(t.OCSPPeer.Rules(), time.Now, hclog.NewNullLogger())
	c.VerifyConnection = func(s tls.ConnectionState) error {
		if pinned != nil {
			if err := pinned(s); err != nil {
				return err
			}
		}
		return peers.Check(s.VerifiedChains)
	}
}
