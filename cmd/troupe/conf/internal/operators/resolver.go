package operators

import (
	"errors"
	"fmt"
	"regexp"
	"strings"

	"github.com/nats-io/nkeys"

	"github.com/troupe-mq/troupe/actors"
	"github.com/troupe-mq/troupe/actors/config"
	"github.com/troupe-mq/troupe/actors/registry"
	"github.com/troupe-mq/troupe/cmd/troupe/conf/internal/network"
	"github.com/troupe-mq/troupe/cmd/troupe/conf/lang"
)

// This file is where accounts come from that an operator has signed.

var urlResolver = regexp.MustCompile(`(?i)^\s*URL\s*\(\s*"?([^"\s)]*)"?\s*\)\s*$`)

// resolve takes the one place that accounts can come from.
func (f *File) resolve(value any, at lang.FileError) error {
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
func (f *File) resolveBy(text string) error {
	switch strings.ToLower(strings.TrimSpace(text)) {
	case "memory", "mem":
		return nil
	}
	m := urlResolver.FindStringSubmatch(text)
	if m == nil {
		return errors.New("needs MEMORY, URL(…) or a block: { type: full, dir: … }")
	}
	c := &registry.Config{Type: registry.Remote, URL: m[1]}
	f.Resolver = c
	return c.Validate()
}

// resolverTypes are the types of a resolver's block.
var resolverTypes = map[string]registry.Type{"full": registry.Full, "cache": registry.Cache}

// resolveIn takes a directory.
func (f *File) resolveIn(block map[string]any) error {
	c, kind, before := &registry.Config{}, "", len(f.Mistakes())
	f.Block(block, func(key string, value any, _ lang.FileError) (err error) {
		switch strings.ToLower(key) {
		case "type":
			kind, err = lang.ToText(value)
		case "dir":
			c.Dir, err = lang.ToText(value)
		case "allow_delete":
			c.AllowDelete, err = lang.ToBool(value)
		case "hard_delete":
			c.HardDelete, err = lang.ToBool(value)
		case "limit":
			var n int64
			n, err = lang.ToInt(value)
			c.Limit = int(min(n, 1<<31-1))
		case "ttl":
			c.TTL, err = lang.ToDuration(value)
		case "timeout":
			c.Timeout, err = lang.ToDuration(value)
		case "interval":
			_, err = lang.ToDuration(value) // a directory has nobody to be compared with
		default:
			return lang.Unknown(key, "type dir allow_delete hard_delete limit ttl timeout interval")
		}
		return lang.Named(key, err)
	})
	switch strings.ToLower(kind) {
	case "memory", "mem":
		return nil
	}
	known := false
	if c.Type, known = resolverTypes[strings.ToLower(kind)]; !known {
		return fmt.Errorf("%q is not a type of resolver: full, cache or memory", kind)
	}
	f.Resolver = c
	if len(f.Mistakes()) > before {
		return nil // one mistake is enough
	}
	return c.Validate()
}

// resolverTLS takes how the server of a resolver is asked.
func (f *File) resolverTLS(value any, _ lang.FileError) error {
	block, ok := value.(map[string]any)
	if !ok {
		return errors.New("needs a block: { ca_file: … }")
	}
	t, before := &actors.TLS{}, len(f.Mistakes())
	network.TLS(f.Reader, block, t)
	if len(f.Mistakes()) > before {
		return nil
	}
	c, err := config.RemoteTLS{TLS: *t}.Load("")
	if err == nil {
		f.ResolverTLS = c
	}
	return err
}

// pinned takes the accounts beside which there are no others.
func (f *File) pinned(value any, _ lang.FileError) error {
	list, err := lang.ToTexts(value)
	for _, account := range list {
		if err == nil && !nkeys.IsValidPublicAccountKey(account) {
			err = errors.New("the key is not the public one of an account, which begins with A") // not quoted: it may be the secret one
		}
	}
	f.broker.PinnedAccounts = list
	return err
}
