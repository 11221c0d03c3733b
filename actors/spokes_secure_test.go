package actors_test

import (
	"net"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/nats-io/jwt/v2"
	"github.com/nats-io/nats.go"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/crypto/bcrypt"

	"github.com/troupe-mq/troupe/actors"
	"github.com/troupe-mq/troupe/actors/access"
	"github.com/troupe-mq/troupe/actors/access/operator/operatortest"
	"github.com/troupe-mq/troupe/actors/actorstest"
	"github.com/troupe-mq/troupe/actors/config"
)

// leafOf is a broker that is a leaf node of another one.
func leafOf(t *testing.T, b *actorstest.Broker, r actors.Remote) *actorstest.Broker {
	t.Helper()
	if len(r.URLs) == 0 {
		r.URLs = []string{"nats-leaf://" + b.LeafNodeAddr().String()}
	}
	return actorstest.Start(t, actors.Config{LeafNodes: &actors.LeafNodes{Remotes: []actors.Remote{r}}})
}

// linkedAs waits until a broker has one leaf node, and returns the account that it is in.
func linkedAs(t *testing.T, b *actorstest.Broker) (account string) {
	t.Helper()
	require.Eventually(t, func() bool {
		all := b.LeafNodes(t.Context(), false)
		if len(all) == 1 {
			account = all[0].Account
		}
		return len(all) == 1
	}, patience, time.Millisecond)
	return account
}

// TestSpokeProves: a broker comes in at another one as a leaf node in each way that there is.
func TestSpokeProves(t *testing.T) {
	hash, err := bcrypt.GenerateFromPassword([]byte("p"), bcrypt.MinCost)
	require.NoError(t, err)
	user := operatortest.NewAccount(t, "A").User(t, nil)
	seed, err := user.Pair.Seed()
	require.NoError(t, err)
	for name, tt := range map[string]struct {
		users  []access.LeafUser
		remote actors.Remote
	}{
		"password": {[]access.LeafUser{{User: access.User{Name: "u", Password: "p"}, Account: "A"}}, actors.Remote{User: "u", Password: "p"}},
		"hash":     {[]access.LeafUser{{User: access.User{Name: "u", Password: string(hash)}, Account: "A"}}, actors.Remote{User: "u", Password: "p"}},
		"key":      {[]access.LeafUser{{User: access.User{NKey: user.Public}, Account: "A"}}, actors.Remote{NKey: string(seed)}},
		"client":   {nil, actors.Remote{User: "A", Password: "A"}},
	} {
		t.Run(name, func(t *testing.T) {
			c := open()
			c.Accounts, c.LeafNodes.Listen.Users = accounts("A"), tt.users
			hub := actorstest.Start(t, c)
			leafOf(t, hub, tt.remote)
			assert.Equal(t, "A", linkedAs(t, hub))
		})
	}
}

// TestSignedSpoke: where an operator signs accounts, a leaf node shows the token of its user. It has to go when that is no good
// any more.
func TestSignedSpoke(t *testing.T) {
	o, a := operatortest.NewOperator(t), operatortest.NewAccount(t, "A")
	user := a.User(t, nil)
	seed, err := user.Pair.Seed()
	require.NoError(t, err)
	text, err := jwt.FormatUserConfig(user.Token, seed)
	require.NoError(t, err)
	creds := filepath.Join(t.TempDir(), "user.creds")
	require.NoError(t, os.WriteFile(creds, text, 0o600))
	c := open()
	c.Operators, c.AccountTokens = []string{o.Token(t)}, o.Accounts(t, a)
	hub := actorstest.Start(t, c)
	leafOf(t, hub, actors.Remote{Credentials: creds})
	assert.Equal(t, a.Public, linkedAs(t, hub))
	a.Claims.Revoke(user.Public)
	_, err = hub.Update(t.Context(), func(c *actors.Config) error {
		c.AccountTokens = o.Accounts(t, a)
		return nil
	})
	require.NoError(t, err)
	require.Eventually(t, func() bool { return len(hub.LeafNodes(t.Context(), false)) == 0 }, patience, time.Millisecond)
}

// TestSpokeByTLS: leaf nodes shake hands before or behind the greeting, and a certificate may say who they are.
func TestSpokeByTLS(t *testing.T) {
	a := newAuthority(t)
	a.sign("ann", false)
	for name, first := range map[string]time.Duration{"greeted": 0, "first": config.HandshakeFirstAlways, "auto": config.HandshakeFirstAuto} {
		t.Run(name, func(t *testing.T) {
			c := open()
			c.Accounts = accounts("A")
			s := a.server()
			s.Map, s.CAFile, s.HandshakeFirst = true, a.file("authority.pem"), first
			c.LeafNodes.Listen.TLS = s
			c.LeafNodes.Listen.Users = []access.LeafUser{{User: access.User{Name: "CN=ann"}, Account: "A"}}
			hub := actorstest.Start(t, c)
			r := actors.Remote{TLS: &config.RemoteTLS{TLS: config.TLS{CAFile: a.file("authority.pem"), HandshakeFirst: min(first, 0)}, ServerName: "localhost"}}
			r.TLS.CertFile, r.TLS.KeyFile = a.file("ann.pem"), a.file("ann-key.pem")
			leafOf(t, hub, r)
			assert.Equal(t, "A", linkedAs(t, hub))
			assert.WithinDuration(t, time.Now().Add(time.Hour), hub.LeafNodeCertificateEnds(), time.Minute)

			r.TLS = &config.RemoteTLS{TLS: config.TLS{CAFile: a.file("authority.pem"), HandshakeFirst: min(first, 0)}, ServerName: "localhost"}
			without := leafOf(t, hub, r)
			assert.NotEmpty(t, without.Links(t.Context(), false)[0].Why)
			assert.Len(t, hub.LeafNodes(t.Context(), false), 1)
		})
	}
}

// TestSpokeReload: who may not come any more goes, and who may do something else comes again.
func TestSpokeReload(t *testing.T) {
	c := open()
	c.Accounts = accounts("A", "B")
	hub := actorstest.Start(t, c)
	a, _ := attach(t, hub, "A", "user", "A", "pass", "A")
	b, _ := attach(t, hub, "B", "user", "B", "pass", "B")
	change := func(edit func(c *actors.Config)) {
		t.Helper()
		_, err := hub.Update(t.Context(), func(c *actors.Config) error {
			edit(c)
			return nil
		})
		require.NoError(t, err)
	}
	change(func(c *actors.Config) {
		c.Accounts = accounts("A", "B")
		c.Accounts[1].Users[0].Permissions = &access.Permissions{Publish: access.Rules{Deny: []string{"x"}}}
	})
	a.quiet()
	assert.Empty(t, b.gone())
	change(func(c *actors.Config) { c.Accounts = accounts("B") })
	assert.Equal(t, "-ERR 'Authorization Violation'\r\n", a.gone())

	b, _ = attach(t, hub, "B", "user", "B", "pass", "B")
	change(func(c *actors.Config) {
		port := *c.LeafNodes.Listen
		port.Users = []access.LeafUser{{User: access.User{Name: "leaf", Password: "l"}}}
		c.LeafNodes = &actors.LeafNodes{Listen: &port}
	})
	assert.Equal(t, "-ERR 'Authorization Violation'\r\n", b.gone())
	at := hub.LeafNodeAddr().String()
	change(func(c *actors.Config) { c.LeafNodes = nil })
	assert.Nil(t, hub.LeafNodeAddr())
	_, err := net.Dial("tcp", at)
	require.Error(t, err)
}

// TestSpokeByWebSocket: a leaf node may come by the port for WebSocket, where it says that it is one.
func TestSpokeByWebSocket(t *testing.T) {
	c := open()
	c.Accounts = accounts("A")
	b, url := listenWeb(t, c)
	in, err := nats.Connect("", nats.InProcessServer(b), nats.UserInfo("A", "A"))
	require.NoError(t, err)
	defer in.Close()
	sub, err := in.SubscribeSync("here")
	require.NoError(t, err)
	require.NoError(t, in.Flush())
	w := dialWeb(t, url+"/behind/leafnode")
	w.send(`CONNECT {"name":"L","cluster":"L","user":"A","pass":"A"}` + "\r\n")
	assert.Contains(t, w.until("PING\r\n"), "LS+ here\r\n")
	w.send("LS+ there\r\nLMSG here 2\r\nhi\r\nPO", "NG\r\nPING\r\n")
	assert.Contains(t, w.until("PONG\r\n"), "PONG")
	m, err := sub.NextMsg(patience)
	require.NoError(t, err)
	assert.Equal(t, "hi", string(m.Data))
	require.NoError(t, in.Publish("there", []byte("ho")))
	assert.Contains(t, w.until("ho\r\n"), "LMSG there 2\r\nho\r\n")
	assert.Len(t, b.LeafNodes(t.Context(), false), 1)
}
