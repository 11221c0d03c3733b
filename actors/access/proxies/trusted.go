package proxies

import (
	"crypto/ed25519"
	"errors"
	"slices"

	"github.com/nats-io/nkeys"

	"github.com/troupe-mq/troupe/actors/access"
)

// Trusted are the proxies that are believed. A nil Trusted is none.
type Trusted struct{ all []proxy }

type proxy struct {
	name string // its public key
	key  ed25519.PublicKey
}

// ErrKey is about what is no key of a proxy. The key is not in the text: it may be a secret one.
var ErrKey = errors.New("the key of a proxy is not a public nkey")

// New trusts the proxies that have these public keys, nkeys of any kind.
func New(keys []string) (*Trusted, error) {
	if len(keys) == 0 {
		return nil, nil
	}
	t := &Trusted{}
	for _, name := range keys {
		if !nkeys.IsValidPublicKey(name) {
			return nil, ErrKey
		}
		key, err := nkeys.Decode(nkeys.Prefix(name), []byte(name))
		if err != nil {
			return nil, ErrKey
		}
		t.all = append(t.all, proxy{name, key})
	}
	return t, nil
}

// Any reports whether there are any.
func (t *Trusted) Any() bool { return t != nil }

// By is the proxy that has signed the nonce of a connection, empty if none of these has.
func (t *Trusted) By(nonce, sig string) (name string) {
	if t == nil {
		return ""
	}
	for _, p := range t.all {
		if access.Signed(p.key, nonce, sig) {
			return p.name
		}
	}
	return ""
}

// Trusts reports whether a proxy, by its public key, is one of these.
func (t *Trusted) Trusts(name string) bool {
	return t != nil && slices.ContainsFunc(t.all, func(p proxy) bool { return p.name == name })
}
