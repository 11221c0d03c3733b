package access_test

import (
	"encoding/base64"
	"strings"
	"testing"

	"github.com/nats-io/nkeys"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/actors/access"
)

// keyPair is a new user key, and its public part.
func keyPair(t *testing.T) (nkeys.KeyPair, string) {
	t.Helper()
	pair, err := nkeys.CreateUser()
	require.NoError(t, err)
	public, err := pair.PublicKey()
	require.NoError(t, err)
	return pair, public
}

func sign(t *testing.T, pair nkeys.KeyPair, nonce string) []byte {
	t.Helper()
	sig, err := pair.Sign([]byte(nonce))
	require.NoError(t, err)
	return sig
}

func TestUsers(t *testing.T) {
	pair, public := keyPair(t)
	stranger, strange := keyPair(t)
	const nonce = "abcdefghijklmno"
	good := sign(t, pair, nonce)
	url := base64.RawURLEncoding.EncodeToString
	policy := access.Policy{
		Users: []access.User{
			{Name: "ann", Password: "a1"},
			{Name: "ben", Password: bcrypted(t, "b2")},
			{Name: "cat"},
			{Name: "web", Password: "w", ConnectionTypes: []string{"websocket"}},
			{Name: "std", Password: "s", ConnectionTypes: []string{"Standard", "websocket"}},
			{NKey: public},
		},
		Default: &access.Permissions{},
	}
	gate, err := access.New(policy)
	require.NoError(t, err)
	assert.False(t, gate.Open())
	assert.Nil(t, gate.Stranger(access.Standard, false))
	assert.True(t, gate.Asks())
	assert.True(t, gate.Challenges())
	tests := []struct {
		name  string
		shown access.Credentials
		want  string // empty: refused
	}{
		{"password", access.Credentials{User: "ann", Password: "a1"}, "ann"},
		{"another's password", access.Credentials{User: "ann", Password: "b2"}, ""},
		{"empty password", access.Credentials{User: "ann"}, ""},
		{"other case", access.Credentials{User: "Ann", Password: "a1"}, ""},
		{"no name", access.Credentials{Password: "a1"}, ""},
		{"nothing", access.Credentials{}, ""},
		{"a token", access.Credentials{Token: "a1"}, ""},
		{"hash", access.Credentials{User: "ben", Password: "b2"}, "ben"},
		{"hash, wrong", access.Credentials{User: "ben", Password: "b3"}, ""},
		{"the hash itself", access.Credentials{User: "ben", Password: policy.Users[1].Password}, ""},
		{"the secret of the decoy", access.Credentials{User: "nobody", Password: "b2"}, ""},
		{"without a password", access.Credentials{User: "cat"}, "cat"},
		{"without a password, some given", access.Credentials{User: "cat", Password: "x"}, ""},
		{"kind of connection", access.Credentials{User: "std", Password: "s", Kind: access.Standard}, "std"},
		{"wrong kind of connection", access.Credentials{User: "web", Password: "w", Kind: access.Standard}, ""},
		{"nkey", access.Credentials{NKey: public, Sig: url(good), Nonce: nonce}, public},
		{"nkey, the other alphabet", access.Credentials{NKey: public, Sig: base64.StdEncoding.EncodeToString(good), Nonce: nonce}, public},
		{"nkey, another nonce", access.Credentials{NKey: public, Sig: url(good), Nonce: "bbcdefghijklmno"}, ""},
		{"nkey, no nonce", access.Credentials{NKey: public, Sig: url(good)}, ""},
		{"nkey, no signature", access.Credentials{NKey: public, Nonce: nonce}, ""},
		{"nkey, no base64", access.Credentials{NKey: public, Sig: "!!", Nonce: nonce}, ""},
		{"nkey, short signature", access.Credentials{NKey: public, Sig: url(good[:63]), Nonce: nonce}, ""},
		{"nkey, long signature", access.Credentials{NKey: public, Sig: url(append(good[:64:64], 0)), Nonce: nonce}, ""},
		{"nkey, huge signature", access.Credentials{NKey: public, Sig: strings.Repeat("A", 1<<20), Nonce: nonce}, ""},
		{"nkey, somebody else's signature", access.Credentials{NKey: public, Sig: url(sign(t, stranger, nonce)), Nonce: nonce}, ""},
		{"somebody else's nkey", access.Credentials{NKey: strange, Sig: url(sign(t, stranger, nonce)), Nonce: nonce}, ""},
		{"an nkey as a name", access.Credentials{User: public, Nonce: nonce}, ""},
		{"no nkey", access.Credentials{NKey: "U", Sig: url(good), Nonce: nonce}, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			who := gate.Claim(tt.shown).Holds()
			if tt.want == "" {
				assert.Nil(t, who)
				return
			}
			require.NotNil(t, who)
			assert.Equal(t, tt.want, who.Name)
			assert.NotNil(t, who.Rights, "the default")
		})
	}
	assert.True(t, gate.Claim(access.Credentials{User: "ben"}).Slow())
	assert.True(t, gate.Claim(access.Credentials{User: "nobody"}).Slow(), "no faster for a name that nobody has")
	assert.False(t, gate.Claim(access.Credentials{User: "ann"}).Slow())
	assert.False(t, gate.Claim(access.Credentials{NKey: public}).Slow())
}

func TestNoAuthUser(t *testing.T) {
	_, public := keyPair(t)
	gate, err := access.New(access.Policy{
		Users: []access.User{{Name: "guest", Password: bcrypted(t, "g"), Permissions: &access.Permissions{}}, {Name: "root", Password: "r"}, {NKey: public}},

		NoAuthUser: "guest",
	})
	require.NoError(t, err)
	assert.Equal(t, "guest", gate.Stranger(access.Standard, false).Name)
	assert.False(t, gate.Asks())
	assert.NotNil(t, gate.Stranger(access.Standard, false).Rights)
	assert.Equal(t, "guest", gate.Claim(access.Credentials{}).Holds().Name)
	assert.Equal(t, "root", gate.Claim(access.Credentials{User: "root", Password: "r"}).Holds().Name)
	assert.Equal(t, "guest", gate.Claim(access.Credentials{Sig: "x"}).Holds().Name, "a signature by nobody")
	for _, wrong := range []access.Credentials{{User: "root"}, {Password: "r"}, {Token: "t"}, {User: "guest"}, {User: "x", Password: "y"}, {NKey: public}} {
		assert.Nil(t, gate.Claim(wrong).Holds(), "%+v", wrong)
	}

	gate, err = access.New(access.Policy{Users: []access.User{{NKey: public, ConnectionTypes: []string{"WEBSOCKET"}}}, NoAuthUser: public})
	require.NoError(t, err)
	assert.Equal(t, public, gate.Claim(access.Credentials{Kind: access.WebSocket}).Holds().Name)
	assert.Nil(t, gate.Claim(access.Credentials{Kind: access.Standard}).Holds())
	assert.Nil(t, gate.Stranger(access.Standard, false))
	assert.Equal(t, public, gate.Stranger(access.WebSocket, false).Name)
}

func TestOpenGate(t *testing.T) {
	gate, err := access.New(access.Policy{Default: nil})
	require.NoError(t, err)
	assert.True(t, gate.Open())
	assert.False(t, gate.Challenges())
	assert.Equal(t, &access.Identity{Account: access.GlobalAccount}, gate.Stranger(access.Standard, false))
	assert.NotNil(t, gate.Claim(access.Credentials{User: "joe", Password: "x"}).Holds())
}

func TestValidate(t *testing.T) {
	pair, public := keyPair(t)
	seed, err := pair.Seed()
	require.NoError(t, err)
	account, err := nkeys.CreateAccount()
	require.NoError(t, err)
	accountKey, err := account.PublicKey()
	require.NoError(t, err)
	users := func(u ...access.User) access.Policy { return access.Policy{Users: u} }
	permits := func(p access.Permissions) access.Policy { return access.Policy{Default: &p} }
	for want, policies := range map[string][]access.Policy{
		"": {
			{},
			{User: "u"},
			{User: "u", Password: "p"},
			{Token: "t"},
			users(access.User{Name: "a"}, access.User{NKey: public}),
			permits(access.Permissions{Subscribe: access.Rules{Allow: []string{"a q", "> *"}, Deny: []string{"b"}}}),
			permits(access.Permissions{Publish: access.Rules{Allow: []string{"a", ">"}}}),
		},
		"a user and a token cannot both be required":                {{User: "u", Token: "t"}},
		"a password needs a user":                                   {{Password: "p"}},
		"a single user and a list of users cannot both be required": {{User: "u", Users: []access.User{{Name: "v"}}}},
		"a token and a list of users cannot both be required":       {{Token: "t", Users: []access.User{{Name: "v"}}}},
		`duplicate user "a"`:                                        {users(access.User{Name: "a"}, access.User{Name: "a", Password: "x"})},
		`no_auth_user "x" is not among the users`:                   {{NoAuthUser: "x"}, {Users: []access.User{{Name: "a"}}, NoAuthUser: "x"}},
		"a user needs a name or an nkey":                            {users(access.User{Password: "x"})},
		"a user with an nkey takes no name and no password":         {users(access.User{Name: "a", NKey: public}), users(access.User{Password: "a", NKey: public})},
		"the nkey is not the public one of a user":                  {users(access.User{NKey: string(seed)}), users(access.User{NKey: "U"}), users(access.User{NKey: accountKey})},
		`"PIGEON" is not a connection type`:                         {users(access.User{Name: "a", ConnectionTypes: []string{"PIGEON"}})},
		`"a b" is not a subject to publish to`:                      {permits(access.Permissions{Publish: access.Rules{Allow: []string{"a b"}}})},
		`"a..b" is not a subject to publish to`:                     {permits(access.Permissions{Publish: access.Rules{Deny: []string{"a..b"}}})},
		`"" is neither a subject nor a subject and a queue`:         {permits(access.Permissions{Subscribe: access.Rules{Deny: []string{""}}})},
		`"a b c" is neither a subject nor a subject and a queue`:    {permits(access.Permissions{Subscribe: access.Rules{Allow: []string{"a b c"}}})},
		`"x.>.y" is neither a subject nor a subject and a queue`:    {users(access.User{Name: "a", Permissions: &access.Permissions{Subscribe: access.Rules{Allow: []string{"x.>.y"}}}})},
	} {
		for _, p := range policies {
			err := p.Validate()
			_, newErr := access.New(p)
			if want == "" {
				require.NoError(t, err)
				require.NoError(t, newErr)
				continue
			}
			require.ErrorContains(t, err, want)
			require.ErrorContains(t, newErr, want)
			assert.NotContains(t, err.Error(), string(seed))
		}
	}
}
