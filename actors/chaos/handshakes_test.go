package chaos_test

import (
	"bufio"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"io"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/actors"
	"github.com/troupe-mq/troupe/actors/report"
)

// encrypted is TLS for a broker, and for those who trust it.
func encrypted(t *testing.T, timeout time.Duration) (*actors.TLS, *tls.Config) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	draft := &x509.Certificate{SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(time.Hour), DNSNames: []string{"localhost"}}
	der, err := x509.CreateCertificate(rand.Reader, draft, draft, &key.PublicKey, key)
	require.NoError(t, err)
	private, err := x509.MarshalPKCS8PrivateKey(key)
	require.NoError(t, err)
	made, err := x509.ParseCertificate(der)
	require.NoError(t, err)
	trust := &tls.Config{RootCAs: x509.NewCertPool(), ServerName: "localhost"}
	trust.RootCAs.AddCert(made)
	dir := t.TempDir()
	s := &actors.TLS{CertFile: filepath.Join(dir, "cert.pem"), KeyFile: filepath.Join(dir, "key.pem"), Timeout: timeout}
	require.NoError(t, os.WriteFile(s.CertFile, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), 0o600))
	require.NoError(t, os.WriteFile(s.KeyFile, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: private}), 0o600))
	return s, trust
}

// enter is join through TLS.
func (b *broker) enter(t *testing.T, trust *tls.Config, say string) *protocolClient {
	t.Helper()
	c, err := dial(b.addr, "", 64<<10)
	require.NoError(t, err)
	c.nc = tls.Client(c.nc, trust)
	t.Cleanup(func() { c.nc.Close() })
	c.r = bufio.NewReaderSize(c.nc, 64<<10)
	require.NoError(t, c.flush(hello+say))
	return c
}

// stall begins a handshake and leaves it at that. It tells when the broker closes.
func stall(addr string) (closed func() (time.Duration, error), err error) {
	began := time.Now()
	c, err := dial(addr, "\x16\x03\x01\x02\x00\x01\x00\x01", 4096)
	if err != nil {
		return nil, err
	}
	return func() (time.Duration, error) {
		defer c.nc.Close()
		if err := c.nc.SetReadDeadline(time.Now().Add(patience)); err != nil {
			return 0, err
		}
		if _, err := io.Copy(io.Discard, c.nc); err != nil {
			if e, ok := err.(net.Error); ok && e.Timeout() { //nolint:errorlint // net.Conn returns it unwrapped
				return 0, err
			}
		}
		return time.Since(began), nil
	}, nil
}

// TestHandshakesStall: five hundred clients who begin a handshake and never end it
// are closed in time, and a pair that talks through TLS does not notice them.
func TestHandshakesStall(t *testing.T) {
	inShort(t)
	timeout := scale(4*time.Second, time.Second)
	s, trust := encrypted(t, timeout)
	b := start(t, actors.Config{TLS: s})
	pair := flowOf(t, b.enter(t, trust, ""), b.enter(t, trust, "SUB pair 1\r\n"), "pair", "0123456789abcdef")
	var quiet, beside []float64
	for range scale(3, 1) {
		quiet = append(quiet, pair.rate(scale(2*time.Second, 100*time.Millisecond)))
		stalled := make([]func() (time.Duration, error), scale(500, 100))
		crowdOf(t, len(stalled), 8, func(i int) (err error) {
			stalled[i], err = stall(b.addr)
			return err
		})
		beside = append(beside, pair.rate(scale(2*time.Second, 100*time.Millisecond)))
		b.enter(t, trust, "") // who comes meanwhile gets in
		stayed := &lives{}
		crowdOf(t, len(stalled), len(stalled), func(i int) error {
			d, err := stalled[i]()
			stayed.add(d)
			return err
		})
		t.Logf("%d handshakes of at most %s: closed after %s", len(stalled), timeout, stayed.all)
		assert.GreaterOrEqual(t, stayed.all.at(0), timeout*9/10)
		if full {
			assert.LessOrEqual(t, stayed.all.at(1), timeout+time.Second)
		}
	}
	require.NotZero(t, pair.end())
	slices.Sort(quiet)
	slices.Sort(beside)
	before, with := quiet[len(quiet)/2], beside[len(beside)/2]
	t.Logf("the pair: %.0f messages a second alone, %.0f beside the others, %.0f%%", before, with, 100*with/before)
	if full {
		assert.GreaterOrEqual(t, with, 0.9*before)
	}
	eventually(t, func() bool {
		return ask[map[report.CloseReason]int](b, "Closed", Nothing{})[report.TLSHandshakeFailure] == scale(1500, 100)
	}, "all have ended for that reason")
}
