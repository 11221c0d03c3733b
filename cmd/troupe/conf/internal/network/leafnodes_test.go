package network_test

import (
	"testing"
	"time"

	"github.com/troupe-mq/troupe/actors/config"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/actors"
	"github.com/troupe-mq/troupe/cmd/troupe/conf/internal/conftest"
)

// seed is a key that opens nothing.
const seed = "SUACSSL3UAHUDXKFSNVUZRF5UHPMWZ6BFDTJ7M6USDXIEDNPPQYYYCU3VY"

func TestRemotes(t *testing.T) {
	s, _, err := conftest.Read(t, `leafnodes {
  reconnect: 2s, compression: on
  remotes: [
    { urls: ["nats-leaf://u:p@one:7422", two], account: A, deny_imports: "in.>", deny_exports: ["out.a", "out.b"], no_randomize: true }
    { url: "tls://three", local: B, nkey: `+seed+`, ignore_discovered_servers: true, tls { insecure: true, timeout: 3 }, jetstream_domain: "-", compression: on }
    { url: four, account: C, hub: true, compression { mode: s2_fast } }
    { url: five, disabled: true }
    { url: "wss://six/way", account: D, request_isolation: true, ws_compression: true, ws_no_masking: true }
    { url: "ws://seven", account: E, proxy { url: "http://p:3128", username: u, password: p, timeout: 3s } }
  ]
}`)
	require.NoError(t, err)
	assert.Equal(t, []actors.Remote{
		{URLs: []string{"nats-leaf://u:p@one:7422", "two"}, Account: "A", DenyImports: []string{"in.>"}, DenyExports: []string{"out.a", "out.b"}, NoRandomize: true},
		{
			URLs: []string{"tls://three"}, Account: "B", NKey: seed, IgnoreDiscovered: true,
			TLS: &config.RemoteTLS{TLS: config.TLS{Timeout: 3 * time.Second}, Insecure: true}, JetStreamDomain: config.NoDomain, Compression: "s2_auto",
		},
		{URLs: []string{"four"}, Account: "C", Hub: true, Compression: "s2_fast"},
		{URLs: []string{"wss://six/way"}, Account: "D", Isolate: true},
		{URLs: []string{"ws://seven"}, Account: "E", Proxy: &config.RemoteProxy{URL: "http://p:3128", Username: "u", Password: "p", Timeout: 3 * time.Second}},
	}, s.Broker.LeafNodes.Remotes)
}

// TestMistakenRemotes: each mistake says where it stands, and nothing that is secret.
func TestMistakenRemotes(t *testing.T) {
	for text, want := range map[string]string{
		"leafnodes { remotes: [\n { urls: [\"ws://a\", b] } ] }":                                        `t.conf:2:4: leafnodes: remote "$G": remote leaf node configuration cannot have a mix of websocket`,
		"leafnodes { remotes: [ { url: \"ftp://secret@a\" } ] }":                                        `scheme "ftp" is none of nats-leaf, nats, tls, ws and wss`,
		"leafnodes { remotes: [ { account: A } ] }":                                                     `there is no URL`,
		"leafnodes { remotes: [ { url: a, deny_exports: [\"a..b\"] } ] }":                               `"a..b" is not a subject`,
		"leafnodes { remotes: [ { url: a, nkey: wrong } ] }":                                            `the nkey is no seed`,
		"leafnodes { remotes: [ { url: a, tls { ca_file: none } } ] }":                                  `the authorities cannot be used`,
		"leafnodes { remotes: [ { url: a, compression: zip } ] }":                                       `compression: "zip" is none of`,
		"leafnodes { remotes: [ { url: a, colour: red } ] }":                                            `"colour"`,
		"leafnodes { remotes: [ { url: a, proxy { url: \"http://p\" } } ] }":                            `a proxy is for URLs with ws:// or wss://`,
		"leafnodes { remotes: [ { url: \"ws://a\", proxy { url: \"https://u:secret@p\" } } ] }":         `the scheme of the proxy is "https", and not http`,
		"leafnodes { remotes: [ { url: \"ws://a\", proxy { url: \"http://u:secret@p\" } } ] }":          `and not by its URL`,
		"leafnodes { remotes: [ { url: \"ws://a\", proxy { url: \"http://p\", password: secret } } ] }": `a username and a password, or neither`,
		"leafnodes { remotes: [ { url: \"ws://a\", proxy { colour: red } } ] }":                         `"colour"`,
		"leafnodes { remotes: a }":                                                                      `needs a list of blocks`,
		"leafnodes: 7":                                                                                  `needs a block`,
	} {
		_, _, err := conftest.Read(t, text)
		require.ErrorContains(t, err, want, text)
		assert.NotContains(t, err.Error(), "secret")
	}
}
