package actors_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/nats-io/jwt/v2"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/actors"
	"github.com/troupe-mq/troupe/actors/access/operator/operatortest"
	"github.com/troupe-mq/troupe/actors/actorstest"
	"github.com/troupe-mq/troupe/actors/report"
)

// realm is a broker with an operator.
type realm struct {
	operator *operatortest.Operator
	broker   *actorstest.Broker
}

// signed starts a broker that knows these accounts.
func signed(t *testing.T, accounts ...*operatortest.Account) *realm {
	t.Helper()
	r := &realm{operator: operatortest.NewOperator(t)}
	r.broker = actorstest.Start(t, r.config(t, accounts...))
	return r
}

func (r *realm) config(t *testing.T, accounts ...*operatortest.Account) actors.Config {
	t.Helper()
	return actors.Config{NoListen: true, Partitions: 2, Operators: []string{r.operator.Token(t)}, AccountTokens: r.operator.Accounts(t, accounts...)}
}

// reload puts the tokens of these accounts into force.
func (r *realm) reload(t *testing.T, accounts ...*operatortest.Account) {
	t.Helper()
	_, err := r.broker.Reload(t.Context(), r.config(t, accounts...))
	require.NoError(t, err)
}

// try has a user connect, and leaves the answer.
func (r *realm) try(t *testing.T, u *operatortest.User) *actorstest.Client {
	t.Helper()
	c := r.broker.Client(t)
	var info struct {
		Nonce        string `json:"nonce"`
		AuthRequired bool   `json:"auth_required"`
	}
	require.NoError(t, json.Unmarshal([]byte(strings.TrimPrefix(c.Info, "INFO ")), &info))
	require.True(t, info.AuthRequired)
	require.NotEmpty(t, info.Nonce)
	c.Send(fmt.Sprintf(`CONNECT {"verbose":false,"jwt":%q,"sig":%q}`, u.Token, u.Sign(t, info.Nonce)))
	return c
}

// come has a user come in.
func (r *realm) come(t *testing.T, u *operatortest.User) *actorstest.Client {
	t.Helper()
	c := r.try(t, u)
	c.Fence()
	return c
}

// TestSignedAccounts: accounts that an operator has signed are worlds of their own,
// with what they import.
func TestSignedAccounts(t *testing.T) {
	a, b := operatortest.NewAccount(t, "A"), operatortest.NewAccount(t, "B")
	a.Claims.Exports.Add(&jwt.Export{Subject: "s.>", Type: jwt.Stream, TokenReq: true}, &jwt.Export{Subject: "r", Type: jwt.Service})
	b.Claims.Imports.Add(
		&jwt.Import{Account: a.Public, Subject: "s.*", LocalSubject: "from.a.*", Type: jwt.Stream, Token: a.Activate(t, b, jwt.Stream, "s.*", nil)},
		&jwt.Import{Account: a.Public, Subject: "r", LocalSubject: "ask", Type: jwt.Service},
	)
	r := signed(t, a, b)
	one, two := r.come(t, a.User(t, nil)), r.come(t, b.User(t, nil))
	two.Send("SUB > 1")
	two.Fence()
	one.Send("SUB r 1", "PUB other 1", "x", "PUB s.x 1", "y")
	one.Fence()
	two.Expect("MSG from.a.x 1 1", "y")
	two.Send("PUB ask 1", "z")
	two.Expect("MSG ask 1 1", "z")
	one.Expect("MSG r 1 1", "z")

	b.Claims.Imports = nil
	r.reload(t, a, b)
	two.Fence()
	one.Send("PUB s.x 1", "1")
	one.Fence()
	two.Quiet()
}

// TestSignedUsersAreRefused: what is not signed, or not in the way that it must be.
func TestSignedUsersAreRefused(t *testing.T) {
	a, stranger := operatortest.NewAccount(t, "A"), operatortest.NewAccount(t, "B")
	r := signed(t, a)
	bad := r.try(t, stranger.User(t, nil))
	bad.Expect("-ERR 'Authorization Violation'")
	bad.ExpectClosed()
	for _, text := range []string{`{"user":"u","pass":"p"}`, `{}`, `{"jwt":"eyJ0"}`} {
		c := r.broker.Client(t)
		c.Send("CONNECT " + text)
		c.Expect("-ERR 'Authorization Violation'")
		c.ExpectClosed()
	}
	c := r.broker.Client(t)
	u := a.User(t, nil)
	c.Send(fmt.Sprintf(`CONNECT {"jwt":%q,"sig":%q}`, u.Token, u.Sign(t, "another nonce")))
	c.Expect("-ERR 'Authorization Violation'")
}

// TestSignedLimits: those of the user and those of the account hold together.
func TestSignedLimits(t *testing.T) {
	a := operatortest.NewAccount(t, "A")
	a.Claims.Limits.Conn, a.Claims.Limits.Subs, a.Claims.Limits.Payload = 2, 2, 8
	r := signed(t, a)
	roomy := r.come(t, a.User(t, nil))
	roomy.Send("SUB a 1", "SUB b 2", "SUB c 3")
	roomy.Expect("-ERR 'maximum subscriptions exceeded'")
	tight := r.come(t, a.User(t, func(u *jwt.UserClaims) { u.NatsLimits = jwt.NatsLimits{Subs: 1, Data: jwt.NoLimit, Payload: 4} }))
	tight.Send("SUB a 1", "SUB b 2")
	tight.Expect("-ERR 'maximum subscriptions exceeded'")
	r.try(t, a.User(t, nil)).Expect("-ERR 'maximum account active connections exceeded'")
	roomy.Send("PUB x 8", "12345678")
	roomy.Fence()
	tight.Send("PUB x 5", "12345")
	tight.Expect("-ERR 'Maximum Payload Violation'")
	tight.ExpectClosed()
}

// TestSignedUsersGoInTime: who is in has to go when its token ends, or that of its
// account.
func TestSignedUsersGoInTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, b := operatortest.NewAccount(t, "A"), operatortest.NewAccount(t, "B")
		b.Claims.Expires = time.Now().Unix() + 7200
		r := &realm{operator: operatortest.NewOperator(t)}
		config := r.config(t, a, b)
		config.PingInterval = 24 * time.Hour // nobody is asked again whether it is there
		r.broker = actorstest.Start(t, config)
		short := r.come(t, a.User(t, func(u *jwt.UserClaims) { u.Expires = time.Now().Unix() + 3600 }))
		long := r.come(t, a.User(t, nil))
		other := r.come(t, b.User(t, func(u *jwt.UserClaims) { u.Expires = time.Now().Unix() + 9000 }))
		actorstest.Advance(t, time.Minute)
		for _, c := range []*actorstest.Client{short, long, other} {
			c.Expect("PING")
			c.Send("PONG")
		}
		actorstest.Advance(t, 58*time.Minute)
		short.Fence()
		actorstest.Advance(t, time.Minute)
		short.Expect("-ERR 'User Authentication Expired'")
		short.ExpectClosed()
		other.Fence()
		actorstest.Advance(t, time.Hour)
		other.Expect("-ERR 'Account Authentication Expired'")
		other.ExpectClosed()
		long.Fence()
		r.try(t, b.User(t, nil)).Expect("-ERR 'Authorization Violation'")
	})
}

// TestImportsEndInTime: a private stream is imported as long as it was given.
func TestImportsEndInTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, b := operatortest.NewAccount(t, "A"), operatortest.NewAccount(t, "B")
		a.Claims.Exports.Add(&jwt.Export{Subject: "s", Type: jwt.Stream, TokenReq: true})
		b.Claims.Imports.Add(&jwt.Import{Account: a.Public, Subject: "s", Type: jwt.Stream, Token: a.Activate(t, b, jwt.Stream, "s",
			func(c *jwt.ActivationClaims) { c.Expires = time.Now().Unix() + 60 })})
		r := signed(t, a, b)
		one, two := r.come(t, a.User(t, nil)), r.come(t, b.User(t, nil))
		two.Send("SUB s 1")
		two.Fence()
		one.Send("PUB s 1", "1")
		two.Expect("MSG s 1 1", "1")
		actorstest.Advance(t, 61*time.Second)
		two.Expect("PING")
		two.Send("PONG")
		two.Fence()
		one.Expect("PING")
		one.Send("PUB s 1", "2")
		one.Fence()
		two.Quiet()
	})
}

// TestSignedReload: an account that is signed anew changes what its users may, and
// those whom it has revoked go.
func TestSignedReload(t *testing.T) {
	a, b := operatortest.NewAccount(t, "A"), operatortest.NewAccount(t, "B")
	r := signed(t, a, b)
	gone, stays, elsewhere := a.User(t, nil), a.User(t, nil), b.User(t, nil)
	first, second, third := r.come(t, gone), r.come(t, stays), r.come(t, elsewhere)
	second.Send("SUB x 1", "SUB y 2")
	second.Fence()
	a.Claims.RevokeAt(gone.Public, time.Now().Add(time.Hour))
	a.Claims.DefaultPermissions.Sub.Allow.Add("x")
	r.reload(t, a, b)
	first.Expect("-ERR 'Authorization Violation'")
	first.ExpectClosed()
	second.Expect(`-ERR 'Permissions Violation for Subscription to "y" (sid "2")'`)
	second.Send("PUB x 1", "1")
	second.Expect("MSG x 1 1", "1")
	r.reload(t, a)
	third.Expect("-ERR 'Authorization Violation'")
	second.Fence()
	r.try(t, gone).Expect("-ERR 'Authorization Violation'")
}

// TestSignedUsersAreShown: by their keys, and without their tokens.
func TestSignedUsersAreShown(t *testing.T) {
	a := operatortest.NewAccount(t, "acme")
	r := signed(t, a)
	u := a.User(t, func(u *jwt.UserClaims) { u.Name = "ann" })
	c := r.come(t, u)
	all, err := r.broker.Connections(t.Context(), report.ConnectionQuery{})
	require.NoError(t, err)
	require.Len(t, all.Connections, 1)
	assert.Equal(t, u.Public, all.Connections[0].User)
	assert.Equal(t, a.Public, all.Connections[0].Account)
	assert.NotContains(t, fmt.Sprintf("%+v %+v", all, r.broker.Config()), "eyJ")
	c.Fence()
}

// TestSystemAccountOfAnOperator: it is the one that the operator names.
func TestSystemAccountOfAnOperator(t *testing.T) {
	o, s := operatortest.NewOperator(t), operatortest.NewAccount(t, "SYS")
	o.Claims.SystemAccount = s.Public
	config := actors.Config{NoListen: true, Operators: []string{o.Token(t)}, AccountTokens: o.Accounts(t, s)}
	b := actorstest.Start(t, config)
	assert.Equal(t, s.Public, b.Config().SystemAccount)
	assert.True(t, slices.ContainsFunc(b.Accounts(), func(a report.Account) bool { return a.Name == s.Public && a.Users }))
	config.AccountTokens = o.Accounts(t, operatortest.NewAccount(t, "A"))
	require.ErrorContains(t, config.Validate(), "to be the system account")
	config.NoAuthUser = "x"
	require.Error(t, config.Validate())
}
