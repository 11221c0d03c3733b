package network_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/actors/config"
	"github.com/troupe-mq/troupe/cmd/troupe/conf/internal/conftest"
)

// TestOCSP: the forms of ocsp, ocsp_peer and ocsp_cache.
func TestOCSP(t *testing.T) {
	for text, want := range map[string]*config.OCSP{
		"ocsp: true":  {Mode: "auto"},
		"ocsp: false": nil,
		"ocsp { mode: ALWAYS, url: \"http://a.example\" }":                 {Mode: "always", URLs: []string{"http://a.example"}},
		"ocsp { mode: must, urls: [http://a.example, https://b.example] }": {Mode: "must", URLs: []string{"http://a.example", "https://b.example"}},
	} {
		s, _, err := conftest.Read(t, text)
		require.NoError(t, err, text)
		assert.Equal(t, want, s.Broker.OCSP, text)
	}
	const peer = "tls { verify: true, ocsp_peer "
	for text, want := range map[string]*config.OCSPPeer{
		peer + ": true }":                             {},
		peer + ": false }":                            nil,
		peer + "{ warn_only: true } }":                nil,
		peer + ": true }\nocsp_cache: false":          {Forget: true},
		peer + ": true }\nocsp_cache { type: none }":  {Forget: true},
		peer + ": true }\nocsp_cache { type: local }": {},
		peer + "{ verify: true, ca_timeout: 3, allowed_clockskew: \"1m\", unknown_is_good: true, cache_ttl_when_next_update_unset: \"10m\" } }": {
			Timeout: 3 * time.Second, Skew: time.Minute, UnknownIsGood: true, Unsaid: 10 * time.Minute,
		},
	} {
		s, _, err := conftest.Read(t, text)
		require.NoError(t, err, text)
		assert.Equal(t, want, s.Broker.TLS.OCSPPeer, text)
	}
	for text, want := range map[string]string{
		"ocsp { mode: some }":             `t.conf:1:8: "mode": ocsp: mode "some" is none of auto, always, must and never`,
		"ocsp { url: ftp://x }":           `t.conf:1:8: "url": ocsp: "ftp://x" is not the URL of a responder`,
		"ocsp: 7":                         `t.conf:1:1: "ocsp": needs true, false or a block: { mode: auto }`,
		"ocsp_cache { type: disk }":       `t.conf:1:14: "type": "disk" is not a type of cache: local or none`,
		"tls { ocsp_peer { staple: 1 } }": `unknown field "staple"`,
	} {
		_, _, err := conftest.Read(t, text)
		require.ErrorContains(t, err, want)
	}
}

// TestProxies: the keys of proxies that are trusted.
func TestProxies(t *testing.T) {
	const key = "ABJHLOVMPA4CI6R5KLNGOB4GSLNIY7IOUPAJC4YFNDLQVIOBYQGUWVLA"
	s, _, err := conftest.Read(t, "proxies { trusted: [ { key: "+key+" } ] }, authorization { users: [ { user: u, password: p, proxy_required: true } ] }")
	require.NoError(t, err)
	assert.Equal(t, []string{key}, s.Broker.TrustedProxies)
	assert.True(t, s.Broker.Users[0].ProxyRequired)
	_, _, err = conftest.Read(t, "proxies { trusted: [ { key: SU } ] }")
	require.EqualError(t, err, `t.conf:1:24: "key": the key of a proxy is not a public nkey`)
	_, _, err = conftest.Read(t, "proxies { trusted: [ { name: SU } ] }")
	require.ErrorContains(t, err, `unknown field "name"`)
}
