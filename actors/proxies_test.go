package actors_test

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nkeys"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/actors"
	"github.com/troupe-mq/troupe/actors/access"
	"github.com/troupe-mq/troupe/actors/actorstest"
	"github.com/troupe-mq/troupe/actors/report"
)

// vouching is a proxy with a key of its own.
type vouching struct {
	nkeys.KeyPair
	name string
}

func newVouching(t *testing.T) vouching {
	pair, err := nkeys.CreateServer()
	require.NoError(t, err)
	name, err := pair.PublicKey()
	require.NoError(t, err)
	return vouching{pair, name}
}

// connect is a client that comes by the proxy.
func (v vouching) connect(t *testing.T, b *actorstest.Broker, fields string) *actorstest.Client {
	t.Helper()
	c := b.Client(t)
	var info struct{ Nonce string }
	require.NoError(t, json.Unmarshal([]byte(strings.TrimPrefix(c.Info, "INFO ")), &info))
	sig, err := v.Sign([]byte(info.Nonce))
	require.NoError(t, err)
	c.Send(fmt.Sprintf(`CONNECT {"verbose":true,"proxy_sig":%q,%s}`, base64.RawURLEncoding.EncodeToString(sig), fields))
	return c
}

// TestProxies: who needs a proxy comes by one that is trusted. A signature that is nobody's is refused whoever it is from, and
// one of another connection counts for nothing.
func TestProxies(t *testing.T) {
	trusted, stranger := newVouching(t), newVouching(t)
	config := actors.Config{
		TrustedProxies: []string{trusted.name},
		Users:          []access.User{{Name: "any", Password: "p"}, {Name: "proxied", Password: "p", ProxyRequired: true}},
	}
	b := actorstest.Start(t, config)
	const either, must = `"user":"any","pass":"p"`, `"user":"proxied","pass":"p"`
	reasons := map[string]int{}
	refused := func(c *actorstest.Client, reason string) {
		t.Helper()
		c.Expect(violation)
		c.ExpectClosed()
		reasons[reason]++
		require.Eventually(t, func() bool { // the connection is closed before it is remembered
			closed, err := b.Connections(t.Context(), report.ConnectionQuery{State: report.ClosedConnections})
			require.NoError(t, err)
			n := 0
			for _, c := range closed.Connections {
				if c.Reason == report.CloseReason(reason) {
					n++
				}
			}
			return n >= reasons[reason]
		}, patience, time.Millisecond, reason)
	}
	stayed := trusted.connect(t, b, must)
	stayed.Expect("+OK")
	trusted.connect(t, b, either).Expect("+OK")
	plain := b.Client(t)
	plain.Send(`CONNECT {"verbose":true,` + either + `}`)
	plain.Expect("+OK")
	direct := b.Client(t)
	direct.Send(`CONNECT {"verbose":true,` + must + `}`)
	refused(direct, "Proxy Required")
	refused(stranger.connect(t, b, either), "Proxy Not Trusted")
	replayed := b.Client(t)
	sig, err := trusted.Sign([]byte("the nonce of another"))
	require.NoError(t, err)
	replayed.Send(fmt.Sprintf(`CONNECT {"proxy_sig":%q,%s}`, base64.RawURLEncoding.EncodeToString(sig), must))
	refused(replayed, "Proxy Not Trusted")
	all, err := b.Connections(t.Context(), report.ConnectionQuery{})
	require.NoError(t, err)
	assert.Equal(t, trusted.name, all.Connections[0].Proxy)
	assert.Empty(t, all.Connections[2].Proxy)

	config.TrustedProxies = []string{stranger.name}
	reload(t, b, config)
	refused(stayed, "Proxy Not Trusted")
	stranger.connect(t, b, must).Expect("+OK")

	config.Users = []access.User{{Name: "any", Password: "p", ProxyRequired: true}}
	reload(t, b, config)
	refused(plain, "Proxy Required")
	_, err = b.Reload(t.Context(), actors.Config{NoListen: true, TrustedProxies: []string{"SU"}})
	require.ErrorContains(t, err, "proxies: the key of a proxy is not a public nkey")
}

// TestNoProxies: where none is trusted, a signature says nothing, and one user or a token may need one all the same.
func TestNoProxies(t *testing.T) {
	b := actorstest.Start(t, actors.Config{Token: "t", ProxyRequired: true})
	c := b.Client(t)
	c.Send(`CONNECT {"auth_token":"t","proxy_sig":"x"}`)
	c.Expect(violation)
	open := actorstest.Start(t, actors.Config{})
	o := open.Client(t)
	o.Send(`CONNECT {"verbose":true,"proxy_sig":"x"}`)
	o.Expect("+OK")
}
