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

	"github.com/hashicorp/go-hclog"
	"github.com/nats-io/nkeys"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/crypto/bcrypt"

	"github.com/troupe-mq/troupe/actors"
	"github.com/troupe-mq/troupe/actors/access"
	"github.com/troupe-mq/troupe/actors/actorstest"
	"github.com/troupe-mq/troupe/actors/report"
)

func hash(t *testing.T, secret string) string {
	t.Helper()
	h, err := bcrypt.GenerateFromPassword([]byte(secret), bcrypt.MinCost)
	require.NoError(t, err)
	return string(h)
}

func TestNoAuthUser(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := actorstest.Start(t, actors.Config{
			Users: []access.User{
				{Name: "guest", Password: "g", Permissions: &access.Permissions{Publish: access.Rules{Allow: []string{"ok"}}}},
				{Name: "root", Password: "r"},
			},
			NoAuthUser: "guest",
		})
		c := b.Client(t)
		assert.NotContains(t, c.Info, "auth_required")
		c.Send("PUB no 0", "", "PUB ok 0", "") // without a CONNECT
		c.Expect(`-ERR 'Permissions Violation for Publish to "no"'`, "+OK")
		actorstest.Advance(t, 5*time.Second)
		c.Quiet() // and no Authentication Timeout
		c.Send(`CONNECT {"user":"root","pass":"r"}`, "PUB no 0", "")
		c.Expect("+OK", "+OK")
		c.Send(`CONNECT {"user":"root","pass":"wrong"}`)
		c.Expect("-ERR 'Authorization Violation'")
		c.ExpectClosed()
	})
}

// TestSecondIdentity: who says CONNECT again is somebody else from then on.
func TestSecondIdentity(t *testing.T) {
	b := guests(t, access.Permissions{Publish: access.Rules{Deny: []string{"a"}}, Subscribe: access.Rules{Deny: []string{"a"}}})
	c, root := as(t, b, "root", "r"), as(t, b, "root", "r")
	c.Send("SUB a 1", "PUB a 0", "")
	c.Expect("MSG a 1 0", "")
	c.Send(`CONNECT {"user":"u","pass":"p"}`, "PUB a 0", "", "SUB > 1")
	const denied = `-ERR 'Permissions Violation for Publish to "a"'`
	c.Expect(denied)
	root.Send("PUB a 0", "", "PUB b 0", "")
	root.Fence()
	c.Expect("MSG b 1 0", "")
	c.Quiet()
}

func TestNKey(t *testing.T) {
	pair, err := nkeys.CreateUser()
	require.NoError(t, err)
	public, err := pair.PublicKey()
	require.NoError(t, err)
	b := actorstest.Start(t, actors.Config{Users: []access.User{{NKey: public}}})
	nonce := func(c *actorstest.Client) string {
		var info struct{ Nonce string }
		require.NoError(t, json.Unmarshal([]byte(strings.TrimPrefix(c.Info, "INFO ")), &info))
		return info.Nonce
	}
	connect := func(c *actorstest.Client, signed string) {
		sig, err := pair.Sign([]byte(signed))
		require.NoError(t, err)
		c.Send(fmt.Sprintf(`CONNECT {"nkey":%q,"sig":%q}`, public, base64.RawURLEncoding.EncodeToString(sig)))
	}
	one, two := b.Client(t), b.Client(t)
	assert.Len(t, nonce(one), 15)
	assert.NotEqual(t, nonce(one), nonce(two))
	connect(one, nonce(one))
	one.Expect("+OK")
	connect(two, nonce(one)) // replayed
	two.Expect("-ERR 'Authorization Violation'")
	two.ExpectClosed()
}

// TestSlowSecret: nobody but the client concerned waits for a hash to be
// compared, and what it has sent meanwhile is heard when it is somebody.
func TestSlowSecret(t *testing.T) {
	b := actorstest.Start(t, actors.Config{Users: []access.User{{Name: "h", Password: hash(t, "secret")}, {Name: "root", Password: "r"}}})
	release := b.HoldProofs()
	c := b.Client(t)
	c.Send(`CONNECT {"verbose":false,"user":"h","pass":"secret"}`, "SUB a 1", "PING")
	wrong := b.Client(t)
	wrong.Send(`CONNECT {"verbose":false,"user":"h","pass":"wrong"}`, "PUB a 0", "", "PING")
	gone := b.Client(t)
	gone.Send(`CONNECT {"user":"h","pass":"secret"}`)
	gone.Close()
	root := as(t, b, "root", "r") // who is not kept waiting
	root.Send("PUB a 0", "")
	root.Fence()
	release()
	c.Expect("PONG")
	wrong.Expect("-ERR 'Authorization Violation'")
	wrong.ExpectClosed()
	root.Send("PUB a 0", "")
	c.Expect("MSG a 1 0", "")
	c.Quiet()
	c.Send(`CONNECT {"user":"h","pass":"wrong"}`) // who it is does not stay
	c.Expect("-ERR 'Authorization Violation'")
	c.ExpectClosed()
}

func TestSlowSecretTimesOut(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := actorstest.Start(t, actors.Config{User: "h", Password: hash(t, "secret")})
		release := b.HoldProofs()
		c := b.Client(t)
		c.Send(`CONNECT {"user":"h","pass":"secret"}`, "PING")
		actorstest.Advance(t, config.DefaultAuthTimeout+time.Millisecond)
		c.Expect("-ERR 'Authentication Timeout'")
		actorstest.Advance(t, time.Second)
		c.ExpectClosed()
		release()
	})
}

// TestSecretsStaySecret: what a client presents, and what it is compared with, is
// in no log, trace or report.
func TestSecretsStaySecret(t *testing.T) {
	pair, err := nkeys.CreateUser()
	require.NoError(t, err)
	public, err := pair.PublicKey()
	require.NoError(t, err)
	hashed := hash(t, "hushhush")
	var log journal
	b := actorstest.Start(t, actors.Config{
		Users:  []access.User{{Name: "u", Password: "c0nfigured"}, {Name: "h", Password: hashed}, {NKey: public}},
		Logger: hclog.New(&hclog.LoggerOptions{Level: hclog.Trace, Output: &log}),
		Trace:  true,
	})
	for _, connect := range []string{
		`CONNECT {"user":"u","pass":"c0nfigured"}`,
		`CONNECT {"user":"h","pass":"hushhush"}`,
		`CONNECT {"user":"u","pass":"pres3nted"}`,
		`CONNECT {"user":"x","pass":"pres3nted","auth_token":"pres3nted","jwt":"pres3nted"}`,
		`CONNECT {"nkey":"` + public + `","sig":"pres3nted"}`,
		`CONNECT {"user":"u","p\u0061ss":"pres3nted"}`,
		`CONNECT {"user":"u","pass":["pres3nted"]}`,
		`CONNECT {"user":"u", "PASS" : "pres\"pres3nted"}`,
	} {
		c := b.Client(t)
		c.Send(connect)
		c.Line()
	}
	page, err := b.Connections(t.Context(), report.ConnectionQuery{State: report.AllConnections, Subscriptions: true})
	require.NoError(t, err)
	text := log.String()
	for _, r := range page.Connections {
		text += fmt.Sprintf("%+v", *r)
	}
	require.Contains(t, text, "CONNECT")
	for _, secret := range []string{"c0nfigured", "hushhush", "pres3nted", hashed} {
		assert.NotContains(t, text, secret)
	}
}
