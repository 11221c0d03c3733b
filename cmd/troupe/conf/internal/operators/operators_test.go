package operators_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/jwt/v2"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/actors/access/operator/operatortest"
	"github.com/troupe-mq/troupe/actors/registry"
	"github.com/troupe-mq/troupe/cmd/troupe/conf"
	"github.com/troupe-mq/troupe/cmd/troupe/conf/internal/conftest"
)

// TestOperatorKeys: a token may be in the file or in one of its own, which may be
// as nsc writes it.
func TestOperatorKeys(t *testing.T) {
	o, a := operatortest.NewOperator(t), operatortest.NewAccount(t, "A")
	decorated, err := jwt.DecorateJWT(o.Token(t))
	require.NoError(t, err)
	files := map[string]string{"plain.jwt": o.Token(t) + "\n", "decorated.jwt": string(decorated)}
	accounts := o.Accounts(t, a)
	rest := fmt.Sprintf("\nresolver: MEMORY\nresolver_preload: {\n  %s: %s\n}\nsystem_account: %s\n", a.Public, accounts[a.Public], a.Public)
	for _, tt := range []struct {
		text            string
		operators, keys []string
	}{
		{"operator: " + o.Token(t) + rest, []string{o.Token(t)}, nil},
		{"operator: plain.jwt" + rest, []string{o.Token(t)}, nil},
		{"operators: [ decorated.jwt ]" + rest, []string{o.Token(t)}, nil},
		{"trusted_keys: " + o.Public + strings.Replace(rest, "MEMORY", "mem", 1), nil, []string{o.Public}},
	} {
		files["t.conf"] = tt.text
		t.Chdir(conftest.Write(t, files))
		s := conf.Default()
		_, err := s.ReadFile("t.conf")
		require.NoError(t, err)
		assert.Equal(t, tt.operators, s.Broker.Operators)
		assert.Equal(t, tt.keys, s.Broker.TrustedKeys)
		assert.Equal(t, accounts, s.Broker.AccountTokens)
		assert.NoError(t, s.Validate())
	}
}

func TestOperatorMistakes(t *testing.T) {
	o, a, b := operatortest.NewOperator(t), operatortest.NewAccount(t, "A"), operatortest.NewAccount(t, "B")
	tokens := o.Accounts(t, a, b)
	preload := func(key, token string) string {
		return fmt.Sprintf("operator: %s\nresolver: MEMORY\nresolver_preload: {\n  %s: %q\n}\n", o.Token(t), key, token)
	}
	good := preload(a.Public, tokens[a.Public])
	o.Claims.SystemAccount = b.Public
	missing := preload(a.Public, tokens[a.Public])
	for _, tt := range []struct{ name, text, want string }{
		{"no file", "operator: none.jwt", `t.conf:1:1: "operator": open none.jwt: no such file`},
		{"no token", "\n operator: eyJ0", `t.conf:2:2: "operator": this is not the token of an operator`},
		{"no key", "trusted_keys: [x]", `t.conf:1:1: "trusted_keys": the key is not the public one of an operator`},
		{"no account's key", preload("x", tokens[a.Public]), `t.conf:4:3: the key is not the public one of an account`},
		{"no account's token", preload(a.Public, "x"), `t.conf:4:3: account "` + a.Public + `": this is not the token of an account`},
		{"another account's token", preload(a.Public, tokens[b.Public]), `t.conf:4:3: account "` + a.Public + `": the token is of the account "` + b.Public + `"`},
		{"preload that is no block", "resolver_preload: x", `t.conf:1:1: "resolver_preload": needs a block: { ACCOUNT: TOKEN }`},
		{"no resolver that is known", "resolver: FOO", `t.conf:1:1: "resolver": needs MEMORY, URL(…) or a block`},
		{"no folder", "resolver { type: full }", `t.conf:1:1: "resolver": resolver: a directory is needed: dir`},
		{"no type", "resolver { dir: x, type: half }", `t.conf:1:1: "resolver": "half" is not a type of resolver`},
		{"a cache that deletes", "resolver { dir: x, type: cache, allow_delete: true }", `a cache has no allow_delete`},
		{"no server", "resolver: URL(ftp://u:secret@localhost)", `t.conf:1:1: "resolver": resolver: the URL needs to be one of http or https`},
		{"pinned accounts that are none", "resolver_pinned_accounts: [ SAKEY ]", `"resolver_pinned_accounts": the key is not the public one of an account`},
		{"no resolver", "trusted_keys: " + o.Public, `t.conf:1:1: an operator needs a resolver of its accounts: resolver: MEMORY`},
		{"accounts of nobody", "resolver_preload: {}", `t.conf:1:1: accounts that an operator has signed need an operator`},
		{"other users", good + "authorization { user: u, password: p }", `t.conf:1:1: where an operator signs accounts there are no other accounts and users`},
		{"no system account", good + "system_account: X", `t.conf:6:1: there is no account "X" to be the system account`},
		{"no system account of the operator", missing, `t.conf:1:1: there is no account "` + b.Public + `" to be the system account`},
		{"both", good + "trusted_keys: " + o.Public, `operator and trusted_keys cannot both be set`},
		{"a sentinel", "default_sentinel: x", `t.conf:1:1: "default_sentinel": open x: no such file`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, _, err := conftest.Read(t, tt.text)
			require.ErrorContains(t, err, tt.want)
			assert.NotContains(t, err.Error(), tokens[b.Public])
		})
	}
}

// TestNoOperator: a resolver without one does nothing, as with NATS servers.
func TestNoOperator(t *testing.T) {
	s, warnings, err := conftest.Read(t, "\nresolver { type: full, dir: none }")
	require.NoError(t, err)
	require.Len(t, warnings, 1)
	require.EqualError(t, warnings[0], "t.conf:2:1: the resolver has no effect without an operator, or trusted_keys")
	assert.Nil(t, s.Resolver)
}

// TestResolvers: what a resolver may be.
func TestResolvers(t *testing.T) {
	o := operatortest.NewOperator(t)
	o.Claims.AccountServerURL = "https://h/jwt/v1"
	for text, want := range map[string]registry.Config{
		"resolver: URL(http://h/a/)":       {Type: registry.Remote, URL: "http://h/a/"},
		`resolver: "URL(\"https://h/a\")"`: {Type: registry.Remote, URL: "https://h/a"},
		"":                                 {Type: registry.Remote, URL: "https://h/jwt/v1/accounts"},
		`resolver { type: FULL, dir: "d", allow_delete: true, hard_delete: true, interval: "2m", limit: 10, timeout: "3s" }`: {
			Dir: "d", AllowDelete: true, HardDelete: true, Limit: 10, Timeout: 3 * time.Second,
		},
		`account_resolver { type: cache, dir: d, ttl: "1h" }`: {Type: registry.Cache, Dir: "d", TTL: time.Hour},
	} {
		s, _, err := conftest.Read(t, "operator: "+o.Token(t)+"\n"+text)
		require.NoError(t, err, text)
		assert.Equal(t, &want, s.Resolver)
		assert.NotNil(t, s.Broker.AccountSource)
		assert.NoError(t, s.Validate())
	}
}
