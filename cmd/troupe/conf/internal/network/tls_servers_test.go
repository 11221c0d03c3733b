package network_test

import (
	"crypto/tls"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/actors"
	"github.com/troupe-mq/troupe/actors/config"
	"github.com/troupe-mq/troupe/cmd/troupe/conf/internal/conftest"
)

// TestTLSOfRemotes: what a tls block may say of clients it may say of hubs, and what is for clients is told.
func TestTLSOfRemotes(t *testing.T) {
	s, warnings, err := conftest.Read(t, `
default_js_domain { A: hub, B: other }
leafnodes { ping_interval: 9s, ping_max: 3, remotes: [ {
  url: one, account: A, seed: `+seed+`, isolate: true, dial_timeout: 2s
  tls { insecure: true, verify: true, verify_and_map: true, server_name: one, min_version: "1.3", cipher_suites: ["TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"],
    curve_preferences: [X25519], pinned_certs: ["`+pin+`"], handshake_first: true, timeout: 3s, connection_rate_limit: 7, ocsp_peer: true }
}, { url: two, account: B, jetstream_domain: own } ] }`)
	require.NoError(t, err)
	l := s.Broker.LeafNodes
	assert.Equal(t, 9*time.Second, l.PingInterval)
	assert.Equal(t, actors.Remote{
		URLs: []string{"one"}, Account: "A", NKey: seed, Apart: true, JetStreamDomain: "hub",
		TLS: &config.RemoteTLS{ServerName: "one", Insecure: true, TLS: config.TLS{
			MinVersion: tls.VersionTLS13, CipherSuites: []uint16{tls.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256}, CurvePreferences: []tls.CurveID{tls.X25519},
			PinnedCerts: []string{pin}, HandshakeFirst: config.HandshakeFirstAlways, Timeout: 3 * time.Second, OCSPPeer: &config.OCSPPeer{},
		}},
	}, l.Remotes[0])
	assert.Equal(t, "own", l.Remotes[1].JetStreamDomain)
	var told []string
	for _, w := range warnings {
		told = append(told, w.Error())
	}
	assert.Len(t, told, 3, told)
}

// pin is the hash of some key.
const pin = "abababababababababababababababababababababababababababababababab"

// TestTLSOfRoutes: the same of other servers of a cluster.
func TestTLSOfRoutes(t *testing.T) {
	_, warnings, err := conftest.Read(t, `cluster { port: 1, tls {
  cert_file: none, key_file: none, verify_and_map: true, verify_cert_and_check_known_urls: true, pinned_certs: ["`+pin+`"], handshake_first: true
  min_version: "1.3", cipher_suites: ["TLS_RSA_WITH_RC4_128_SHA"], connection_rate_limit: 1, insecure: true } }`)
	require.ErrorContains(t, err, "cluster: tls: the certificate cannot be used")
	require.ErrorContains(t, err, "allow_insecure_cipher_suites is needed")
	assert.NotContains(t, err.Error(), "unknown")
	assert.Len(t, warnings, 2)
}
