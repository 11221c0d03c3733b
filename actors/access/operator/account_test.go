package operator_test

import (
	"testing"
	"time"

	"github.com/nats-io/jwt/v2"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/actors/access"
	"github.com/troupe-mq/troupe/actors/access/operator"
	"github.com/troupe-mq/troupe/actors/access/operator/operatortest"
)

// accountOf is the account of that name.
func accountOf(t *testing.T, a *operator.Authority, name string) access.Account {
	t.Helper()
	for _, w := range a.Accounts() {
		if w.Name == name {
			return w
		}
	}
	require.Fail(t, "there is no such account", name)
	return access.Account{}
}

func TestAccounts(t *testing.T) {
	o, a := operatortest.NewOperator(t), operatortest.NewAccount(t, "acme")
	a.Claims.Limits.Conn, a.Claims.Limits.Subs, a.Claims.Limits.Payload = 3, 0, -1
	a.Claims.Exports.Add(
		&jwt.Export{Subject: "s.>", Type: jwt.Stream},
		&jwt.Export{Subject: "r", Type: jwt.Service, ResponseType: jwt.ResponseTypeChunked, ResponseThreshold: time.Second},
	)
	a.Claims.DefaultPermissions.Sub.Allow.Add("x")
	got := accountOf(t, authority(t, o, a), a.Public)
	assert.Equal(t, access.Account{
		Name: a.Public, Label: "acme",
		Limits:  access.Limits{MaxConnections: 3, MaxSubscriptions: -1},
		Exports: []access.Export{{Service: "r", Responses: access.Chunked, Threshold: time.Second}, {Stream: "s.>"}},
		Default: &access.Permissions{Subscribe: access.Rules{Allow: jwt.StringList{"x"}}},
	}, got)
}

func TestMappingsAndTraces(t *testing.T) {
	o, a := operatortest.NewOperator(t), operatortest.NewAccount(t, "a")
	a.Claims.AddMapping("x", jwt.WeightedMapping{Subject: "y", Weight: 30}, jwt.WeightedMapping{Subject: "z", Weight: 70})
	a.Claims.AddMapping("a.*", jwt.WeightedMapping{Subject: "b.$1"}, jwt.WeightedMapping{Subject: "c.$1", Cluster: "c"})
	a.Claims.Trace = &jwt.MsgTrace{Destination: "td", Sampling: 5}
	a.Claims.Exports.Add(&jwt.Export{Subject: "r", Type: jwt.Service, AllowTrace: true})
	got := accountOf(t, authority(t, o, a), a.Public)
	assert.Equal(t, []access.Mapping{
		{Source: "a.*", Destinations: []access.Destination{{Subject: "b.$1", Weight: 100}, {Subject: "c.$1", Weight: 100, Cluster: "c"}}},
		{Source: "x", Destinations: []access.Destination{{Subject: "y", Weight: 30}, {Subject: "z", Weight: 70}}},
	}, got.Mappings)
	assert.Equal(t, access.Trace{Dest: "td", Sampling: 5}, got.Trace)
	assert.True(t, got.Exports[0].AllowTrace)
}

// TestStorage: an account may store what its token says, without one nothing.
func TestStorage(t *testing.T) {
	single := jwt.JetStreamLimits{DiskStorage: 5, Streams: 3, Consumer: -1}
	tests := []struct {
		name   string
		limits jwt.OperatorLimits
		want   *access.Storage
	}{
		{"nothing", jwt.OperatorLimits{JetStreamLimits: jwt.JetStreamLimits{Streams: 3}}, nil},
		{"as it says", jwt.OperatorLimits{JetStreamLimits: jwt.JetStreamLimits{MemoryStorage: -1, MaxBytesRequired: true, MaxAckPending: 9}}, &access.Storage{MaxMemory: -1, MaxBytesRequired: true, MaxAckPending: 9}},
		{"one copy", jwt.OperatorLimits{JetStreamTieredLimits: jwt.JetStreamTieredLimits{"R1": single, "R3": {DiskStorage: 7}}}, &access.Storage{MaxFile: 5, MaxStreams: 3, MaxConsumers: -1}},
		{"three copies only", jwt.OperatorLimits{JetStreamTieredLimits: jwt.JetStreamTieredLimits{"R3": single}}, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			o, a := operatortest.NewOperator(t), operatortest.NewAccount(t, "a")
			a.Claims.Limits.JetStreamLimits, a.Claims.Limits.JetStreamTieredLimits = tt.limits.JetStreamLimits, tt.limits.JetStreamTieredLimits
			assert.Equal(t, tt.want, accountOf(t, authority(t, o, a), a.Public).Storage)
		})
	}
}

func TestImports(t *testing.T) {
	type (
		in      = access.Import
		account = operatortest.Account
	)
	far := time.Now().Add(time.Hour).Truncate(time.Second)
	given := func(subject string, edit func(*jwt.ActivationClaims)) func(*testing.T, *account, *account) string {
		return func(t *testing.T, from, to *account) string { return from.Activate(t, to, jwt.Stream, subject, edit) }
	}
	stream := jwt.Import{Type: jwt.Stream, Subject: "p.x"}
	tests := []struct {
		name  string
		what  jwt.Import
		token func(t *testing.T, from, to *account) string
		want  in // without the account; none if it is left out
		left  string
	}{
		{"stream", jwt.Import{Type: jwt.Stream, Subject: "s.*"}, nil, in{Stream: "s.*"}, ""},
		{"stream with a prefix", jwt.Import{Type: jwt.Stream, Subject: "s.*", To: "p"}, nil, in{Stream: "s.*", Prefix: "p"}, ""}, //nolint:staticcheck // there are tokens that have it
		{"stream with a name", jwt.Import{Type: jwt.Stream, Subject: "s.*.*", LocalSubject: "n.$2.$1"}, nil, in{Stream: "s.*.*", To: "n.$2.$1"}, ""},
		{"service", jwt.Import{Type: jwt.Service, Subject: "r.a"}, nil, in{Service: "r.a", To: "r.a"}, ""},
		{"service by its old name", jwt.Import{Type: jwt.Service, Subject: "mine", To: "r.a"}, nil, in{Service: "r.a", To: "mine"}, ""}, //nolint:staticcheck // as above
		{"service with a name", jwt.Import{Type: jwt.Service, Subject: "r.*.*", LocalSubject: "n.$2.$1"}, nil, in{Service: "r.$2.$1", To: "n.*.*"}, ""},
		{"service that is told who asks", jwt.Import{Type: jwt.Service, Subject: "r.a", LocalSubject: "a", Share: true}, nil, in{Service: "r.a", To: "a", Share: true}, ""},
		{"what is not exported", jwt.Import{Type: jwt.Stream, Subject: "other"}, nil, in{}, "does not export the stream"},

		{"private", stream, given("p.x", nil), in{Stream: "p.x"}, ""},
		{"private, for a time", stream, given("p.>", func(c *jwt.ActivationClaims) { c.Expires = far.Unix() }), in{Stream: "p.x"}, ""},
		{"private, without a token", stream, nil, in{}, "no token that activates it"},
		{"private, for a time that is over", stream, given("p.>", func(c *jwt.ActivationClaims) { c.Expires = 1 }), in{}, "not valid now"},
		{"private, for a time to come", stream, given("p.>", func(c *jwt.ActivationClaims) { c.NotBefore = far.Unix() }), in{}, "not valid now"},
		{"private, in the account's name", stream, func(t *testing.T, from, to *account) string {
			return operatortest.NewAccount(t, "C").Activate(t, to, jwt.Stream, "p.>", func(c *jwt.ActivationClaims) { c.IssuerAccount = from.Public })
		}, in{}, "not signed by the account"},
		{"revoked", jwt.Import{Type: jwt.Stream, Subject: "q.x"}, given("q.>", nil), in{}, "is revoked"},
		{"by its own name", jwt.Import{Type: jwt.Stream, Subject: "own.OTHER.x"}, nil, in{}, "does not export the stream"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			o, a, b := operatortest.NewOperator(t), operatortest.NewAccount(t, "A"), operatortest.NewAccount(t, "B")
			revoked := &jwt.Export{Subject: "q.>", Type: jwt.Stream, TokenReq: true}
			revoked.RevokeAt(jwt.All, far)
			a.Claims.Exports.Add(
				&jwt.Export{Subject: "s.>", Type: jwt.Stream}, &jwt.Export{Subject: "r.>", Type: jwt.Service},
				&jwt.Export{Subject: "p.>", Type: jwt.Stream, TokenReq: true}, revoked,
				&jwt.Export{Subject: "own.*.x", Type: jwt.Stream, AccountTokenPosition: 2},
			)
			tt.what.Account = a.Public
			if tt.token != nil {
				tt.what.Token = tt.token(t, a, b)
			}
			own := &jwt.Import{Type: jwt.Stream, Account: a.Public, Subject: jwt.Subject("own." + b.Public + ".x")}
			b.Claims.Imports.Add(&tt.what, own)
			auth := authority(t, o, a, b)
			var got []in
			for _, i := range accountOf(t, auth, b.Public).Imports {
				if i.Stream != string(own.Subject) {
					i.Account = ""
					got = append(got, i)
				}
			}
			if tt.left != "" {
				assert.Empty(t, got)
				require.Len(t, auth.Left(), 1)
				assert.ErrorContains(t, auth.Left()[0], tt.left)
				return
			}
			assert.Equal(t, []in{tt.want}, got)
			assert.Empty(t, auth.Left())
			assert.Equal(t, tt.name == "private, for a time", auth.Until().Equal(far))
		})
	}
}

// TestCyclesAreLeftOut: what would go round for ever is cut, whatever they import.
func TestCyclesAreLeftOut(t *testing.T) {
	o, a, b := operatortest.NewOperator(t), operatortest.NewAccount(t, "A"), operatortest.NewAccount(t, "B")
	for _, x := range []*operatortest.Account{a, b} {
		x.Claims.Exports.Add(&jwt.Export{Subject: ">", Type: jwt.Stream})
	}
	a.Claims.Imports.Add(&jwt.Import{Type: jwt.Stream, Account: b.Public, Subject: "x"})
	b.Claims.Imports.Add(&jwt.Import{Type: jwt.Stream, Account: a.Public, Subject: "x"})
	auth := authority(t, o, a, b)
	assert.Len(t, auth.Left(), 1)
	assert.Len(t, append(accountOf(t, auth, a.Public).Imports, accountOf(t, auth, b.Public).Imports...), 1)
}

func TestWhatIsWrong(t *testing.T) {
	o, a, b := operatortest.NewOperator(t), operatortest.NewAccount(t, "A"), operatortest.NewAccount(t, "B")
	with := func(edit func(*jwt.AccountClaims)) operator.Config {
		c := operatortest.NewAccount(t, "C")
		edit(c.Claims)
		return operator.Config{Operators: []string{o.Token(t)}, Accounts: o.Accounts(t, c)}
	}
	tests := []struct {
		name   string
		config operator.Config
		want   string
	}{
		{"no operator", operator.Config{Operators: []string{a.SignedBy(t, o.Key)}}, "not the token of an operator"},
		{"no key of an operator", operator.Config{Keys: []string{a.Public}}, "not the public one of an operator"},
		{"both", operator.Config{Operators: []string{o.Token(t)}, Keys: []string{o.Public}}, "cannot both be set"},
		{"accounts of nobody", operator.Config{Accounts: o.Accounts(t, a)}, "need an operator"},
		{"no account", operator.Config{Operators: []string{o.Token(t)}, Accounts: map[string]string{a.Public: o.Token(t)}}, "not the token of an account"},
		{"no key of an account", operator.Config{Operators: []string{o.Token(t)}, Accounts: map[string]string{"A": a.SignedBy(t, o.Key)}}, "not the public one of an account"},
		{"another account", operator.Config{Operators: []string{o.Token(t)}, Accounts: map[string]string{a.Public: b.SignedBy(t, o.Key)}}, "the token is of the account"},
		{"too many exports", with(func(c *jwt.AccountClaims) {
			c.Limits.Exports = 0
			c.Exports.Add(&jwt.Export{Subject: "x", Type: jwt.Stream})
		}), "more exports than allowed"},
		{"a mapping that makes no sense", with(func(c *jwt.AccountClaims) { c.AddMapping("x.*", jwt.WeightedMapping{Subject: "{{nonsense(1)}}"}) }), "a mapping like that"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := operator.New(&tt.config, time.Now())
			require.ErrorContains(t, err, tt.want)
			for _, token := range tt.config.Accounts {
				assert.NotContains(t, err.Error(), token)
			}
		})
	}
}
