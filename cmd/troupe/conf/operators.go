package conf

import (
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/troupe-mq/troupe/actors/access/operator"
	"github.com/troupe-mq/troupe/actors/registry"
)

// This file is what operators sign: the keys of the top level that say whom the
// broker trusts, and which accounts there are.

// signedKeys say what each of the keys is about.
var signedKeys = index(map[string]func(f *file, key string, value any, at FileError) error{
	"operator operators root roots root_operator root_operators": (*file).operators,
	"trusted trusted_keys":                        (*file).trusted,
	"resolver account_resolver accounts_resolver": (*file).resolve,
	"resolver_preload":                            (*file).preloaded,
	"default_sentinel":                            (*file).sentinel,
	"resolver_tls":                                (*file).resolverTLS,
	"resolver_pinned_accounts":                    (*file).pinned,
})

func (f *file) isSigned(key string) bool { return signedKeys[key] != nil }

func (f *file) signed(key string, value any, at FileError) error {
	err := signedKeys[strings.ToLower(key)](f, key, value, at)
	if _, ok := errors.AsType[*MissingError](err); ok {
		return err // it names the key
	}
	return named(key, err)
}

// operators takes tokens of operators, or the names of files that have one each.
func (f *file) operators(_ string, value any, at FileError) error {
	f.operatorKey = at
	list, err := f.texts(value)
	if err != nil {
		return err
	}
	f.settings.Broker.Operators = nil
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
		f.settings.Broker.Operators = append(f.settings.Broker.Operators, text)
	}
	return nil
}

// trusted takes keys of operators.
func (f *file) trusted(_ string, value any, at FileError) error {
	f.operatorKey = at
	list, err := f.texts(value)
	if err != nil {
		return err
	}
	for _, key := range list {
		if err := operator.CheckKey(key); err != nil {
			return err
		}
	}
	f.settings.Broker.TrustedKeys = list
	return nil
}

// preloaded takes the block of accounts.
func (f *file) preloaded(_ string, value any, at FileError) error {
	f.preload = at
	block, ok := value.(map[string]any)
	if !ok {
		return errors.New("needs a block: { ACCOUNT: TOKEN }")
	}
	tokens := make(map[string]string)
	f.chosen(block, func(name string, value any, _ FileError) error {
		token, err := toText(value)
		if err != nil {
			return err
		}
		tokens[name] = operator.Plain(token)
		return operator.CheckAccount(name, tokens[name])
	})
	f.settings.Broker.AccountTokens = tokens
	return nil
}

// sentinel takes the token of those who present none, or the name of its file.
func (f *file) sentinel(_ string, value any, _ FileError) error {
	token, err := toText(value)
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
	f.settings.Broker.DefaultSentinel = operator.Plain(token)
	return operator.CheckSentinel(f.settings.Broker.DefaultSentinel)
}

// operated reports whether there is an operator.
func (f *file) operated() bool {
	return len(f.settings.Broker.Operators) > 0 || len(f.settings.Broker.TrustedKeys) > 0
}

// checkOperators finds what does not go together, where it stands.
func (f *file) checkOperators() {
	b := &f.settings.Broker
	signed := operator.Config{Operators: b.Operators, Keys: b.TrustedKeys}
	system := b.SystemAccount
	if system == "" {
		system = signed.SystemAccount()
	}
	switch {
	case len(f.errs) > 0:
	case f.operatorKey.File != "" && f.resolver.File == "" && f.resolvedByOperator(&signed):
	case f.operatorKey.File != "" && f.resolver.File == "":
		f.fail(f.operatorKey, errors.New("an operator needs a resolver of its accounts: resolver: MEMORY"))
	case f.operatorKey.File == "" && f.resolver.File != "":
		f.fail(f.resolver, errors.New("a resolver needs an operator, or trusted_keys"))
	case f.operatorKey.File == "" && f.preload.File != "":
		f.fail(f.preload, errors.New("accounts that an operator has signed need an operator, or trusted_keys"))
	case !f.operated():
	case len(b.Operators) > 0 && len(b.TrustedKeys) > 0:
		f.fail(f.operatorKey, errors.New("operator and trusted_keys cannot both be set"))
	case len(b.Accounts) > 0 || len(b.Users) > 0 || b.User != "" || b.Token != "" || b.NoAuthUser != "":
		f.fail(f.operatorKey, errors.New("where an operator signs accounts there are no other accounts and users"))
	case system != "" && b.AccountTokens[system] == "" && f.settings.Resolver == nil:
		at := f.systemAccount
		if b.SystemAccount == "" {
			at = f.operatorKey
		}
		f.fail(at, fmt.Errorf("there is no account %q to be the system account", system))
	}
}

// resolvedByOperator reports whether the operator's token says where its accounts are.
func (f *file) resolvedByOperator(c *operator.Config) bool {
	server := c.AccountServer()
	if server == "" {
		return false
	}
	r := &registry.Config{Type: registry.Remote, URL: strings.TrimSuffix(server, "/") + "/accounts"}
	if r.Validate() != nil {
		return false
	}
	f.settings.Resolver = r
	return true
}
