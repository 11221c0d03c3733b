package actors_test

import (
	"testing"
	"time"

	"github.com/nats-io/jwt/v2"
	"github.com/nats-io/nkeys"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/actors"
	"github.com/troupe-mq/troupe/actors/access"
	"github.com/troupe-mq/troupe/actors/access/callout"
	"github.com/troupe-mq/troupe/actors/access/operator/operatortest"
	"github.com/troupe-mq/troupe/actors/actorstest"
)

// TestCalloutSealed: with a curve key only the service can read the question, and its answer
// may be sealed too.
func TestCalloutSealed(t *testing.T) {
	pair, err := nkeys.CreateCurveKeys()
	require.NoError(t, err)
	k := calledOut(t, func(c *actors.Config, s *callout.Service) {
		c.AuthCallout.XKey, err = pair.PublicKey()
		s.XKey = pair
	})
	require.NoError(t, err)
	c := k.comes(t, "ann")
	data, reply, xkey := k.letter(t)
	assert.NotContains(t, string(data), "eyJ")
	q, err := k.keys.Open(data, xkey, time.Now())
	require.NoError(t, err)
	answer := k.admits(t, q, user("APP"))
	assert.NotContains(t, string(answer), "eyJ")
	k.says(reply, answer)
	c.Expect("PONG")
}

// TestCalloutReload: who was let in by a service stays as long as the service does, and who
// was let in without one goes when there is one.
func TestCalloutReload(t *testing.T) {
	k := calledOut(t, nil)
	c := k.comes(t, "ann")
	q, reply := k.question(t)
	k.says(reply, k.admits(t, q, user("APP")))
	c.Expect("PONG")
	other := k.config
	other.Accounts = append(other.Accounts, access.Account{Name: "MORE"})
	_, err := k.broker.Reload(t.Context(), other)
	require.NoError(t, err)
	c.Fence()
	other.AuthCallout = nil
	_, err = k.broker.Reload(t.Context(), other)
	require.NoError(t, err)
	c.Expect("-ERR 'Authorization Violation'")
	c.ExpectClosed()
	near := k.broker.Client(t)
	near.Send(`CONNECT {"verbose":false,"user":"near","pass":"n"}`)
	near.Fence()
	_, err = k.broker.Reload(t.Context(), k.config)
	require.NoError(t, err)
	near.Expect("-ERR 'Authorization Violation'")
	near.ExpectClosed()
	k.service.Fence()
}

// calledAccount is a realm in which the users of an account are known by a service, which
// has come in, and may send them to another account.
func calledAccount(t *testing.T) (k *called, auth, app *operatortest.Account, sentinel *operatortest.User) {
	t.Helper()
	auth, app = operatortest.NewAccount(t, "AUTH"), operatortest.NewAccount(t, "APP")
	service := auth.User(t, nil)
	auth.Claims.EnableExternalAuthorization(service.Public)
	auth.Claims.Authorization.AllowedAccounts.Add(app.Public)
	sentinel = auth.User(t, func(u *jwt.UserClaims) { u.BearerToken = true })
	r := &realm{operator: operatortest.NewOperator(t)}
	config := r.config(t, auth, app)
	config.DefaultSentinel = sentinel.Token
	k = &called{broker: nil, config: config, key: auth.Key, keys: callout.Service{Issuer: auth.Pair}}
	r.broker = actorstest.Start(t, config)
	k.broker, k.service = r.broker, r.come(t, service)
	k.service.Send("SUB " + access.CalloutSubject + " 1")
	k.service.Fence()
	return k, auth, app, sentinel
}

// TestCalloutOfAccount: with an operator the account says who knows its users, and the token
// of those who have none may be in the configuration.
func TestCalloutOfAccount(t *testing.T) {
	k, _, app, sentinel := calledAccount(t)
	key := operatortest.NewKey(t)
	for _, tt := range []struct {
		name string
		sign func(q *jwt.AuthorizationRequestClaims) []byte
		want string
	}{
		{"its own account", func(q *jwt.AuthorizationRequestClaims) []byte { return k.admits(t, q, user("")) }, "PONG"},
		{"an allowed account", func(q *jwt.AuthorizationRequestClaims) []byte { return k.inAccount(t, q, app.Key) }, "PONG"},
		{"an account that is not there", func(q *jwt.AuthorizationRequestClaims) []byte { return k.inAccount(t, q, key) }, "-ERR 'Authorization Violation'"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c := k.comes(t, "ann")
			q, reply := k.question(t)
			assert.Equal(t, sentinel.Token, q.ConnectOptions.JWT)
			k.says(reply, tt.sign(q))
			c.Expect(tt.want)
		})
	}
}

// inAccount is an answer in which another account's key has signed the user.
func (k *called) inAccount(t *testing.T, q *jwt.AuthorizationRequestClaims, by operatortest.Key) []byte {
	t.Helper()
	u := user("")
	u.Subject = q.UserNkey
	token, err := u.Encode(by.Pair)
	require.NoError(t, err)
	claims := jwt.NewAuthorizationResponseClaims(q.UserNkey)
	claims.Audience, claims.Jwt = q.Server.ID, token
	answer, err := claims.Encode(k.key.Pair)
	require.NoError(t, err)
	return []byte(answer)
}
