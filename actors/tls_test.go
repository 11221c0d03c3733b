package actors

import (
	"bufio"
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"io"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/go-hclog"
	"github.com/nats-io/nats.go"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// authority signs the certificates of one test.
type authority struct {
	t    *testing.T
	dir  string
	cert *x509.Certificate
	key  *ecdsa.PrivateKey
	pool *x509.CertPool
}

func newAuthority(t *testing.T) *authority {
	t.Helper()
	a := &authority{t: t, dir: t.TempDir(), pool: x509.NewCertPool()}
	a.key, a.cert = a.sign("authority", true)
	a.pool.AddCert(a.cert)
	return a
}

// sign makes the files name.pem and name-key.pem.
func (a *authority) sign(name string, isCA bool) (*ecdsa.PrivateKey, *x509.Certificate) {
	a.t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(a.t, err)
	serial, err := rand.Int(rand.Reader, big.NewInt(1<<60))
	require.NoError(a.t, err)
	draft := &x509.Certificate{
		SerialNumber: serial, Subject: pkix.Name{CommonName: name}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign, IsCA: isCA, BasicConstraintsValid: true,
		DNSNames: []string{"localhost"}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
	}
	parent, by := a.cert, a.key
	if isCA {
		parent, by = draft, key
	}
	der, err := x509.CreateCertificate(rand.Reader, draft, parent, &key.PublicKey, by)
	require.NoError(a.t, err)
	made, err := x509.ParseCertificate(der)
	require.NoError(a.t, err)
	private, err := x509.MarshalPKCS8PrivateKey(key)
	require.NoError(a.t, err)
	a.write(name+".pem", "CERTIFICATE", der)
	a.write(name+"-key.pem", "PRIVATE KEY", private)
	return key, made
}

func (a *authority) write(name, kind string, der []byte) {
	a.t.Helper()
	require.NoError(a.t, os.WriteFile(a.file(name), pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}), 0o600))
}

func (a *authority) file(name string) string { return filepath.Join(a.dir, name) }

// server is what a broker needs, with a certificate of its own.
func (a *authority) server() *TLS {
	a.t.Helper()
	a.sign("server", false)
	return &TLS{CertFile: a.file("server.pem"), KeyFile: a.file("server-key.pem")}
}

func (a *authority) client() *tls.Config {
	return &tls.Config{RootCAs: a.pool, ServerName: "localhost"}
}

// listen runs a broker at any free port of the loopback address.
func listen(t *testing.T, config Config) *Broker {
	t.Helper()
	config.Host, config.Port = "127.0.0.1", -1
	b, err := Start(t.Context(), config)
	require.NoError(t, err)
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		defer cancel()
		_ = b.Stop(ctx)
	})
	return b
}

// talk has two clients say something to each other, and things larger than any
// buffer.
func talk(t *testing.T, url string, options ...nats.Option) {
	t.Helper()
	options = append([]nats.Option{nats.MaxReconnects(0), nats.Timeout(10 * time.Second)}, options...)
	one, err := nats.Connect(url, options...)
	require.NoError(t, err)
	defer one.Close()
	other, err := nats.Connect(url, options...)
	require.NoError(t, err)
	defer other.Close()
	_, err = one.Subscribe("echo", func(m *nats.Msg) { _ = m.Respond(m.Data) })
	require.NoError(t, err)
	require.NoError(t, one.Flush())
	for _, size := range []int{0, 5, 70_000, 1 << 20} {
		m, err := other.Request("echo", bytes.Repeat([]byte{'x'}, size), 10*time.Second)
		require.NoError(t, err)
		require.Len(t, m.Data, size)
	}
}

func TestTLS(t *testing.T) {
	a := newAuthority(t)
	a.sign("client", false)
	secure, certificate := nats.Secure(a.client()), nats.ClientCert(a.file("client.pem"), a.file("client-key.pem"))
	verify := func(s *TLS) { s.Verify, s.CAFile = true, a.file("authority.pem") }
	for name, tc := range map[string]struct {
		change  func(*TLS)
		plain   bool
		options []nats.Option
	}{
		"INFO first":           {func(*TLS) {}, false, []nats.Option{secure}},
		"handshake first":      {func(s *TLS) { s.HandshakeFirst = HandshakeFirstAlways }, false, []nats.Option{secure, nats.TLSHandshakeFirst()}},
		"either, the client":   {func(s *TLS) { s.HandshakeFirst = 10 * time.Second }, false, []nats.Option{secure, nats.TLSHandshakeFirst()}},
		"either, INFO":         {func(s *TLS) { s.HandshakeFirst = HandshakeFirstAuto }, false, []nats.Option{secure}},
		"client's certificate": {verify, false, []nats.Option{secure, certificate}},
		"only 1.3":             {func(s *TLS) { s.MinVersion = tls.VersionTLS13 }, false, []nats.Option{secure}},
		"optional, with":       {func(*TLS) {}, true, []nats.Option{secure}},
		"optional, without":    {func(*TLS) {}, true, nil},
	} {
		t.Run(name, func(t *testing.T) {
			s := a.server()
			tc.change(s)
			talk(t, listen(t, Config{TLS: s, AllowNonTLS: tc.plain}).ClientURL(), tc.options...)
		})
	}
}

func TestTLSInInfo(t *testing.T) {
	a := newAuthority(t)
	s := a.server()
	s.Verify, s.CAFile = true, a.file("authority.pem")
	info := func(c Config) string {
		_, r := plainly(t, listen(t, c))
		return r
	}
	assert.Regexp(t, `"tls_required":true,"tls_verify":true`, info(Config{TLS: s}))
	optional := info(Config{TLS: s, AllowNonTLS: true})
	assert.Contains(t, optional, `"tls_available":true`)
	assert.NotContains(t, optional, `"tls_required"`)
	inside, err := listen(t, Config{TLS: s}).InProcessConn()
	require.NoError(t, err)
	defer inside.Close()
	line, err := bufio.NewReader(inside).ReadString('\n')
	require.NoError(t, err)
	assert.NotContains(t, line, "tls_", "nobody listens inside of a process")
}

// plainly connects without TLS, and returns the connection and INFO.
func plainly(t *testing.T, b *Broker) (net.Conn, string) {
	t.Helper()
	nc, err := net.Dial("tcp", b.Addr().String())
	require.NoError(t, err)
	t.Cleanup(func() { nc.Close() })
	require.NoError(t, nc.SetDeadline(time.Now().Add(time.Minute)))
	info, err := bufio.NewReaderSize(nc, 4096).ReadString('\n')
	require.NoError(t, err)
	return nc, info
}

func TestTLSRefusals(t *testing.T) {
	a := newAuthority(t)
	s := a.server()
	s.Verify, s.CAFile = true, a.file("authority.pem")
	b := listen(t, Config{TLS: s})
	_, err := nats.Connect(b.ClientURL(), nats.Secure(a.client()))
	require.Error(t, err, "without a certificate")
	nc, _ := plainly(t, b)
	_, err = io.WriteString(nc, "CONNECT {}\r\nPING\r\n")
	require.NoError(t, err)
	rest, _ := io.ReadAll(nc)
	assert.NotContains(t, string(rest), "PONG")
	require.Eventually(t, func() bool {
		page, err := b.Connections(t.Context(), ConnectionQuery{State: ClosedConnections})
		return err == nil && len(page.Connections) == 2 && page.Connections[1].Reason == TLSHandshakeFailure
	}, time.Minute, 5*time.Millisecond)
	old := a.client()
	old.MaxVersion = tls.VersionTLS11
	nc, _ = plainly(t, b)
	require.Error(t, tls.Client(nc, old).Handshake())
}

// Those who keep a handshake waiting are closed in time, and keep nobody else
// waiting, however many they are.
func TestStalledHandshakes(t *testing.T) {
	a := newAuthority(t)
	s := a.server()
	s.Timeout = time.Second
	b := listen(t, Config{TLS: s})
	var stalled []net.Conn
	for i := range 3*cap(b.hub.desk) + 8 {
		nc, _ := plainly(t, b)
		stalled = append(stalled, nc)
		if i%2 == 0 { // some say hello, and leave it at that
			hello := &once{Conn: nc}
			require.Error(t, tls.Client(hello, a.client()).Handshake())
		}
	}
	began := time.Now()
	talk(t, b.ClientURL(), nats.Secure(a.client()))
	for _, nc := range stalled {
		_, err := io.Copy(io.Discard, nc)
		if err != nil {
			require.NotErrorIs(t, err, os.ErrDeadlineExceeded)
		}
	}
	require.GreaterOrEqual(t, time.Since(began), time.Second/2)
	require.Eventually(t, func() bool { return b.Stats().Connections == 0 && len(b.hub.desk) == 0 }, time.Minute, 5*time.Millisecond)
}

// once is a connection that is good for one write and no read.
type once struct{ net.Conn }

func (*once) Read([]byte) (int, error) { return 0, errors.New("never mind") }

// A place at the desk is waited for no longer than the handshake may take.
func TestDeskIsFull(t *testing.T) {
	a := newAuthority(t)
	s := a.server()
	s.Timeout = 300 * time.Millisecond
	b := listen(t, Config{TLS: s})
	for range cap(b.hub.desk) {
		b.hub.desk <- struct{}{}
	}
	_, err := nats.Connect(b.ClientURL(), nats.Secure(a.client()))
	require.Error(t, err)
	for range cap(b.hub.desk) {
		<-b.hub.desk
	}
	talk(t, b.ClientURL(), nats.Secure(a.client()))
}

// A broker that stops does not wait for handshakes.
func TestStopInAHandshake(t *testing.T) {
	a := newAuthority(t)
	s := a.server()
	s.Timeout = time.Minute
	b := listen(t, Config{TLS: s})
	nc, _ := plainly(t, b)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	require.NoError(t, b.Stop(ctx))
	_, err := io.Copy(io.Discard, nc)
	require.NoError(t, err)
}

// Whoever is refused is told why through TLS, and that no more will come.
func TestLastWordsOverTLS(t *testing.T) {
	a := newAuthority(t)
	b := listen(t, Config{TLS: a.server()})
	nc, _ := plainly(t, b)
	sc := tls.Client(nc, a.client())
	_, err := io.WriteString(sc, "PUB a 99999999\r\n")
	require.NoError(t, err)
	said, err := io.ReadAll(sc)
	require.NoError(t, err, "the end is announced")
	assert.Equal(t, "-ERR 'Maximum Payload Violation'\r\n", string(said))
}

// A client that takes nothing is a slow consumer over TLS as well.
func TestSlowConsumerOverTLS(t *testing.T) {
	a := newAuthority(t)
	b := listen(t, Config{TLS: a.server(), WriteDeadline: 200 * time.Millisecond})
	nc, _ := plainly(t, b)
	sc := tls.Client(nc, a.client())
	_, err := io.WriteString(sc, "CONNECT {\"verbose\":false}\r\nSUB big 1\r\nPING\r\n")
	require.NoError(t, err)
	line, err := bufio.NewReader(sc).ReadString('\n')
	require.NoError(t, err)
	require.Equal(t, "PONG\r\n", line)
	pub := dial(t, b)
	payload := strings.Repeat("x", 1<<20)
	for range 24 {
		pub.send("PUB big 1048576\r\n" + payload + "\r\n")
	}
	require.Eventually(t, func() bool { return b.Stats().SlowConsumers == 1 }, time.Minute, 5*time.Millisecond)
	require.Eventually(t, func() bool { return b.Stats().Connections == 1 }, time.Minute, 5*time.Millisecond)
}

func TestCertificatesAreLoadedAgain(t *testing.T) {
	a := newAuthority(t)
	s := a.server()
	now := time.Now()
	var log bytes.Buffer
	k, err := newCertificates(s, func() time.Time { return now }, hclog.New(&hclog.LoggerOptions{Output: &log}))
	require.NoError(t, err)
	first := k.current()
	renew := func(later time.Duration) {
		require.NoError(t, os.Chtimes(s.CertFile, now, now.Add(later)))
	}

	_, second := a.sign("server", false)
	renew(time.Minute)
	assert.Same(t, first, k.current(), "it is not looked at each time")
	now = now.Add(lookEvery)
	require.NotSame(t, first, k.current())
	assert.Equal(t, second.Raw, k.current().Certificates[0].Certificate[0])

	good := k.current()
	require.NoError(t, os.WriteFile(s.CertFile, []byte("no certificate"), 0o600))
	now = now.Add(lookEvery)
	assert.Same(t, good, k.current(), "a mistake changes nothing")
	assert.Contains(t, log.String(), "the old one stays")
	require.NoError(t, os.Remove(s.CertFile))
	now = now.Add(lookEvery)
	assert.Same(t, good, k.current())
	a.sign("server", false)
	now = now.Add(lookEvery)
	assert.NotSame(t, good, k.current())
}

func TestTLSMistakes(t *testing.T) {
	a := newAuthority(t)
	s := a.server()
	for want, bad := range map[string]TLS{
		"cert_file and key_file are missing": {},
		"needs both":                         {CertFile: s.CertFile},
		"certificate cannot be used":         {CertFile: s.KeyFile, KeyFile: s.CertFile},
		"authorities cannot be used":         {CertFile: s.CertFile, KeyFile: s.KeyFile, CAFile: s.KeyFile},
		"is negative":                        {CertFile: s.CertFile, KeyFile: s.KeyFile, Timeout: -1},
	} {
		_, err := Start(t.Context(), Config{Port: -1, TLS: &bad})
		assert.ErrorContains(t, err, want)
	}
}

// A client that has said all it has to say still gets its answers.
func TestHalfCloseOverTLS(t *testing.T) {
	a := newAuthority(t)
	b := listen(t, Config{TLS: a.server()})
	nc, _ := plainly(t, b)
	sc := tls.Client(nc, a.client())
	const many = 10_000
	_, err := io.WriteString(sc, "CONNECT {\"verbose\":false}\r\n"+strings.Repeat("PING\r\n", many))
	require.NoError(t, err)
	require.NoError(t, sc.CloseWrite())
	said, err := io.ReadAll(sc)
	require.NoError(t, err)
	assert.Equal(t, many, strings.Count(string(said), "PONG\r\n"))
}

func TestConnectionsTellHowTheyAreEncrypted(t *testing.T) {
	a := newAuthority(t)
	b := listen(t, Config{TLS: a.server(), WebSocket: &WebSocket{Port: -1, TLS: a.server()}})
	secure := nats.Secure(a.client())
	for _, url := range []string{b.ClientURL(), "wss://" + b.WebSocketAddr().String()} {
		nc, err := nats.Connect(url, secure)
		require.NoError(t, err)
		defer nc.Close()
	}
	inside := dial(t, b)
	inside.send("PING\r\n")
	require.Equal(t, "PONG\r\n", inside.next())
	page, err := b.Connections(t.Context(), ConnectionQuery{})
	require.NoError(t, err)
	require.Len(t, page.Connections, 3)
	for i, version := range []string{"1.3", "1.3", ""} {
		r := page.Connections[i]
		assert.Equal(t, version, r.TLSVersion)
		assert.Equal(t, version != "", strings.HasPrefix(r.TLSCipherSuite, "TLS_"))
	}
}

// A handshake that crashes ends its own connection, and keeps no place.
func TestCrashedHandshake(t *testing.T) {
	a := newAuthority(t)
	b := listen(t, Config{TLS: a.server()})
	bad := *b.listen.door.face.Load().guard
	bad.config = &tls.Config{GetConfigForClient: func(*tls.ClientHelloInfo) (*tls.Config, error) { panic("a bug") }}
	at := b.hub.newDoor(kindNATS, &bad)
	for range 2 * cap(b.hub.desk) {
		client, server := net.Pipe()
		b.hub.accept(server, at)
		_, err := bufio.NewReaderSize(client, 4096).ReadString('\n')
		require.NoError(t, err)
		require.Error(t, tls.Client(client, a.client()).Handshake())
	}
	talk(t, b.ClientURL(), nats.Secure(a.client()))
	require.Eventually(t, func() bool {
		page, err := b.Connections(t.Context(), ConnectionQuery{State: ClosedConnections})
		return err == nil && len(b.hub.desk) == 0 && len(page.Connections) == 2*cap(b.hub.desk)+2 && page.Connections[0].Reason == TLSHandshakeFailure
	}, time.Minute, 5*time.Millisecond)
}
