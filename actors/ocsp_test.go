package actors_test

import (
	"crypto/tls"
	"crypto/x509"
	"testing"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/crypto/ocsp"

	"github.com/troupe-mq/troupe/actors"
	"github.com/troupe-mq/troupe/actors/config"
	"github.com/troupe-mq/troupe/actors/internal/revocation/revocationtest"
)

// stapled is what a broker staples to the certificate that it shows.
func stapled(t *testing.T, b *actors.Broker, a *revocationtest.Authority) (staple []byte) {
	t.Helper()
	roots := x509.NewCertPool()
	roots.AddCert(a.Certificate)
	nc, err := nats.Connect(b.ClientURL(), nats.Secure(&tls.Config{
		RootCAs: roots, MinVersion: tls.VersionTLS12,
		VerifyConnection: func(s tls.ConnectionState) error {
			staple = s.OCSPResponse
			return nil
		},
	}))
	require.NoError(t, err)
	nc.Close()
	return staple
}

// TestOCSPStaple: a certificate that has to be stapled is, and the broker does not start with one that is revoked; a reload is
// refused then.
func TestOCSPStaple(t *testing.T) {
	a := revocationtest.New(t)
	pair := a.Issue(t, "server", true)
	c := actors.Config{Host: "127.0.0.1", Port: -1, TLS: &actors.TLS{CertFile: pair.CertFile, KeyFile: pair.KeyFile, CAFile: a.File}}
	b := watched(t, c)
	assert.Empty(t, stapled(t, b, a))
	a.Say(pair, ocsp.Revoked, time.Hour)
	c.OCSP = &config.OCSP{Mode: "auto"}
	_, err := b.Reload(t.Context(), c)
	require.ErrorContains(t, err, "ocsp: the broker's own certificate is not good: CN=server")
	_, err = actors.Start(t.Context(), c)
	require.Error(t, err)
	a.Say(pair, ocsp.Good, time.Hour)
	_, err = b.Reload(t.Context(), c)
	require.NoError(t, err)
	r, err := ocsp.ParseResponseForCert(stapled(t, b, a), pair.Leaf, a.Certificate)
	require.NoError(t, err)
	assert.Equal(t, ocsp.Good, r.Status)
	_, err = actors.Start(t.Context(), actors.Config{NoListen: true, OCSP: &config.OCSP{Mode: "some"}})
	require.ErrorContains(t, err, `ocsp: mode "some" is none of`)
}

// TestOCSPPeers: a client whose certificate is revoked does not come in, by whatever port.
func TestOCSPPeers(t *testing.T) {
	a := revocationtest.New(t)
	server, good, bad := a.Issue(t, "server", false), a.Issue(t, "good", false), a.Issue(t, "bad", false)
	a.Say(bad, ocsp.Revoked, time.Hour)
	block := &actors.TLS{CertFile: server.CertFile, KeyFile: server.KeyFile, CAFile: a.File, Verify: true, OCSPPeer: &config.OCSPPeer{}}
	b := watched(t, actors.Config{Host: "127.0.0.1", Port: -1, TLS: block, WebSocket: &actors.WebSocket{Port: -1, TLS: block}})
	for _, url := range []string{b.ClientURL(), "wss://" + b.WebSocketAddr().String()} {
		nc, err := nats.Connect(url, nats.RootCAs(a.File), nats.ClientCert(good.CertFile, good.KeyFile))
		require.NoError(t, err, url)
		nc.Close()
		_, err = nats.Connect(url, nats.RootCAs(a.File), nats.ClientCert(bad.CertFile, bad.KeyFile))
		require.Error(t, err, url)
	}
}
