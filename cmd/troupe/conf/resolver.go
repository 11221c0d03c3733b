package conf

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"os"
	"regexp"
	"strings"

	"github.com/nats-io/nkeys"

	"github.com/troupe-mq/troupe/actors"
	"github.com/troupe-mq/troupe/actors/registry"
)

// This file is where accounts come from that an operator has signed.

var urlResolver = regexp.MustCompile(`(?i)^\s*URL\s*\(\s*"?([^"\s)]*)"?\s*\)\s*$`)

// resolve takes the one place that accounts can come from.
func (f *file) resolve(_ string, value any, at FileError) error {
	f.resolver = at
	switch v := value.(type) {
	case string:
		return f.resolveBy(v)
	case map[string]any:
		return f.resolveIn(v)
	default:
		return errors.New("needs MEMORY, URL(…) or a block: { type: full, dir: … }")
	}
}

// resolveBy takes a resolver that is one text.
func (f *file) resolveBy(text string) error {
	switch strings.ToLower(strings.TrimSpace(text)) {
	case "memory", "mem":
		return nil
	}
	m := urlResolver.FindStringSubmatch(text)
	if m == nil {
		return errors.New("needs MEMORY, URL(…) or a block: { type: full, dir: … }")
	}
	c := &registry.Config{Type: registry.Remote, URL: m[1]}
	f.settings.Resolver = c
	return c.Validate()
}

// resolverTypes are the types of a resolver's block.
var resolverTypes = map[string]registry.Type{"full": registry.Full, "cache": registry.Cache}

// resolveIn takes a directory.
func (f *file) resolveIn(block map[string]any) error {
	c, kind, before := &registry.Config{}, "", len(f.errs)
	f.block(block, func(key string, value any, _ FileError) (err error) {
		switch strings.ToLower(key) {
		case "type":
			kind, err = toText(value)
		case "dir":
			c.Dir, err = toText(value)
		case "allow_delete":
			c.AllowDelete, err = toBool(value)
		case "hard_delete":
			c.HardDelete, err = toBool(value)
		case "limit":
			var n int64
			n, err = toInt(value)
			c.Limit = int(min(n, 1<<31-1))
		case "ttl":
			c.TTL, err = toDuration(value)
		case "timeout":
			c.Timeout, err = toDuration(value)
		case "interval":
			_, err = toDuration(value) // a directory has nobody to be compared with
		default:
			return fmt.Errorf("%w %q", ErrUnknown, key)
		}
		return named(key, err)
	})
	switch strings.ToLower(kind) {
	case "memory", "mem":
		return nil
	}
	known := false
	if c.Type, known = resolverTypes[strings.ToLower(kind)]; !known {
		return fmt.Errorf("%q is not a type of resolver: full, cache or memory", kind)
	}
	f.settings.Resolver = c
	if len(f.errs) > before {
		return nil // one mistake is enough
	}
	return c.Validate()
}

// resolverTLS takes how the server of a resolver is asked.
func (f *file) resolverTLS(_ string, value any, _ FileError) error {
	block, ok := value.(map[string]any)
	if !ok {
		return errors.New("needs a block: { ca_file: … }")
	}
	t, before := &actors.TLS{}, len(f.errs)
	f.tls(block, t)
	if len(f.errs) > before {
		return nil
	}
	config := &tls.Config{MinVersion: max(t.MinVersion, tls.VersionTLS12), CipherSuites: t.CipherSuites}
	if t.CAFile != "" {
		text, err := os.ReadFile(t.CAFile)
		if err != nil {
			return err
		}
		config.RootCAs = x509.NewCertPool()
		if !config.RootCAs.AppendCertsFromPEM(text) {
			return fmt.Errorf("%s has no certificate", t.CAFile)
		}
	}
	if t.CertFile != "" || t.KeyFile != "" {
		pair, err := tls.LoadX509KeyPair(t.CertFile, t.KeyFile)
		if err != nil {
			return err
		}
		config.Certificates = []tls.Certificate{pair}
	}
	f.settings.ResolverTLS = config
	return nil
}

// pinned takes the accounts beside which there are no others.
func (f *file) pinned(_ string, value any, _ FileError) error {
	list, err := f.texts(value)
	for _, account := range list {
		if err == nil && !nkeys.IsValidPublicAccountKey(account) {
			err = errors.New("the key is not the public one of an account, which begins with A") // not quoted: it may be the secret one
		}
	}
	f.settings.Broker.PinnedAccounts = list
	return err
}

// found is for accounts that are not in the file.
func (f *file) found() {
	s := f.settings
	if s.Resolver == nil {
		return
	}
	s.Broker.AccountSource = pending{}
}

// pending stands for the accounts that are found when the broker starts.
type pending struct{ actors.AccountSource }
