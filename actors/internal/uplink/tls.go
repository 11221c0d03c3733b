package uplink

import (
	"cmp"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"os"
	"time"
)

// TLS is how the link to a hub is encrypted. The files are read for each attempt, so that new ones are
// used by the next.
type TLS struct {
	CertFile, KeyFile string // what the broker shows; empty if it shows nothing
	CAFile            string // who may have signed what the hub shows; empty for those that the system trusts
	ServerName        string // what the hub's certificate is for; empty for the host in the URL
	Insecure          bool   // the hub may show what it likes
	First             bool   // the handshake comes before anything else
	Timeout           time.Duration
}

// same reports whether two are, of which each may be nil.
func (t *TLS) same(o *TLS) bool { return t == o || t != nil && o != nil && *t == *o }

// first reports whether the handshake comes before anything else.
func (t *TLS) first() bool { return t != nil && t.First }

// Load is the configuration as the files are now, for a hub at a host. The error says what is wrong
// with them.
func (t *TLS) Load(host string) (*tls.Config, error) {
	c := &tls.Config{MinVersion: tls.VersionTLS12, ServerName: host}
	if t == nil {
		return c, nil
	}
	c.ServerName, c.InsecureSkipVerify = cmp.Or(t.ServerName, host), t.Insecure
	if t.CertFile != "" || t.KeyFile != "" {
		pair, err := tls.LoadX509KeyPair(t.CertFile, t.KeyFile)
		if err != nil {
			return nil, fmt.Errorf("tls: the certificate cannot be used: %w", err)
		}
		c.Certificates = []tls.Certificate{pair}
	}
	if t.CAFile != "" {
		pem, err := os.ReadFile(t.CAFile)
		if err != nil {
			return nil, fmt.Errorf("tls: the authorities cannot be used: %w", err)
		}
		c.RootCAs = x509.NewCertPool()
		if !c.RootCAs.AppendCertsFromPEM(pem) {
			return nil, errors.New("tls: the authorities cannot be used: there is no certificate in " + t.CAFile)
		}
	}
	return c, nil
}
