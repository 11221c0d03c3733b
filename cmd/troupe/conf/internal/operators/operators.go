package operators

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"

	"github.com/troupe-mq/troupe/actors/access/operator"
	"github.com/troupe-mq/troupe/actors/registry"
	"github.com/troupe-mq/troupe/cmd/troupe/conf/lang"
)

// This file is what operators sign: the keys of the top level that say whom the
// broker trusts, and which accounts there are.

// signedKeys say what each of the keys is about.
var signedKeys = lang.Table(map[string]func(f *File, value any, at lang.FileError) error{
	"operator operators root roots root_operator root_operators": (*File).operators,
	"trusted trusted_keys":                        (*File).trusted,
	"resolver account_resolver accounts_resolver": (*File).resolve,
	"resolver_preload":                            (*File).preloaded,
	"default_sentinel":                            (*File).sentinel,
	"resolver_tls":                                (*File).resolverTLS,
	"resolver_pinned_accounts":                    (*File).pinned,
})

// Knows reports whether a key, in small letters, is one of those.
func Knows(key string) bool { return signedKeys[key] != nil }

// Keys are all of those.
func Keys() []string { return slices.Collect(maps.Keys(signedKeys)) }

// Set takes one of those keys.
func (f *File) Set(key string, value any, at lang.FileError) error {
	err := signedKeys[strings.ToLower(key)](f, value, at)
	if _, ok := errors.AsType[*lang.MissingError](err); ok {
		return err // it names the key
	}
	return lang.Named(key, err)
}

// operators takes tokens of operators, or the names of files that have one each.
func (f *File) operators(value any, at lang.FileError) error {
	f.operatorKey = at
	list, err := lang.ToTexts(value)
	if err != nil {
		return err
	}
	f.broker.Operators = nil
	for _, text := range list {
		if !strings.HasPrefix(text, "eyJ") { // a token begins so
			data, err := os.ReadFile(text)
			if err != nil {
				return err
			}
			text = string(data)
		}
		text = operator.Plain(text)
		if err := operator.CheckOperator(text); err != nil {
			return err
		}
		f.broker.Operators = append(f.broker.Operators, text)
	}
	return nil
}

// trusted takes keys of operators.
func (f *File) trusted(value any, at lang.FileError) error {
	f.operatorKey = at
	list, err := lang.ToTexts(value)
	if err != nil {
		return err
	}
	for _, key := range list {
		if err := operator.CheckKey(key); err != nil {
			return err
		}
	}
	f.broker.TrustedKeys = list
	return nil
}

// preloaded takes the block of accounts.
func (f *File) preloaded(value any, at lang.FileError) error {
	f.preload = at
	block, ok := value.(map[string]any)
	if !ok {
		return errors.New("needs a block: { ACCOUNT: TOKEN }")
	}
	tokens := make(map[string]string)
	f.Chosen(block, func(name string, value any, _ lang.FileError) error {
		token, err := lang.ToText(value)
		if err != nil {
			return err
		}
		tokens[name] = operator.Plain(token)
		return operator.CheckAccount(name, tokens[name])
	})
	f.broker.AccountTokens = tokens
	return nil
}

// sentinel takes the token of those who present none, or the name of its file.
func (f *File) sentinel(value any, _ lang.FileError) error {
	token, err := lang.ToText(value)
	if err != nil {
		return err
	}
	if !strings.HasPrefix(token, "eyJ") {
		data, err := os.ReadFile(token)
		if err != nil {
			return err
		}
		token = string(data)
	}
	f.broker.DefaultSentinel = operator.Plain(token)
	return operator.CheckSentinel(f.broker.DefaultSentinel)
}

// Operated reports whether there is an operator.
func (f *File) Operated() bool {
	return len(f.broker.Operators) > 0 || len(f.broker.TrustedKeys) > 0
}

// Check finds what does not go together, where it stands. systemAccount is where the system account is named.
func (f *File) Check(systemAccount lang.FileError) {
	b := f.broker
	signed := operator.Config{Operators: b.Operators, Keys: b.TrustedKeys}
	system := b.SystemAccount
	if system == "" {
		system = signed.SystemAccount()
	}
	switch {
	case len(f.Mistakes()) > 0:
	case f.operatorKey.File != "" && f.resolver.File == "" && f.resolvedByOperator(&signed):
	case f.operatorKey.File != "" && f.resolver.File == "":
		f.Fail(f.operatorKey, errors.New("an operator needs a resolver of its accounts: resolver: MEMORY"))
	case f.operatorKey.File == "" && f.resolver.File != "": // NATS servers start with it
		f.Warn(f.resolver, errors.New("the resolver has no effect without an operator, or trusted_keys"))
		f.Resolver, b.AccountTokens = nil, nil
	case f.operatorKey.File == "" && f.preload.File != "":
		f.Fail(f.preload, errors.New("accounts that an operator has signed need an operator, or trusted_keys"))
	case !f.Operated():
	case len(b.Operators) > 0 && len(b.TrustedKeys) > 0:
		f.Fail(f.operatorKey, errors.New("operator and trusted_keys cannot both be set"))
	case len(b.Accounts) > 0 || len(b.Users) > 0 || b.User != "" || b.Token != "" || b.NoAuthUser != "":
		f.Fail(f.operatorKey, errors.New("where an operator signs accounts there are no other accounts and users"))
	case system != "" && b.AccountTokens[system] == "" && f.Resolver == nil:
		at := systemAccount
		if b.SystemAccount == "" {
			at = f.operatorKey
		}
		f.Fail(at, fmt.Errorf("there is no account %q to be the system account", system))
	}
}

// resolvedByOperator reports whether the operator's token says where its accounts are.
func (f *File) resolvedByOperator(c *operator.Config) bool {
	server := c.AccountServer()
	if server == "" {
		return false
	}
	r := &registry.Config{Type: registry.Remote, URL: strings.TrimSuffix(server, "/") + "/accounts"}
	if r.Validate() != nil {
		return false
	}
	f.Resolver = r
	return true
}
