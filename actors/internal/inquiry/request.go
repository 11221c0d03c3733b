package inquiry

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"strings"

	"github.com/nats-io/jwt/v2"

	"github.com/troupe-mq/troupe/actors/access"
	"github.com/troupe-mq/troupe/actors/internal/session"
)

// requestOf is a client as a question describes it.
func requestOf(p *session.Proof, server jwt.ServerID) *jwt.AuthorizationRequest {
	shown, o := &p.Claim.Delegation().Shown, &p.Options
	r := &jwt.AuthorizationRequest{
		Server: server,
		ClientInformation: jwt.ClientInformation{
			Host: shown.Host, ID: p.CID, User: userOf(shown), Name: o.Name, Kind: "Client", Type: p.Kind,
		},
		ConnectOptions: jwt.ConnectOptions{
			JWT: shown.JWT, Nkey: shown.NKey, SignedNonce: shown.Sig, Token: shown.Token,
			Username: shown.User, Password: shown.Password,
			Name: o.Name, Lang: o.Lang, Version: o.Version, Protocol: o.Protocol,
		},
		TLS: tlsOf(p),
	}
	if shown.Sig != "" {
		r.ClientInformation.Nonce = shown.Nonce
	}
	return r
}

// userOf is what a client calls itself, by whatever it has presented that is no secret.
func userOf(c *access.Credentials) string {
	if c.NKey != "" {
		return c.NKey
	}
	if c.User != "" {
		return c.User
	}
	if claims, err := jwt.DecodeUserClaims(c.JWT); err == nil {
		return claims.Subject
	}
	return ""
}

// tlsOf is how the client is encrypted and the certificates it has shown, nil without TLS.
func tlsOf(p *session.Proof) *jwt.ClientTLS {
	if p.Version == 0 {
		return nil
	}
	t := &jwt.ClientTLS{
		Version: strings.TrimPrefix(tls.VersionName(p.Version), "TLS "),
		Cipher:  tls.CipherSuiteName(p.Suite),
	}
	for _, chain := range p.Chains {
		t.VerifiedChains = append(t.VerifiedChains, texts(chain))
	}
	if len(t.VerifiedChains) == 0 {
		t.Certs = texts(p.Shown)
	}
	return t
}

// texts are certificates as PEM.
func texts(certs []*x509.Certificate) (all []string) {
	for _, c := range certs {
		all = append(all, string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: c.Raw})))
	}
	return all
}
