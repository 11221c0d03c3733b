package revocationtest

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/pem"
	"io"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/crypto/ocsp"
)

// Authority signs certificates, and answers for them.
type Authority struct {
	Certificate *x509.Certificate
	URL         string       // of its responder
	Asked       atomic.Int64 // how often
	File        string       // with its certificate

	dir    string
	key    *ecdsa.PrivateKey
	serial int64
	mu     sync.Mutex
	says   map[int64]ocsp.Response
}

// New is one with a responder, which runs until the test ends.
func New(t testing.TB) *Authority {
	t.Helper()
	a := &Authority{dir: t.TempDir(), says: make(map[int64]ocsp.Response)}
	server := httptest.NewServer(http.HandlerFunc(a.answer))
	t.Cleanup(server.Close)
	a.URL = server.URL
	var der []byte
	a.key, der = a.sign(t, nil, &x509.Certificate{IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageDigitalSignature})
	var err error
	a.Certificate, err = x509.ParseCertificate(der)
	check(t, err)
	a.File = a.write(t, "ca.pem", "CERTIFICATE", der)
	return a
}

func (a *Authority) sign(t testing.TB, parent, c *x509.Certificate) (*ecdsa.PrivateKey, []byte) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	check(t, err)
	a.serial++
	c.SerialNumber, c.NotBefore, c.NotAfter = big.NewInt(a.serial), time.Now().Add(-time.Hour), time.Now().Add(time.Hour)
	by := crypto.Signer(a.key)
	if parent == nil {
		parent, by = c, key
	}
	der, err := x509.CreateCertificate(rand.Reader, c, parent, key.Public(), by)
	check(t, err)
	return key, der
}

func (a *Authority) write(t testing.TB, name, kind string, der []byte) string {
	t.Helper()
	path := filepath.Join(a.dir, name)
	check(t, os.WriteFile(path, pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}), 0o600))
	return path
}

// Pair is a certificate for servers and clients on this machine, and its files.
type Pair struct {
	tls.Certificate
	CertFile, KeyFile string
}

// Issue signs a certificate that names the responder. must is whether it says that it has to be stapled.
func (a *Authority) Issue(t testing.TB, name string, must bool) *Pair {
	t.Helper()
	c := &x509.Certificate{
		Subject: pkix.Name{CommonName: name}, DNSNames: []string{"localhost"}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, OCSPServer: []string{a.URL},
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth},
	}
	if must {
		value, err := asn1.Marshal([]int{5}) // status_request
		check(t, err)
		c.ExtraExtensions = []pkix.Extension{{Id: asn1.ObjectIdentifier{1, 3, 6, 1, 5, 5, 7, 1, 24}, Value: value}}
	}
	key, der := a.sign(t, a.Certificate, c)
	secret, err := x509.MarshalPKCS8PrivateKey(key)
	check(t, err)
	p := &Pair{CertFile: a.write(t, name+".pem", "CERTIFICATE", der), KeyFile: a.write(t, name+".key", "PRIVATE KEY", secret)}
	p.Certificate, err = tls.LoadX509KeyPair(p.CertFile, p.KeyFile)
	check(t, err)
	a.Say(p, ocsp.Good, time.Hour)
	return p
}

// Say has it answer with a status from now on, that counts so long; less than zero is an answer of the past.
func (a *Authority) Say(p *Pair, status int, long time.Duration) {
	a.mu.Lock()
	defer a.mu.Unlock()
	r := ocsp.Response{Status: status, SerialNumber: p.Leaf.SerialNumber, ThisUpdate: time.Now().Add(-time.Hour), NextUpdate: time.Now().Add(long)}
	if status == ocsp.Revoked {
		r.RevokedAt = r.ThisUpdate
	}
	a.says[p.Leaf.SerialNumber.Int64()] = r
}

// Forget has it not answer any more about a certificate.
func (a *Authority) Forget(p *Pair) {
	a.mu.Lock()
	defer a.mu.Unlock()
	delete(a.says, p.Leaf.SerialNumber.Int64())
}

func (a *Authority) answer(w http.ResponseWriter, r *http.Request) {
	a.Asked.Add(1)
	raw, _ := io.ReadAll(r.Body) // what cannot be read is no question
	question, err := ocsp.ParseRequest(raw)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	a.mu.Lock()
	says, known := a.says[question.SerialNumber.Int64()]
	a.mu.Unlock()
	if !known {
		http.Error(w, "no answer", http.StatusServiceUnavailable)
		return
	}
	der, err := ocsp.CreateResponse(a.Certificate, a.Certificate, says, a.key)
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	_, _ = w.Write(der) // whoever asked may have gone
}

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatalf("revocationtest: %v", err)
	}
}
