package e2e_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/troupe-mq/troupe/actors/config"
	"github.com/troupe-mq/troupe/actors/report"

	"github.com/nats-io/jwt/v2"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/actors"
	"github.com/troupe-mq/troupe/actors/access/operator/operatortest"
)

// natsServer is a real nats-server, or the end of a test that needs one.
func natsServer(t *testing.T) string {
	t.Helper()
	if path := os.Getenv("TROUPE_ENGINE"); path != "" {
		return path
	}
	path, err := exec.LookPath("nats-server")
	if err != nil {
		t.Skip("there is no hub: set TROUPE_ENGINE, or put nats-server on PATH")
	}
	return path
}

// runNATS runs one with this configuration. It ends with the test, or when it is stopped: killed.
func runNATS(t *testing.T, conf string) (stop func()) {
	t.Helper()
	process := exec.Command(natsServer(t), "-c", write(t, "nats.conf", []byte(conf)))
	log := &notes{}
	process.Stderr = log
	require.NoError(t, process.Start())
	stop = func() {
		_ = process.Process.Kill() // it may have been killed
		_ = process.Wait()
	}
	t.Cleanup(func() {
		stop()
		if t.Failed() {
			t.Log(log.tail(50))
		}
	})
	return stop
}

// newAddress is a host and a port that nobody listens at.
func newAddress(t *testing.T) string {
	t.Helper()
	return net.JoinHostPort("127.0.0.1", fmt.Sprint(freePort(t)))
}

// hub is a nats-server that leaf nodes may attach to.
type hub struct {
	clients, leafs string // host:port
	kill           func()
}

// newHub runs one. conf is what its configuration says besides, with LEAFS in the place of the address for leaf nodes.
func newHub(t *testing.T, conf string) *hub {
	t.Helper()
	h := &hub{clients: newAddress(t), leafs: newAddress(t)}
	h.kill = runNATS(t, "listen: "+h.clients+"\n"+strings.ReplaceAll(conf, "LEAFS", `listen: "`+h.leafs+`"`))
	require.True(t, eventually(func() bool {
		nc, err := net.Dial("tcp", h.leafs)
		if err == nil {
			nc.Close()
		}
		return err == nil
	}), "the hub does not listen")
	return h
}

// connect is a client of the hub's.
func (h *hub) connect(t *testing.T, options ...nats.Option) *nats.Conn {
	t.Helper()
	nc, err := nats.Connect("nats://"+h.clients, append(options, nats.Timeout(patience))...)
	require.NoError(t, err)
	t.Cleanup(nc.Close)
	return nc
}

// leafOf is a broker with a link to hubs, and what becomes of that.
func leafOf(t *testing.T, r actors.Remote) (*actors.Broker, <-chan report.LinkEvent) {
	t.Helper()
	b := startBroker(t, actors.Config{NoListen: true})
	events := make(chan report.LinkEvent, 16)
	b.WatchLinks(func(e report.LinkEvent) { events <- e })
	require.NoError(t, b.ApplyRemotes("test", []actors.Remote{r}))
	return b, events
}

// comes waits for a link.
func comes(t *testing.T, b *actors.Broker, events <-chan report.LinkEvent) report.Hub {
	t.Helper()
	select {
	case e := <-events:
		require.True(t, e.Up, "%v", e.Err)
		return e.Hub
	case <-time.After(patience):
		require.Fail(t, "there is no link", "%+v", b.Links(context.Background(), false))
		return report.Hub{}
	}
}

// across has a service on each side be asked by the other.
func across(t *testing.T, b *actors.Broker, there *nats.Conn) {
	t.Helper()
	here, err := nats.Connect("", nats.InProcessServer(b), nats.NoReconnect())
	require.NoError(t, err)
	t.Cleanup(here.Close)
	for _, way := range []struct{ from, to *nats.Conn }{{here, there}, {there, here}} {
		subject := nats.NewInbox()
		_, err := way.to.Subscribe(subject, func(m *nats.Msg) { _ = m.Respond(m.Data) })
		require.NoError(t, err)
		require.NoError(t, way.to.FlushTimeout(patience))
		require.True(t, eventually(func() bool { // what the broker has told its hub is not heard there at once
			m, err := way.from.Request(subject, []byte("x"), patience)
			return err == nil && string(m.Data) == "x"
		}))
	}
}

// TestHubLetsIn: a real hub lets a link in by each proof of who it is.
func TestHubLetsIn(t *testing.T) {
	user := operatortest.NewAccount(t, "A").User(t, nil)
	seed, err := user.Pair.Seed()
	require.NoError(t, err)
	key, err := nats.NkeyOptionFromSeed(write(t, "seed", seed))
	require.NoError(t, err)
	tests := []struct {
		name   string
		conf   string
		remote actors.Remote
		client nats.Option
	}{
		{"anybody", "leafnodes { LEAFS }", actors.Remote{}, nats.Name("")},
		{"user and password", "accounts { A { users: [{user: u, password: p}] } }\nleafnodes { LEAFS }", actors.Remote{User: "u", Password: "p"}, nats.UserInfo("u", "p")},
		{"those of the port", "leafnodes { LEAFS, authorization { user: l, password: q } }", actors.Remote{User: "l", Password: "q"}, nats.Name("")},
		{"a key", "accounts { A { users: [{nkey: " + user.Public + "}] } }\nleafnodes { LEAFS }", actors.Remote{NKey: string(seed)}, key},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			h := newHub(t, tt.conf)
			tt.remote.URLs = []string{h.leafs}
			b, events := leafOf(t, tt.remote)
			comes(t, b, events)
			across(t, b, h.connect(t, tt.client))
		})
	}
}

// write makes a file that only a test reads.
func write(t *testing.T, name string, text []byte) (path string) {
	t.Helper()
	path = filepath.Join(t.TempDir(), name)
	require.NoError(t, os.WriteFile(path, text, 0o600))
	return path
}

// TestHubOfAnOperator: a link comes in by a file of credentials, into the account that has signed them, and not by those of
// somebody whom nobody knows.
func TestHubOfAnOperator(t *testing.T) {
	o, a, system := operatortest.NewOperator(t), operatortest.NewAccount(t, "A"), operatortest.NewAccount(t, "SYS")
	o.Claims.SystemAccount = system.Public
	tokens := o.Accounts(t, a, system)
	h := newHub(t, fmt.Sprintf(operatorConf, write(t, "operator.jwt", []byte(o.Token(t))), a.Public, tokens[a.Public], system.Public, tokens[system.Public])+"leafnodes { LEAFS }\n")
	file := func(u *operatortest.User) string {
		seed, err := u.Pair.Seed()
		require.NoError(t, err)
		text, err := jwt.FormatUserConfig(u.Token, seed)
		require.NoError(t, err)
		return write(t, "user.creds", text)
	}
	b, events := leafOf(t, actors.Remote{URLs: []string{h.leafs}, Credentials: file(a.User(t, nil))})
	comes(t, b, events)
	across(t, b, h.connect(t, creds(t, a.User(t, nil))))

	stranger, _ := leafOf(t, actors.Remote{URLs: []string{h.leafs}, Credentials: file(operatortest.NewAccount(t, "B").User(t, nil))})
	require.True(t, eventually(func() bool {
		return strings.Contains(stranger.Links(context.Background(), false)[0].Why, "Authorization Violation")
	}))
}

// certificate makes one for 127.0.0.1 that is signed by itself.
func certificate(t *testing.T) (cert, key string) {
	t.Helper()
	pair, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	draft := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "both"}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign, IsCA: true, BasicConstraintsValid: true, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
	}
	der, err := x509.CreateCertificate(rand.Reader, draft, draft, &pair.PublicKey, pair)
	require.NoError(t, err)
	private, err := x509.MarshalPKCS8PrivateKey(pair)
	require.NoError(t, err)
	return write(t, "cert.pem", pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})),
		write(t, "key.pem", pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: private}))
}

// TestHubByTLS: a link is encrypted where the hub wants it, before or after the hub's first word, and each side sees the
// other's certificate.
func TestHubByTLS(t *testing.T) {
	cert, private := certificate(t)
	for _, first := range []time.Duration{0, config.HandshakeFirstAlways} {
		t.Run(fmt.Sprintf("first=%v", first != 0), func(t *testing.T) {
			h := newHub(t, fmt.Sprintf("leafnodes { LEAFS, tls { cert_file: %q, key_file: %q, ca_file: %q, verify: true, handshake_first: %v } }", cert, private, cert, first != 0))
			b, events := leafOf(t, actors.Remote{
				URLs: []string{"tls://" + h.leafs}, TLS: &config.RemoteTLS{TLS: config.TLS{CertFile: cert, KeyFile: private, CAFile: cert, HandshakeFirst: first}},
			})
			comes(t, b, events)
			across(t, b, h.connect(t))
			stranger, _ := leafOf(t, actors.Remote{URLs: []string{h.leafs}, TLS: &config.RemoteTLS{TLS: config.TLS{CertFile: cert, KeyFile: private, HandshakeFirst: first}}})
			require.True(t, eventually(func() bool {
				return strings.Contains(stranger.Links(context.Background(), false)[0].Why, "unknown authority")
			}))
		})
	}
}

// TestHubsOfACluster: a link that knows one hub comes to another when that one is killed, and finds the clients again that
// have moved there.
func TestHubsOfACluster(t *testing.T) {
	one, two := newAddress(t), newAddress(t)
	conf := "cluster { name: c, listen: %q, routes: [\"nats://%s\", \"nats://%s\"] }\nleafnodes { LEAFS }\n"
	first, second := newHub(t, fmt.Sprintf(conf, one, one, two)), newHub(t, fmt.Sprintf(conf, two, one, two))
	b, events := leafOf(t, actors.Remote{URLs: []string{"nats-leaf://" + first.leafs}})
	id := comes(t, b, events).ID
	across(t, b, second.connect(t))
	first.kill()
	require.False(t, (<-events).Up)
	require.NotEqual(t, id, comes(t, b, events).ID)
	across(t, b, second.connect(t))
}

// TestHubWithoutDomain: the stores of a hub whose JetStream has no domain are at the broker's port.
func TestHubWithoutDomain(t *testing.T) {
	h := newHub(t, fmt.Sprintf("leafnodes { LEAFS }\njetstream { store_dir: %q }", t.TempDir()))
	b, events := leafOf(t, actors.Remote{URLs: []string{h.leafs}})
	comes(t, b, events)
	nc, err := nats.Connect("", nats.InProcessServer(b), nats.NoReconnect())
	require.NoError(t, err)
	t.Cleanup(nc.Close)
	js, err := jetstream.New(nc)
	require.NoError(t, err)
	kv, err := js.CreateKeyValue(t.Context(), jetstream.KeyValueConfig{Bucket: "b"})
	require.NoError(t, err)
	_, err = kv.PutString(t.Context(), "k", "v")
	require.NoError(t, err)
	e, err := kv.Get(t.Context(), "k") // a direct get
	require.NoError(t, err)
	require.Equal(t, "v", string(e.Value()))
}
