package actors_test

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/troupe-mq/troupe/actors/config"

	"github.com/nats-io/nkeys"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/actors"
	"github.com/troupe-mq/troupe/actors/access"
	"github.com/troupe-mq/troupe/actors/actorstest"
	"github.com/troupe-mq/troupe/actors/report"
)

// reload puts a configuration into force that a test's broker can have.
func reload(t *testing.T, b *actorstest.Broker, c actors.Config) config.Changes {
	t.Helper()
	c.NoListen = true
	changes, err := b.Reload(t.Context(), c)
	require.NoError(t, err)
	return changes
}

const violation = "-ERR 'Authorization Violation'"

func TestReloadOfAUser(t *testing.T) {
	users := func(password string, p *access.Permissions) actors.Config {
		return actors.Config{Users: []access.User{{Name: "u", Password: password, Permissions: p}, {Name: "root", Password: "r"}}}
	}
	b := actorstest.Start(t, users("p", nil))
	u, root := as(t, b, "u", "p"), as(t, b, "root", "r")
	for _, c := range []*actorstest.Client{u, root} {
		c.Send("SUB a.> 1")
		c.Fence()
	}
	changes := reload(t, b, users("changed", nil))
	require.Len(t, changes, 1)
	assert.Equal(t, "authorization users", changes[0].String())
	u.Expect(violation)
	u.ExpectClosed()
	root.Send("PUB a.b 1", "x")
	root.Expect("MSG a.b 1 1", "x")
	root.Fence()
	as(t, b, "u", "changed")

	reload(t, b, actors.Config{Users: []access.User{{Name: "root", Password: "r"}}})
	root.Fence()
	stranger := b.Client(t)
	stranger.Send(`CONNECT {"user":"u","pass":"changed"}`)
	stranger.Expect(violation)
}

// What was configured in clear may be hashed, and the other way round, without
// anybody noticing.
func TestReloadOfAHashedPassword(t *testing.T) {
	b := actorstest.Start(t, actors.Config{User: "u", Password: "p"})
	u := as(t, b, "u", "p")
	hashed := hash(t, "p")
	reload(t, b, actors.Config{User: "u", Password: hashed})
	u.Fence()
	reload(t, b, actors.Config{Users: []access.User{{Name: "u", Password: hashed}}})
	u.Fence()
	reload(t, b, actors.Config{Users: []access.User{{Name: "u", Password: "p"}}})
	u.Fence()
	reload(t, b, actors.Config{Users: []access.User{{Name: "u", Password: hash(t, "other")}}})
	u.Expect(violation)
}

func TestReloadOfCredentialsForAll(t *testing.T) {
	b := actorstest.Start(t, actors.Config{})
	said, silent := connected(t, b, "0"), b.Client(t)
	reload(t, b, actors.Config{Token: "t"})
	for _, c := range []*actorstest.Client{said, silent} {
		c.Expect(violation)
		c.ExpectClosed()
	}
	waiting := b.Client(t)
	assert.Contains(t, waiting.Info, `"auth_required":true`)
	reload(t, b, actors.Config{})
	waiting.Send("PING")
	waiting.Expect("PONG")
	assert.NotContains(t, b.Client(t).Info, "auth_required")
}

func TestReloadOfNoAuthUser(t *testing.T) {
	config := func(stranger string) actors.Config {
		return actors.Config{NoAuthUser: stranger, Users: []access.User{
			{Name: "all", Password: "p"},
			{Name: "less", Password: "p", Permissions: &access.Permissions{Subscribe: access.Rules{Deny: []string{"b"}}}},
		}}
	}
	b := actorstest.Start(t, config("all"))
	c := connected(t, b, "0")
	c.Send("SUB a 1", "SUB b 2")
	c.Fence()
	reload(t, b, config("less"))
	c.Expect(`-ERR 'Permissions Violation for Subscription to "b" (sid "2")'`)
	c.Fence()
	reload(t, b, config(""))
	c.Expect(violation)
}

func TestReloadOfPermissions(t *testing.T) {
	config := func(p access.Permissions) actors.Config {
		return actors.Config{Users: []access.User{{Name: "u", Password: "p", Permissions: &p}, {Name: "root", Password: "r"}}}
	}
	b := actorstest.Start(t, config(access.Permissions{}))
	u, root := as(t, b, "u", "p"), as(t, b, "root", "r")
	u.Send("SUB a 1", "SUB b q 2", "SUB c.* 3", "SUB d 4", "PUB p 0", "")
	u.Fence()
	reload(t, b, config(access.Permissions{
		Publish:   access.Rules{Deny: []string{"p"}},
		Subscribe: access.Rules{Deny: []string{"b", "c.no", "d"}},
	}))
	removed := []string{u.Line(), u.Line()}
	assert.ElementsMatch(t, []string{
		`-ERR 'Permissions Violation for Subscription to "b" using queue "q" (sid "2")'`,
		`-ERR 'Permissions Violation for Subscription to "d" (sid "4")'`,
	}, removed)
	root.Send("PUB a 1", "1", "PUB b 1", "2", "PUB c.no 1", "3", "PUB c.yes 1", "4", "PUB d 1", "5")
	root.Fence()
	u.Expect("MSG a 1 1", "1", "MSG c.yes 3 1", "4")
	u.Send("PUB p 0", "", "SUB b 2")
	u.Expect(`-ERR 'Permissions Violation for Publish to "p"'`, `-ERR 'Permissions Violation for Subscription to "b"'`)

	reload(t, b, config(access.Permissions{}))
	u.Send("SUB b 2", "PUB p 0", "")
	u.Fence()
	root.Send("PUB b 1", "2", "PUB c.no 1", "3")
	root.Fence()
	u.Expect("MSG b 2 1", "2", "MSG c.no 3 1", "3")
}

// Where an account may have fewer connections than it has, some go, and no more
// than need be.
func TestReloadOfAnAccountsLimit(t *testing.T) {
	config := func(most int) actors.Config {
		a := tenant("A")
		a.Limits.MaxConnections = most
		return actors.Config{Accounts: []access.Account{a, tenant("B")}}
	}
	const full = "-ERR 'maximum account active connections exceeded'"
	b := actorstest.Start(t, config(0))
	a, other := []*actorstest.Client{as(t, b, "A", "A"), as(t, b, "A", "A"), as(t, b, "A", "A")}, as(t, b, "B", "B")
	reload(t, b, config(1))
	assert.Equal(t, 1, b.Accounts()[1].Connections)
	late := b.Client(t)
	late.Send(`CONNECT {"user":"A","pass":"A"}`)
	late.Expect(full)
	reload(t, b, config(-1))
	assert.Zero(t, b.Accounts()[1].Connections)
	for _, c := range a {
		c.Expect(full)
		c.ExpectClosed()
	}
	other.Fence()
	reload(t, b, config(1))
	as(t, b, "A", "A")
}

// Who may do the same as before keeps what it was given, permits to answer too.
func TestReloadOfOthersPermissions(t *testing.T) {
	config := func(name string) actors.Config {
		return actors.Config{Users: []access.User{
			{Name: "u", Password: "p", Permissions: &access.Permissions{Responses: &access.Responses{}}},
			{Name: "root", Password: "r"},
			{Name: name, Password: "n"},
		}}
	}
	b := actorstest.Start(t, config("a"))
	u, root := as(t, b, "u", "p"), as(t, b, "root", "r")
	u.Send("SUB service 1")
	u.Fence()
	root.Send("SUB answers 1", "PUB service answers 1", "?")
	u.Expect("MSG service 1 answers 1", "?")
	reload(t, b, config("b"))
	u.Send("PUB answers 1", "!")
	root.Expect("MSG answers 1 1", "!")
}

func TestReloadOfAnNKey(t *testing.T) {
	pair, err := nkeys.CreateUser()
	require.NoError(t, err)
	public, err := pair.PublicKey()
	require.NoError(t, err)
	config := func(types ...string) actors.Config {
		return actors.Config{Users: []access.User{{NKey: public, ConnectionTypes: types}}}
	}
	b := actorstest.Start(t, config())
	c := b.Client(t)
	var info struct{ Nonce string }
	require.NoError(t, json.Unmarshal([]byte(strings.TrimPrefix(c.Info, "INFO ")), &info))
	sig, err := pair.Sign([]byte(info.Nonce))
	require.NoError(t, err)
	c.Send(fmt.Sprintf(`CONNECT {"verbose":false,"nkey":%q,"sig":%q}`, public, base64.RawURLEncoding.EncodeToString(sig)))
	c.Fence()
	reload(t, b, config("in_process"))
	c.Fence()
	reload(t, b, config("websocket"))
	c.Expect(violation)
}

func TestReloadOfLimits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := actorstest.Start(t, actors.Config{})
		c := connected(t, b, "0")
		reload(t, b, actors.Config{MaxPayload: 4, MaxSubscriptions: 1, PingInterval: time.Second, PingMax: 9})
		assert.Contains(t, b.Client(t).Info, `"max_payload":4`)
		c.Send("SUB a 1", "SUB b 2")
		c.Expect("-ERR 'maximum subscriptions exceeded'")
		actorstest.Advance(t, 2500*time.Millisecond)
		c.Expect("PING")
		actorstest.Advance(t, time.Second)
		c.Expect("PING")
		c.Send("PUB a 5")
		c.Expect("-ERR 'Maximum Payload Violation'")
	})
}

func TestReloadOfTheMostConnections(t *testing.T) {
	b := actorstest.Start(t, actors.Config{})
	first, second := connected(t, b, "0"), connected(t, b, "0")
	reload(t, b, actors.Config{MaxConnections: 1})
	second.Expect("-ERR 'maximum connections exceeded'")
	second.ExpectClosed()
	first.Fence()
	reload(t, b, actors.Config{MaxConnections: -1}) // nobody at all
	first.Expect("-ERR 'maximum connections exceeded'")
	first.ExpectClosed()
	refused := b.Client(t)
	refused.Expect("-ERR 'maximum connections exceeded'")
	refused.ExpectClosed()
}

// All or nothing.
func TestRefusedReload(t *testing.T) {
	b := actorstest.Start(t, actors.Config{User: "u", Password: "p", Partitions: 2})
	u := as(t, b, "u", "p")
	for name, config := range map[string]actors.Config{
		"fixed":   {User: "u", Password: "changed", Partitions: 2, NoListen: true, OwnStreams: true},
		"invalid": {User: "u", Password: "changed", Partitions: 2, NoListen: true, MaxPayload: -2},
		"users":   {User: "u", Token: "t", Partitions: 2, NoListen: true},
	} {
		changes, err := b.Reload(t.Context(), config)
		require.Error(t, err, name)
		assert.Nil(t, changes, name)
		u.Fence()
	}
	as(t, b, "u", "p")
	require.NoError(t, b.Stop(t.Context()))
	_, err := b.Reload(t.Context(), actors.Config{})
	require.ErrorIs(t, err, report.ErrStopped)
}

// A password that is being compared while the configuration changes is judged by
// the new one.
func TestReloadMeetsAProof(t *testing.T) {
	b := actorstest.Start(t, actors.Config{User: "u", Password: hash(t, "p")})
	for range 20 {
		c := b.Client(t)
		c.Send(`CONNECT {"verbose":false,"user":"u","pass":"p"}`)
		reload(t, b, actors.Config{User: "u", Password: hash(t, "other")})
		c.Expect(violation)
		reload(t, b, actors.Config{User: "u", Password: hash(t, "p")})
	}
}
