package e2e_test

import (
	"testing"

	"github.com/nats-io/nats.go"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/actors"
	"github.com/troupe-mq/troupe/actors/access"
)

// TestSubscribersOfMixedMesh: nats-servers and a broker count the subscriptions of all, a nats-server without any as well. There it is
// asked by those of an account that imports the service.
func TestSubscribersOfMixedMesh(t *testing.T) {
	const conf = `system_account: SYS
accounts {
  SYS: { users: [ { user: sys, password: sys } ], exports: [ { service: "$SYS.DEBUG.SUBSCRIBERS" } ] }
  APP: { users: [ { user: app, password: app } ], imports: [ { service: { account: SYS, subject: "$SYS.DEBUG.SUBSCRIBERS" } } ] }
}
`
	n := natsNode(t, "n", "", conf)
	b := troupeNode(t, "t", n.routes, actors.Config{SystemAccount: "SYS", Accounts: []access.Account{
		{Name: "SYS", Users: []access.User{{Name: "sys", Password: "sys"}}},
		{Name: "APP", Users: []access.User{{Name: "app", Password: "app"}}},
	}})
	empty := natsNode(t, "empty", b.routes, conf)
	app := nats.UserInfo("app", "app")
	subscribe := func(nc *nats.Conn, subjects ...string) {
		for _, s := range subjects {
			_, err := nc.QueueSubscribe(s, "q", func(*nats.Msg) {})
			require.NoError(t, err)
			_, err = nc.SubscribeSync(s)
			require.NoError(t, err)
		}
		require.NoError(t, nc.Flush())
	}
	there, here := dialNode(t, n, app), dialNode(t, b, app)
	subscribe(there, "x.1", "y")
	subscribe(here, "x.1", "x.*")
	count := func(nc *nats.Conn, what string) string {
		m, err := nc.Request("$SYS.DEBUG.SUBSCRIBERS", []byte(what), patience)
		if err != nil {
			return err.Error()
		}
		return string(m.Data)
	}
	for what, want := range map[string]string{"x.1": "6", "x.1 q": "3", "x.*": "6", "y": "2"} {
		for _, nc := range []*nats.Conn{there, here} {
			var last string
			assert.True(t, eventually(func() bool { last = count(nc, what); return last == want }), "%s at %s: %s", what, nc.ConnectedServerName(), last)
		}
	}
	nobody := dialNode(t, empty, app)
	assert.True(t, eventually(func() bool { return count(nobody, "x.1") == "6" }))
}
