package actors_test

import (
	"bufio"
	"crypto/sha256"
	"crypto/tls"
	"encoding/hex"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/crypto/bcrypt"

	"github.com/troupe-mq/troupe/actors"
	"github.com/troupe-mq/troupe/actors/access"
	"github.com/troupe-mq/troupe/actors/actorstest"
	"github.com/troupe-mq/troupe/actors/config"
)

// TestRoutesByTLS: servers show each other certificates before anything else, and who shows none is not let in.
func TestRoutesByTLS(t *testing.T) {
	a := newAuthority(t)
	a.sign("node", false)
	all := mesh(t, 3, func(_ int, c *actors.Config) {
		c.Cluster.TLS = &config.ClusterTLS{TLS: config.TLS{CertFile: a.file("node.pem"), KeyFile: a.file("node-key.pem"), CAFile: a.file("authority.pem")}}
	})
	s, p := all[1].Client(t), all[2].Client(t)
	s.Send(`CONNECT {"verbose":false}`, "SUB x 1")
	s.Fence()
	require.Eventually(t, func() bool { return wants(t, all[2], "x") == 1 }, patience, time.Millisecond)
	p.Send(`CONNECT {"verbose":false}`, "PUB x 1", "m")
	s.Expect("MSG x 1 1", "m")

	nc, err := tls.Dial("tcp", all[0].ClusterAddr().String(), a.client())
	if err == nil { // by TLS 1.3 it takes itself for welcome
		require.NoError(t, nc.SetDeadline(time.Now().Add(patience)))
		_, err = bufio.NewReader(nc).ReadString('\n')
		_ = nc.Close()
	}
	require.ErrorContains(t, err, "certificate required")
	assert.Len(t, up(t, all[0]), 2)
}

// TestHandshakesOfRoutesTakeSlots: they compute in the slots of all handshakes, and wait for one no longer than they may take.
func TestHandshakesOfRoutesTakeSlots(t *testing.T) {
	a := newAuthority(t)
	a.sign("node", false)
	pair, err := tls.LoadX509KeyPair(a.file("node.pem"), a.file("node-key.pem"))
	require.NoError(t, err)
	c := clustered()
	c.Cluster.TLS = &config.ClusterTLS{TLS: config.TLS{CertFile: a.file("node.pem"), KeyFile: a.file("node-key.pem"), CAFile: a.file("authority.pem"), Timeout: 300 * time.Millisecond}}
	b := watched(t, c)
	comes := func() error {
		dial := a.client()
		dial.Certificates = []tls.Certificate{pair}
		nc, err := tls.Dial("tcp", b.ClusterAddr().String(), dial)
		if err == nil {
			newNode(t, nc, "node").hearInfo()
		}
		return err
	}
	release := b.HoldHandshakes()
	require.Error(t, comes())
	release()
	require.NoError(t, comes())
	require.Eventually(t, func() bool { return b.HandshakeSlots().Len() == 0 }, patience, time.Millisecond)
}

// TestRoutesByCertificate: where certificates say who may come in, a server needs no password, and one with a sound certificate
// of somebody else does not come in with it either.
func TestRoutesByCertificate(t *testing.T) {
	a := newAuthority(t)
	a.sign("node", false)
	a.sign("us", false)
	a.names = []string{"elsewhere.example"}
	_, other := a.sign("other", false)
	pin := sha256.Sum256(other.RawSubjectPublicKeyInfo)
	for name, tt := range map[string]struct {
		terms  config.ClusterTLS
		routes []string
		comes  map[string]bool
	}{
		"by the user":  {config.ClusterTLS{TLS: config.TLS{Map: true}}, nil, map[string]bool{"node": true, "other": false}},
		"by the host":  {config.ClusterTLS{KnownHosts: true}, []string{"nats-route://elsewhere.example:1"}, map[string]bool{"node": false, "other": true}},
		"by both":      {config.ClusterTLS{TLS: config.TLS{Map: true}, KnownHosts: true}, []string{"nats-route://elsewhere.example:1"}, map[string]bool{"node": true, "other": true}},
		"by no route":  {config.ClusterTLS{KnownHosts: true}, nil, map[string]bool{"node": false, "other": false}},
		"by their key": {config.ClusterTLS{TLS: config.TLS{Map: true, PinnedCerts: []string{hex.EncodeToString(pin[:])}}}, nil, map[string]bool{"node": false, "other": false}},
	} {
		t.Run(name, func(t *testing.T) {
			c := clustered(tt.routes...)
			c.Cluster.User, c.Cluster.Password = "CN=node", "p"
			c.Cluster.TLS = &tt.terms
			c.Cluster.TLS.CertFile, c.Cluster.TLS.KeyFile, c.Cluster.TLS.CAFile = a.file("us.pem"), a.file("us-key.pem"), a.file("authority.pem")
			broker := actorstest.Start(t, c)
			for who, comes := range tt.comes {
				pair, err := tls.LoadX509KeyPair(a.file(who+".pem"), a.file(who+"-key.pem"))
				require.NoError(t, err)
				dial := a.client()
				dial.Certificates = []tls.Certificate{pair}
				nc, err := tls.Dial("tcp", broker.ClusterAddr().String(), dial)
				require.NoError(t, err)
				n := newNode(t, nc, who)
				if !comes {
					_, err = n.r.ReadString('\n')
					require.Error(t, err, who)
					continue
				}
				n.hearInfo()
				n.introduce()
				n.inform()
				n.until("PING")
			}
		})
	}
}

// TestRouteIsDialedOnTerms: a server that is dialed has to show a certificate that is pinned, and speak a version that is new
// enough.
func TestRouteIsDialedOnTerms(t *testing.T) {
	a := newAuthority(t)
	a.sign("us", false)
	_, node := a.sign("node", false)
	pin := sha256.Sum256(node.RawSubjectPublicKeyInfo)
	pair, err := tls.LoadX509KeyPair(a.file("node.pem"), a.file("node-key.pem"))
	require.NoError(t, err)
	for name, tt := range map[string]struct {
		terms config.TLS
		most  uint16
		comes bool
	}{
		"pinned":       {config.TLS{PinnedCerts: []string{hex.EncodeToString(pin[:])}}, 0, true},
		"other pinned": {config.TLS{PinnedCerts: []string{strings.Repeat("ab", sha256.Size)}}, 0, false},
		"new enough":   {config.TLS{MinVersion: tls.VersionTLS13}, 0, true},
		"too old":      {config.TLS{MinVersion: tls.VersionTLS13}, tls.VersionTLS12, false},
	} {
		t.Run(name, func(t *testing.T) {
			l := listenForRoutes(t)
			c := clustered(l.Addr().String())
			tt.terms.CertFile, tt.terms.KeyFile, tt.terms.CAFile = a.file("us.pem"), a.file("us-key.pem"), a.file("authority.pem")
			c.Cluster.TLS = &config.ClusterTLS{TLS: tt.terms}
			started := startDialing(t, c)
			nc, err := l.Accept()
			require.NoError(t, err)
			over := tls.Server(nc, &tls.Config{Certificates: []tls.Certificate{pair}, MaxVersion: tt.most, ClientAuth: tls.RequireAnyClientCert})
			n := newNode(t, over, "node")
			line, err := n.r.ReadString('\n')
			if tt.comes {
				require.NoError(t, err)
				assert.Contains(t, line, "CONNECT {")
			} else {
				require.Error(t, err)
			}
			nc.Close()
			l.Close()
			<-started
		})
	}
}

// TestRoutePassword: a password that is a hash is as good, and one that is wrong lets nobody in.
func TestRoutePassword(t *testing.T) {
	hash, err := bcrypt.GenerateFromPassword([]byte("p"), bcrypt.MinCost)
	require.NoError(t, err)
	c := clustered()
	c.Cluster.User, c.Cluster.Password = "u", string(hash)
	broker := actorstest.Start(t, c)
	n := visit(t, broker, "A")
	n.introduce("user", "u", "pass", "q")
	assert.Equal(t, "-ERR 'Authorization Violation'\r\n", n.gone())
	n = visit(t, broker, "A")
	n.introduce("user", "u", "pass", "p")
	n.inform()
	n.until("PING")

	const begins = "$2 as a hash does"
	c = clustered()
	c.Cluster.User, c.Cluster.Password = "u", begins
	n = visit(t, actorstest.Start(t, c), "A")
	n.introduce("user", "u", "pass", begins)
	n.inform()
	n.until("PING")
}

// TestRouteTooSlow: a server that does not say who it is goes.
func TestRouteTooSlow(t *testing.T) {
	c := clustered()
	c.Cluster.AuthTimeout = 20 * time.Millisecond
	n := visit(t, actorstest.Start(t, c), "A")
	assert.Equal(t, "-ERR 'Authentication Timeout'\r\n", n.gone())
}

// TestRoutePermissions: what a server does not import it does not ask for and does not take; what it does not export it does
// not give.
func TestRoutePermissions(t *testing.T) {
	c := clustered()
	c.Cluster.Import = &access.Rules{Allow: []string{"in.>"}, Deny: []string{"in.secret"}}
	c.Cluster.Export = &access.Rules{Allow: []string{"out.*"}, Deny: []string{"out.secret"}}
	broker := actorstest.Start(t, c)
	n := visit(t, broker, "A")
	assert.Equal(t, map[string]any{"allow": []any{"out.*"}, "deny": []any{"out.secret"}}, n.info["export"])
	a := broker.Client(t)
	a.Send(`CONNECT {"verbose":false}`, "SUB in.a 1", "SUB other 2", "SUB in.secret 3", "SUB in.* 4")
	a.Fence()
	assert.ElementsMatch(t, []string{"RS+ $G in.a", "RS+ $G in.*"}, n.join())
	n.send("RMSG $G other 1", "x", "RMSG $G in.secret 1", "x", "RMSG $G in.b 1", "y", "RS+ $G out.*", "RS+ $G out.secret", "RS+ $G other", "")
	n.quiet()
	a.Expect("MSG in.b 4 1", "y")
	a.Send("PUB out.a 1", "x", "PUB out.secret 1", "x", "PUB other 1", "x")
	a.Expect("MSG other 2 1", "x")
	n.expect("RMSG $G out.a 1", "x")
	n.quiet()
	a.Quiet()
}
