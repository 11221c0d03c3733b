package actors_test

import (
	"bufio"
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/actors"
)

// authority signs the certificates of one test.
type authority struct {
	t    *testing.T
	dir  string
	cert *x509.Certificate
	key  *ecdsa.PrivateKey
	pool *x509.CertPool

	names     []string // what its certificates are for
	addresses []net.IP
}

func newAuthority(t *testing.T) *authority {
	t.Helper()
	a := &authority{t: t, dir: t.TempDir(), pool: x509.NewCertPool(), names: []string{"localhost"}, addresses: []net.IP{net.IPv4(127, 0, 0, 1)}}
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
		DNSNames: a.names, IPAddresses: a.addresses,
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
func (a *authority) server() *actors.TLS {
	a.t.Helper()
	a.sign("server", false)
	return &actors.TLS{CertFile: a.file("server.pem"), KeyFile: a.file("server-key.pem")}
}

func (a *authority) client() *tls.Config {
	return &tls.Config{RootCAs: a.pool, ServerName: "localhost"}
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

// plainly connects without TLS, and returns the connection and INFO.
func plainly(t *testing.T, b *actors.Broker) (net.Conn, string) {
	t.Helper()
	nc, err := net.Dial("tcp", b.Addr().String())
	require.NoError(t, err)
	t.Cleanup(func() { nc.Close() })
	require.NoError(t, nc.SetDeadline(time.Now().Add(time.Minute)))
	info, err := bufio.NewReaderSize(nc, 4096).ReadString('\n')
	require.NoError(t, err)
	return nc, info
}
