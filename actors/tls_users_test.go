package actors_test

import (
	"crypto/tls"
	"slices"
	"testing"
	"time"

	"github.com/hashicorp/go-hclog"
	"github.com/nats-io/nats.go"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/actors"
	"github.com/troupe-mq/troupe/actors/access"
	"github.com/troupe-mq/troupe/actors/report"
)

// Certificates say who clients are, whatever way they come.
func TestUsersFromCertificates(t *testing.T) {
	a := newAuthority(t)
	a.sign("ann", false)
	a.sign("zed", false)
	s := a.server()
	s.Map, s.CAFile = true, a.file("authority.pem")
	b := watched(t, actors.Config{
		TLS: s, WebSocket: &actors.WebSocket{Port: -1, TLS: s},
		Users: []access.User{{Name: "CN=ann", Permissions: &access.Permissions{Publish: access.Rules{Allow: []string{"anns.>"}}}}},
	})
	_, info := plainly(t, b)
	assert.Contains(t, info, `"tls_verify":true`)
	for way, url := range map[string]string{"TLS": b.ClientURL(), "WebSocket": "wss://" + b.WebSocketAddr().String()} {
		t.Run(way, func(t *testing.T) {
			by := func(name string) nats.Option {
				return nats.ClientCert(a.file(name+".pem"), a.file(name+"-key.pem"))
			}
			options := []nats.Option{nats.Secure(a.client()), nats.MaxReconnects(0), nats.Timeout(10 * time.Second)}
			_, err := nats.Connect(url, append(options, by("zed"))...)
			require.ErrorIs(t, err, nats.ErrAuthorization)
			complaints := make(chan error, 1)
			nc, err := nats.Connect(url, append(options, by("ann"), nats.ErrorHandler(func(_ *nats.Conn, _ *nats.Subscription, err error) { complaints <- err }))...)
			require.NoError(t, err)
			defer nc.Close()
			page, err := b.Connections(t.Context(), report.ConnectionQuery{})
			require.NoError(t, err)
			i := slices.IndexFunc(page.Connections, func(c *report.Connection) bool { return c.User == "CN=ann" }) // zed may not be gone yet
			require.GreaterOrEqual(t, i, 0)
			assert.Equal(t, "ann", page.Connections[i].Certificates[0].Subject.CommonName)
			assert.Equal(t, access.GlobalAccount, page.Connections[i].Issuer)
			require.NoError(t, nc.Publish("others.x", nil))
			require.ErrorContains(t, <-complaints, "others.x")
		})
	}
	clients, web := b.CertificatesEnd()
	assert.InDelta(t, time.Hour, time.Until(clients), float64(time.Minute))
	assert.Equal(t, clients, web)
	_, err := nats.Connect("", nats.InProcessServer(b), nats.UserInfo("CN=ann", ""), nats.MaxReconnects(0))
	require.ErrorIs(t, err, nats.ErrAuthorization, "a name is no certificate")
}

// A listener beside the broker's has its certificate, and asks for none.
func TestServerConfig(t *testing.T) {
	a := newAuthority(t)
	s := a.server()
	s.Map = true
	c, err := s.ServerConfig(hclog.NewNullLogger())
	require.NoError(t, err)
	used, err := c.GetConfigForClient(nil)
	require.NoError(t, err)
	assert.Equal(t, tls.NoClientCert, used.ClientAuth)
	assert.Len(t, used.Certificates, 1)
	s.KeyFile = ""
	_, err = s.ServerConfig(hclog.NewNullLogger())
	require.ErrorContains(t, err, "needs both")
}
