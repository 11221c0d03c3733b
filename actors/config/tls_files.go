package config

import (
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
)

// This file is what a TLS may have beside one certificate.

// authorities are those whose certificates are in a file. The error says what is wrong with it.
func authorities(file string) (*x509.CertPool, error) {
	pem, err := os.ReadFile(file)
	pool := x509.NewCertPool()
	if err == nil && !pool.AppendCertsFromPEM(pem) {
		err = fmt.Errorf("%s holds no certificate", file)
	}
	if err != nil {
		return nil, fmt.Errorf("tls: the authorities cannot be used: %w", err)
	}
	return pool, nil
}

// loadMore adds the other certificates.
func (t *TLS) loadMore(c *tls.Config) error {
	c.Certificates = slices.Clip(c.Certificates)
	for _, m := range t.More {
		pair, err := tls.LoadX509KeyPair(m.CertFile, m.KeyFile)
		if err != nil {
			return fmt.Errorf("tls: a certificate cannot be used: %w", err)
		}
		c.Certificates = append(c.Certificates, pair)
	}
	return nil
}

// pin lets no client in whose certificate is not one of those that are pinned. A session that
// is resumed is looked at too.
func (t *TLS) pin(c *tls.Config) error {
	if len(t.PinnedCerts) == 0 {
		return nil
	}
	pinned := make(map[string]bool)
	for _, text := range t.PinnedCerts {
		text = strings.ToLower(text)
		if sum, err := hex.DecodeString(text); err != nil || len(sum) != sha256.Size {
			return fmt.Errorf("tls: pinned_certs: %q is not a SHA-256 in hexadecimal", text)
		}
		pinned[text] = true
	}
	if !t.Verifies() {
		return errors.New("tls: pinned_certs needs verify")
	}
	c.VerifyConnection = func(s tls.ConnectionState) error {
		if len(s.PeerCertificates) > 0 {
			sum := sha256.Sum256(s.PeerCertificates[0].RawSubjectPublicKeyInfo)
			if pinned[hex.EncodeToString(sum[:])] {
				return nil
			}
		}
		return errNotPinned
	}
	return nil
}

// errNotPinned is about a client with a certificate that is sound, and is none of those that
// are pinned.
var errNotPinned = errors.New("the certificate is not one of those that are pinned")

// checkSuites refuses what Go takes for unsafe, unless it is wanted.
func (t *TLS) checkSuites() error {
	if t.ConnectionRateLimit < 0 {
		return fmt.Errorf("tls: connection_rate_limit %d is negative", t.ConnectionRateLimit)
	}
	if t.AllowInsecureCipherSuites {
		return nil
	}
	for _, s := range tls.InsecureCipherSuites() {
		if slices.Contains(t.CipherSuites, s.ID) {
			return fmt.Errorf("tls: cipher suite %s is not safe: allow_insecure_cipher_suites is needed", s.Name)
		}
	}
	return nil
}
