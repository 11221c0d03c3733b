package config

import (
	"cmp"
	"crypto/tls"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/hashicorp/go-hclog"

	"github.com/troupe-mq/troupe/actors/internal/certfiles"
)

// TLS is how the connections of a listener are encrypted. The broker looks at the files again while it runs and
// uses new ones within seconds.
type TLS struct {
	// CertFile has the broker's certificate, and intermediate ones behind it. KeyFile has its key. Both are PEM.
	CertFile, KeyFile string
	// More are certificates beside that one, each for the names in it.
	More []CertificateFile
	// PinnedCerts are hashes, as hexadecimal SHA-256 of the public key (SubjectPublicKeyInfo) in a certificate. A client's
	// own certificate has to be one of them, beside all else. None: any will do. They need Verify or Map.
	PinnedCerts []string
	// ConnectionRateLimit is how many handshakes may begin in a second. 0 is no limit.
	ConnectionRateLimit int
	// Certificates are used instead of the files, by a program that has them in memory.
	Certificates []tls.Certificate `json:"-"`
	// CAFile has the certificates of authorities that may sign a client's certificate, in PEM. Default: those
	// that the system trusts.
	CAFile string
	// Verify: each client must show a certificate.
	Verify bool
	// Map: each client must show a certificate, and the certificate says which user the client is: by an e-mail
	// address in it, a host name, a URI, or its subject in the form of RFC 2253. A user without a password can
	// then come in only by a certificate.
	Map bool

	// Timeout is how long a client may take for the handshake. Default 2s.
	Timeout time.Duration
	// HandshakeFirst says who begins. 0: the broker begins, with INFO in clear text. [HandshakeFirstAlways]: the
	// client begins with its handshake, and INFO follows. A time: the client may begin within that time, else
	// the broker begins.
	HandshakeFirst time.Duration

	// MinVersion is the oldest version of TLS. Default and least: 1.2.
	MinVersion uint16
	// CipherSuites are those of TLS 1.2, and CurvePreferences the key exchanges.
	// Default: what Go takes for safe.
	CipherSuites     []uint16
	CurvePreferences []tls.CurveID
	// AllowInsecureCipherSuites lets CipherSuites have those that Go takes for unsafe.
	AllowInsecureCipherSuites bool
	// OCSPPeer has authorities asked about the certificates of clients. Nil: nobody is.
	OCSPPeer *OCSPPeer
}

// CertificateFile is a certificate and its key, as TLS.CertFile and TLS.KeyFile are.
type CertificateFile struct{ CertFile, KeyFile string }

// The values of TLS.HandshakeFirst that have a name.
const (
	HandshakeFirstAlways time.Duration = -1
	HandshakeFirstAuto                 = 50 * time.Millisecond
)

// DefaultTLSTimeout is how long a handshake may take.
const DefaultTLSTimeout = 2 * time.Second

// Validate reports what is wrong, the files included.
func (t *TLS) Validate() error {
	_, err := t.Load()
	return err
}

// ServerConfig is the configuration for another listener with the same certificate, such as one for HTTPS. It
// loads the certificate again when the files have changed, and asks no client for a certificate. The error says
// what is wrong with the files.
func (t *TLS) ServerConfig(logger hclog.Logger) (*tls.Config, error) {
	anybody := *t
	anybody.Verify, anybody.Map, anybody.CAFile, anybody.PinnedCerts, anybody.ConnectionRateLimit, anybody.OCSPPeer = false, false, "", nil, 0, nil
	k, err := certfiles.New(certfiles.Files{Names: anybody.Files(), Load: anybody.Load}, time.Now, logger)
	if err != nil {
		return nil, err
	}
	return k.Server(), nil
}

// Verifies reports whether clients need a certificate.
func (t *TLS) Verifies() bool { return t.Verify || t.Map }

// HandshakeTimeout is how long a handshake may take, the default filled in.
func (t *TLS) HandshakeTimeout() time.Duration { return cmp.Or(t.Timeout, DefaultTLSTimeout) }

// Files are those that the configuration is made of.
func (t *TLS) Files() []string {
	all := []string{t.CertFile, t.KeyFile, t.CAFile}
	for _, m := range t.More {
		all = append(all, m.CertFile, m.KeyFile)
	}
	return slices.DeleteFunc(all, func(name string) bool { return name == "" })
}

// Load is the configuration of a listener, as the files are now. The error says all that is wrong with them.
func (t *TLS) Load() (*tls.Config, error) {
	c, err := t.load()
	if len(c.Certificates) == 0 && t.CertFile == "" && t.KeyFile == "" {
		err = errors.Join(errors.New("tls: there is no certificate: cert_file and key_file are missing"), err)
	}
	return c, err
}

// load is the same, but there may be no certificate.
func (t *TLS) load() (*tls.Config, error) {
	c := &tls.Config{
		Certificates:     t.Certificates,
		MinVersion:       max(t.MinVersion, tls.VersionTLS12),
		CipherSuites:     t.CipherSuites,
		CurvePreferences: t.CurvePreferences,
	}
	var errs []error
	switch {
	case t.CertFile != "" && t.KeyFile != "":
		pair, err := tls.LoadX509KeyPair(t.CertFile, t.KeyFile)
		if err != nil {
			errs = append(errs, fmt.Errorf("tls: the certificate cannot be used: %w", err))
		}
		c.Certificates = []tls.Certificate{pair}
	case t.CertFile != "" || t.KeyFile != "":
		errs = append(errs, errors.New("tls: a certificate needs both cert_file and key_file"))
	}
	errs = append(errs, t.loadMore(c), t.pin(c), t.checkSuites(), t.OCSPPeer.check(t))
	if t.Timeout < 0 {
		errs = append(errs, fmt.Errorf("tls: timeout %s is negative", t.Timeout))
	}
	if t.Verifies() {
		c.ClientAuth = tls.RequireAndVerifyClientCert
	}
	if t.CAFile != "" {
		var err error
		c.ClientCAs, err = authorities(t.CAFile)
		errs = append(errs, err)
	}
	return c, errors.Join(errs...)
}
