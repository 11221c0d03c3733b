package access_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/actors/access"
)

// account is one of that name.
func account(name string, imports []access.Import, exports ...access.Export) access.Account {
	return access.Account{Name: name, Imports: imports, Exports: exports}
}

func importing(imports ...access.Import) []access.Import { return imports }

func TestCheckAccounts(t *testing.T) {
	type (
		accounts = []access.Account
		in       = access.Import
		out      = access.Export
	)
	tests := []struct {
		name     string
		accounts accounts
		want     []string // texts of the errors
	}{
		{"nothing", nil, nil},
		{"the system account may have users", accounts{account("$SYS", nil)}, nil},
		{"no name", accounts{account("", nil)}, []string{`account "": an account needs a name`}},
		{"reserved", accounts{account("$G", nil)}, []string{`account "$G": the name is reserved`}},
		{"twice", accounts{account("A", nil), account("A", nil)}, []string{`account "A": there are two of this name`}},
		{"payload", accounts{{Name: "A", Limits: access.Limits{MaxPayload: -1}}}, []string{`account "A": the limit of a payload must leave a byte`}},

		{"mappings", accounts{{Name: "A", Mappings: []access.Mapping{
			{Source: "a", Destinations: []access.Destination{{Subject: "b", Weight: 60}, {Subject: "a", Weight: 40}}}, {Source: "b"},
		}}}, nil},
		{"mappings that cannot be", accounts{{Name: "A", Mappings: []access.Mapping{
			{Source: "a", Destinations: []access.Destination{{Subject: "b", Weight: 60}, {Subject: "b", Weight: 40}}},
			{Source: "a"},
			{Source: "b..c"},
			{Source: "d", Destinations: []access.Destination{{Subject: "e", Weight: 101}}},
			{Source: "e", Destinations: []access.Destination{{Subject: "e", Weight: 51}, {Subject: "f", Weight: 50}}},
		}}}, []string{
			`account "A": "a" is mapped to "b" twice`, `account "A": "a" is mapped twice`, `account "A": "b..c" is not a pattern to map from`,
			`account "A": the weight of "e", 101, is not in 0..100`, `account "A": the weights for "e" are more than 100 together`,
		}},
		{"exports", accounts{account("A", nil, out{Stream: "a.>"}, out{Service: "a.>"}, out{Service: "b", Responses: access.Chunked, Threshold: 1})}, nil},
		{"export of nothing", accounts{account("A", nil, out{})}, []string{`account "A": an export is a stream or a service`}},
		{"export of both", accounts{account("A", nil, out{Stream: "a", Service: "b"})}, []string{`account "A": an export is a stream or a service`}},
		{"export of no subject", accounts{account("A", nil, out{Stream: "a..b"})}, []string{`account "A": "a..b" is not a subject to export`}},
		{"stream that responds", accounts{account("A", nil, out{Stream: "a", Responses: access.Stream})}, []string{`account "A": only a service responds`}},
		{"negative", accounts{account("A", nil, out{Service: "a", Threshold: -1})}, []string{`account "A": a response threshold cannot be negative`}},
		{"export to nobody", accounts{account("A", nil, out{Stream: "a", Private: true, Accounts: []string{"B"}})}, []string{`account "A": there is no account "B" to export "a" to`}},

		{"imports", accounts{
			account("A", nil, out{Stream: "s.>"}, out{Service: "r.*.*"}, out{Stream: "p", Private: true, Accounts: []string{"B"}}),
			account("B", importing(
				in{Account: "A", Stream: "s.>"}, in{Account: "A", Stream: "s.a", Prefix: "p."}, in{Account: "A", Stream: "s.*", To: "x.$1"},
				in{Account: "A", Service: "r.*.*"}, in{Account: "A", Service: "r.$2.$1", To: "y.*.*"}, in{Account: "A", Service: "r.a.b", To: "z"},
				in{Account: "A", Stream: "p"},
			)),
		}, nil},
		{"import of nothing", accounts{account("A", importing(in{Account: "A"}))}, []string{`account "A": an import is a stream or a service`}},
		{"import from nobody", accounts{account("A", importing(in{Stream: "a"}, in{Service: "b", Account: "B"}))}, []string{
			`account "A": an import needs an account`, `account "A": there is no account "B" to import "b" from`,
		}},
		{"prefix and to", accounts{account("A", nil, out{Stream: "a"}), account("B", importing(in{Account: "A", Stream: "a", Prefix: "p", To: "b"}))}, []string{
			`account "B": a prefix is for a stream, in place of to`,
		}},
		{"prefix of a service", accounts{account("A", nil, out{Service: "a"}), account("B", importing(in{Account: "A", Service: "a", Prefix: "p"}))}, []string{
			`account "B": a prefix is for a stream, in place of to`,
		}},
		{"no subject", accounts{account("A", nil), account("B", importing(in{Account: "A", Stream: "a b"}))}, []string{`account "B": "a b" is not a subject to import`}},
		{"wildcards that are lost", accounts{account("A", nil, out{Stream: "a.*"}), account("B", importing(in{Account: "A", Stream: "a.*", To: "b"}))}, []string{
			`account "B": stream import "a.*": not a subject to map to: "b", for "a.*": it does not use all of the wildcards`,
		}},
		{"not exported", accounts{account("A", nil, out{Service: "a"}), account("B", importing(in{Account: "A", Stream: "a"}))}, []string{
			`account "B": account "A" does not export the stream "a" to "B"`,
		}},
		{"not exported so wide", accounts{account("A", nil, out{Stream: "a.*"}), account("B", importing(in{Account: "A", Stream: "a.>"}))}, []string{
			`account "B": account "A" does not export the stream "a.>" to "B"`,
		}},
		{"not exported to everybody", accounts{account("A", nil, out{Stream: "a", Private: true}), account("B", importing(in{Account: "A", Stream: "a"}))}, []string{
			`account "B": account "A" does not export the stream "a" to "B"`,
		}},
		{"imported twice", accounts{account("A", nil, out{Stream: "a"}), account("B", importing(in{Account: "A", Stream: "a"}, in{Account: "A", Stream: "a"}))}, []string{
			`account "B": stream "a" is imported twice`,
		}},

		{"cycle of two", accounts{
			account("A", importing(in{Account: "B", Service: "b", To: "a"}), out{Service: "a"}),
			account("B", importing(in{Account: "A", Service: "a", To: "b"}), out{Service: "b"}),
		}, []string{`account "A": the import forms a cycle`}},
		{"cycle of three, by wildcards", accounts{
			account("A", importing(in{Account: "B", Service: "x.*"}), out{Service: "x.>"}),
			account("B", importing(in{Account: "C", Service: "x.>"}), out{Service: "x.>"}),
			account("C", importing(in{Account: "A", Service: "x.y"}), out{Service: "x.>"}),
		}, []string{`account "A": the import forms a cycle`}},
		{"no cycle: other subjects", accounts{
			account("A", importing(in{Account: "B", Service: "b"}), out{Service: "a"}),
			account("B", importing(in{Account: "A", Service: "a"}), out{Service: "b"}),
		}, nil},
		{"no cycle: a stream and a service", accounts{
			account("A", importing(in{Account: "B", Service: "a"}), out{Stream: "a"}),
			account("B", importing(in{Account: "A", Stream: "a"}), out{Service: "a"}),
		}, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var got []string
			for _, err := range access.CheckAccounts(tt.accounts, "") {
				got = append(got, err.Error())
			}
			assert.Equal(t, tt.want, got)
		})
	}
}

// TestErrorsOfAccountsSayWhatTheyAreAbout: so that whoever has read them from
// somewhere can say where.
func TestErrorsOfAccountsSayWhatTheyAreAbout(t *testing.T) {
	errs := access.CheckAccounts([]access.Account{
		account("A", importing(access.Import{Account: "B", Stream: "x"}), access.Export{Stream: "ok"}, access.Export{}),
	}, "")
	require.Len(t, errs, 2)
	assert.Equal(t, []any{access.ItsExports, 1}, []any{errs[0].Part, errs[0].Index})
	assert.Equal(t, []any{access.ItsImports, 0}, []any{errs[1].Part, errs[1].Index})
	assert.EqualError(t, errs[0].Unwrap(), "an export is a stream or a service")
}

func TestUsersOfAccounts(t *testing.T) {
	mine := &access.Permissions{Publish: access.Rules{Allow: []string{"mine"}}}
	theirs := &access.Permissions{Publish: access.Rules{Allow: []string{"theirs"}}}
	gate, err := access.New(access.Policy{
		Default: mine,
		Users:   []access.User{{Name: "g", Password: "g"}},
		Accounts: []access.Account{
			{Name: "A", Default: theirs, Users: []access.User{{Name: "a", Password: "a"}, {Name: "own", Password: "own", Permissions: mine}}},
			{Name: "B", Users: []access.User{{Name: "b", Password: "b"}}},
		},
		NoAuthUser: "b",
	})
	require.NoError(t, err)
	for user, want := range map[string]struct {
		account string
		may     map[string]bool
	}{
		"g":   {access.GlobalAccount, map[string]bool{"mine": true, "theirs": false}},
		"a":   {"A", map[string]bool{"mine": false, "theirs": true}},
		"own": {"A", map[string]bool{"mine": true, "theirs": false}},
		"b":   {"B", map[string]bool{"mine": true, "theirs": true}},
	} {
		who := gate.Claim(access.Credentials{User: user, Password: user}).Holds()
		require.NotNil(t, who, user)
		assert.Equal(t, want.account, who.Account)
		for subject, may := range want.may {
			assert.Equal(t, may, who.Rights.MayPublish([]byte(subject)), user+" "+subject)
		}
	}
	assert.Equal(t, "B", gate.Stranger(access.Standard, false).Account)
	assert.False(t, gate.Asks())
}

// TestOnlySystemUsers: whoever presents nothing is kept out of the system account,
// and let in.
func TestOnlySystemUsers(t *testing.T) {
	watcher := []access.User{{Name: "w", Password: "w"}}
	for _, tt := range []struct {
		name    string
		policy  access.Policy
		account string // of strangers; empty: they are not let in
	}{
		{"the usual name", access.Policy{Accounts: []access.Account{{Name: access.SystemAccount, Users: watcher}}}, access.GlobalAccount},
		{"another name", access.Policy{Accounts: []access.Account{{Name: "W", Users: watcher}}, System: "W"}, access.GlobalAccount},
		{"not the system account", access.Policy{Accounts: []access.Account{{Name: "W", Users: watcher}}}, ""},
		{"others too", access.Policy{Accounts: []access.Account{{Name: access.SystemAccount, Users: watcher}}, Users: []access.User{{Name: "u"}}}, ""},
		{"they are strangers", access.Policy{Accounts: []access.Account{{Name: access.SystemAccount, Users: watcher}}, NoAuthUser: "w"}, access.SystemAccount},
	} {
		gate, err := access.New(tt.policy)
		require.NoError(t, err, tt.name)
		who := gate.Stranger(access.Standard, false)
		if tt.account == "" {
			assert.Nil(t, who, tt.name)
			continue
		}
		require.NotNil(t, who, tt.name)
		assert.Equal(t, tt.account, who.Account, tt.name)
		assert.NotNil(t, gate.Claim(access.Credentials{User: "w", Password: "w"}).Holds(), tt.name)
		assert.Nil(t, gate.Claim(access.Credentials{User: "w", Password: "x"}).Holds(), tt.name)
	}
}

func TestPolicyWithAccounts(t *testing.T) {
	users := []access.User{{Name: "u", Password: "p"}}
	for _, tt := range []struct {
		name   string
		policy access.Policy
		want   string
	}{
		{"a user in two accounts", access.Policy{Users: users, Accounts: []access.Account{{Name: "A", Users: users}}}, `duplicate user "u"`},
		{"no such system account", access.Policy{System: "X"}, `there is no account "X" to be the system account`},
		{"a mapping of everybody", access.Policy{Mappings: []access.Mapping{{Source: "a..b"}}}, `"a..b" is not a pattern to map from`},
		{"a single user", access.Policy{User: "u", Accounts: []access.Account{{Name: "A"}}}, "a single user and accounts cannot both be required"},
		{"a token", access.Policy{Token: "t", Accounts: []access.Account{{Name: "A"}}}, "a token and accounts cannot both be required"},
		{"permissions", access.Policy{Accounts: []access.Account{{Name: "A", Default: &access.Permissions{Publish: access.Rules{Deny: []string{"a..b"}}}}}}, `"a..b" is not a subject to publish to`},
	} {
		_, err := access.New(tt.policy)
		assert.ErrorContains(t, err, tt.want, tt.name)
	}
}
