package actors_test

import (
	"bufio"
	"crypto/tls"
	"encoding/base64"
	"encoding/json"
	"maps"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/troupe-mq/troupe/actors/config"
	"github.com/troupe-mq/troupe/actors/report"

	"github.com/nats-io/jwt/v2"
	"github.com/nats-io/nkeys"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/actors"
	"github.com/troupe-mq/troupe/actors/access/operator/operatortest"
	"github.com/troupe-mq/troupe/actors/actorstest"
)

// accepted is the next link, of which nothing has been read yet.
func (h *hub) accepted() *leaf {
	h.t.Helper()
	nc, err := h.l.Accept()
	require.NoError(h.t, err)
	h.t.Cleanup(func() { nc.Close() })
	require.NoError(h.t, nc.SetDeadline(time.Now().Add(patience)))
	return &leaf{t: h.t, nc: nc, r: bufio.NewReader(nc)}
}

// inform says INFO with something more in it.
func (h *hub) inform(f *leaf, more map[string]any) {
	h.t.Helper()
	info := map[string]any{}
	for _, some := range []map[string]any{h.info, more} {
		maps.Copy(info, some)
	}
	text, err := json.Marshal(info)
	require.NoError(h.t, err)
	f.send("INFO "+string(text), "")
}

// encrypt goes on by TLS.
func (f *leaf) encrypt(c *tls.Config) *tls.Conn {
	f.t.Helper()
	over := tls.Server(f.nc, c)
	require.NoError(f.t, over.Handshake())
	f.nc, f.r = over, bufio.NewReader(over)
	return over
}

// join hears CONNECT, and lets the link in.
func (h *hub) join(f *leaf) {
	h.t.Helper()
	arg, found := strings.CutPrefix(f.line(), "CONNECT ")
	require.True(h.t, found)
	require.NoError(h.t, json.Unmarshal([]byte(arg), &f.connect))
	h.inform(f, map[string]any{"connect_info": true})
	f.until("PING")
}

// dials has a broker link to hubs, and tells what becomes of that.
func dials(t *testing.T, r actors.Remote) <-chan report.LinkEvent {
	t.Helper()
	broker := actorstest.Start(t, actors.Config{})
	events := watch(broker)
	require.NoError(t, broker.ApplyRemotes("test", []actors.Remote{r}))
	return events
}

// TestLeafNodeProves: a link says who it is in each way that there is, and signs what the hub asks it to.
func TestLeafNodeProves(t *testing.T) {
	account := operatortest.NewAccount(t, "A")
	user := account.User(t, nil)
	seed, err := user.Pair.Seed()
	require.NoError(t, err)
	text, err := jwt.FormatUserConfig(user.Token, seed)
	require.NoError(t, err)
	creds := filepath.Join(t.TempDir(), "user.creds")
	require.NoError(t, os.WriteFile(creds, text, 0o600))
	tests := []struct {
		name   string
		user   string // in the URL
		remote actors.Remote
		want   map[string]any
	}{
		{"user and password", "", actors.Remote{User: "u", Password: "p"}, map[string]any{"user": "u", "pass": "p"}},
		{"those of the URL", "v:q@", actors.Remote{User: "u", Password: "p"}, map[string]any{"user": "v", "pass": "q"}},
		{"a token", "secret@", actors.Remote{}, map[string]any{"auth_token": "secret"}},
		{"a token beside the URL", "", actors.Remote{Token: "secret"}, map[string]any{"auth_token": "secret"}},
		{"a key", "", actors.Remote{NKey: string(seed)}, map[string]any{"nkey": user.Public}},
		{"a file of credentials", "", actors.Remote{Credentials: creds}, map[string]any{"jwt": user.Token}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			h := newHub(t)
			h.info["nonce"] = "sign this"
			r := tt.remote
			r.URLs = []string{"nats-leaf://" + tt.user + h.l.Addr().String()}
			events := dials(t, r)
			f := h.accepted()
			h.inform(f, nil)
			h.join(f)
			require.True(t, (<-events).Up)
			said := map[string]any{}
			for _, k := range []string{"user", "pass", "auth_token", "nkey", "jwt"} {
				if v, there := f.connect[k]; there {
					said[k] = v
				}
			}
			assert.Equal(t, tt.want, said)
			if sig, signs := f.connect["sig"]; signs || r.NKey+r.Credentials != "" {
				raw, err := base64.RawURLEncoding.DecodeString(sig.(string))
				require.NoError(t, err)
				public, err := nkeys.FromPublicKey(user.Public)
				require.NoError(t, err)
				require.NoError(t, public.Verify([]byte("sign this"), raw))
			}
		})
	}
}

// TestLeafNodeEncrypts: because the hub, the URL or the configuration wants it; before or after the hub's INFO. What the hub
// shows has to be signed by who is trusted, for the host that is meant.
func TestLeafNodeEncrypts(t *testing.T) {
	a := newAuthority(t)
	a.sign("hub", false)
	a.sign("us", false)
	pair, err := tls.LoadX509KeyPair(a.file("hub.pem"), a.file("hub-key.pem"))
	require.NoError(t, err)
	serves := &tls.Config{Certificates: []tls.Certificate{pair}, ClientCAs: a.pool, MinVersion: tls.VersionTLS12}
	asks := serves.Clone()
	asks.ClientAuth = tls.RequireAndVerifyClientCert
	const host, loopback, url = "localhost", "127.0.0.1", "tls://"
	tests := []struct {
		name   string
		scheme string
		host   string
		tls    *config.RemoteTLS
		hub    *tls.Config
		wants  bool   // the hub says so
		wrong  string // a part of the error, if there is to be one
	}{
		{"the hub wants it", "", host, &config.RemoteTLS{TLS: config.TLS{CAFile: a.file("authority.pem")}}, serves, true, ""},
		{"the configuration wants it", "", host, &config.RemoteTLS{TLS: config.TLS{CAFile: a.file("authority.pem")}}, serves, false, ""},
		{"the URL wants it", url, host, &config.RemoteTLS{TLS: config.TLS{CAFile: a.file("authority.pem")}}, serves, false, ""},
		{"first of all", "", host, &config.RemoteTLS{TLS: config.TLS{CAFile: a.file("authority.pem"), HandshakeFirst: config.HandshakeFirstAlways}}, serves, true, ""},
		{"an address", "", loopback, &config.RemoteTLS{TLS: config.TLS{CAFile: a.file("authority.pem")}}, serves, true, ""},
		{"both show something", "", host, &config.RemoteTLS{TLS: config.TLS{CAFile: a.file("authority.pem"), CertFile: a.file("us.pem"), KeyFile: a.file("us-key.pem")}}, asks, true, ""},
		{"nobody looks", "", host, &config.RemoteTLS{Insecure: true, ServerName: "other"}, serves, true, ""},
		{"not pinned", "", host, &config.RemoteTLS{TLS: config.TLS{CAFile: a.file("authority.pem"), PinnedCerts: []string{strings.Repeat("ab", 32)}}}, serves, true, "not one of those that are pinned"},
		{"another name", "", host, &config.RemoteTLS{TLS: config.TLS{CAFile: a.file("authority.pem")}, ServerName: "other"}, serves, true, "not other"},
		{"nobody is trusted", "", host, nil, serves, true, "unknown authority"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			h := newHub(t)
			_, port, err := net.SplitHostPort(h.l.Addr().String())
			require.NoError(t, err)
			broker := actorstest.Start(t, actors.Config{})
			events := watch(broker)
			require.NoError(t, broker.ApplyRemotes("test", []actors.Remote{{URLs: []string{tt.scheme + net.JoinHostPort(tt.host, port)}, TLS: tt.tls}}))
			f := h.accepted()
			inform := func() { h.inform(f, map[string]any{"tls_required": tt.wants}) }
			first := tt.tls != nil && tt.tls.HandshakeFirst != 0
			if !first {
				inform()
			}
			if tt.wrong != "" {
				require.Error(t, tls.Server(f.nc, tt.hub).Handshake())
				require.Eventually(t, func() bool { return strings.Contains(broker.Links(t.Context(), false)[0].Why, tt.wrong) }, patience, time.Millisecond)
				return
			}
			over := f.encrypt(tt.hub)
			if first {
				inform()
			}
			h.join(f)
			require.True(t, (<-events).Up)
			assert.Equal(t, true, f.connect["tls_required"])
			if tt.hub == asks {
				assert.Equal(t, "us", over.ConnectionState().PeerCertificates[0].Subject.CommonName)
			}
			f.send("PING", "")
			f.until("PONG")
		})
	}
}

// TestLeafNodeMovesOn: of several hubs one that answers is taken, and when it goes, one that it has told of. That is asked
// for the same certificate, and the same is proved to it.
func TestLeafNodeMovesOn(t *testing.T) {
	a := newAuthority(t)
	a.names, a.addresses = []string{"localhost"}, nil // what a hub tells is an address
	a.sign("hub", false)
	pair, err := tls.LoadX509KeyPair(a.file("hub.pem"), a.file("hub-key.pem"))
	require.NoError(t, err)
	serves := &tls.Config{Certificates: []tls.Certificate{pair}, MinVersion: tls.VersionTLS12}
	dead, first, second := newHub(t), newHub(t), newHub(t)
	require.NoError(t, dead.l.Close())
	_, port, err := net.SplitHostPort(first.l.Addr().String())
	require.NoError(t, err)
	events := dials(t, actors.Remote{
		URLs:        []string{"tls://u:p@" + dead.l.Addr().String(), "tls://u:p@localhost:" + port},
		NoRandomize: true, TLS: &config.RemoteTLS{TLS: config.TLS{CAFile: a.file("authority.pem")}},
	})
	come := func(h *hub, more map[string]any) *leaf {
		f := h.accepted()
		h.inform(f, map[string]any{"tls_required": true})
		f.encrypt(serves)
		h.info["leafnode_urls"] = more["leafnode_urls"]
		h.join(f)
		assert.Equal(t, []any{"u", "p"}, []any{f.connect["user"], f.connect["pass"]})
		return f
	}
	f := come(first, map[string]any{"leafnode_urls": []string{second.l.Addr().String()}})
	require.True(t, (<-events).Up)
	require.NoError(t, first.l.Close())
	f.nc.Close()
	require.False(t, (<-events).Up)
	come(second, nil)
	require.True(t, (<-events).Up)
}
