package actors_test

import (
	"crypto/sha256"
	"crypto/tls"
	"encoding/hex"
	"net"
	"testing"
	"time"

	"github.com/troupe-mq/troupe/actors/config"

	"github.com/hashicorp/go-hclog"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/actors"
)

// TestPinnedCerts: a certificate that is sound, and is not pinned, lets nobody in, whatever the
// version, and not by a session that was agreed before the pins were changed either.
func TestPinnedCerts(t *testing.T) {
	a := newAuthority(t)
	a.sign("ann", false)
	a.sign("zed", false)
	ann, err := tls.LoadX509KeyPair(a.file("ann.pem"), a.file("ann-key.pem"))
	require.NoError(t, err)
	zed, err := tls.LoadX509KeyPair(a.file("zed.pem"), a.file("zed-key.pem"))
	require.NoError(t, err)
	sum := sha256.Sum256(ann.Leaf.RawSubjectPublicKeyInfo)
	s := a.server()
	s.Verify, s.CAFile, s.PinnedCerts = true, a.file("authority.pem"), []string{hex.EncodeToString(sum[:])}
	s.HandshakeFirst = config.HandshakeFirstAlways
	b := watched(t, actors.Config{TLS: s})
	for _, version := range []uint16{tls.VersionTLS12, tls.VersionTLS13} {
		for _, tt := range []struct {
			by tls.Certificate
			in bool
		}{{ann, true}, {zed, false}} {
			c := a.client()
			c.MaxVersion, c.Certificates = version, []tls.Certificate{tt.by}
			assert.Equal(t, tt.in, greeted(t, b.Addr().String(), c))
		}
	}
	s = a.server()
	s.PinnedCerts = []string{"ab"}
	require.ErrorContains(t, s.Validate(), "not a SHA-256")
	s.PinnedCerts = []string{hex.EncodeToString(sum[:])}
	require.ErrorContains(t, s.Validate(), "needs verify")
}

// greeted reports whether a client hears INFO.
func greeted(t *testing.T, addr string, c *tls.Config) bool {
	t.Helper()
	nc, err := net.DialTimeout("tcp", addr, 10*time.Second)
	require.NoError(t, err)
	defer nc.Close()
	require.NoError(t, nc.SetDeadline(time.Now().Add(10*time.Second)))
	_, err = tls.Client(nc, c).Read(make([]byte, 1))
	return err == nil
}

// TestMoreCertificates: each client is shown the certificate for the name that it asks for.
func TestMoreCertificates(t *testing.T) {
	a := newAuthority(t)
	a.sign("one.example", true)
	a.sign("two.example", true)
	s := &actors.TLS{More: []config.CertificateFile{
		{CertFile: a.file("one.example.pem"), KeyFile: a.file("one.example-key.pem")},
		{CertFile: a.file("two.example.pem"), KeyFile: a.file("two.example-key.pem")},
	}}
	require.NoError(t, s.Validate())
	config, err := s.ServerConfig(hclog.NewNullLogger())
	require.NoError(t, err)
	used, err := config.GetConfigForClient(nil)
	require.NoError(t, err)
	assert.Len(t, used.Certificates, 2)
	s.CipherSuites = []uint16{tls.TLS_RSA_WITH_RC4_128_SHA}
	require.ErrorContains(t, s.Validate(), "allow_insecure_cipher_suites")
}
