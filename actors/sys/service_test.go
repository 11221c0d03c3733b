package sys_test

import (
	"encoding/json"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/actors"
	"github.com/troupe-mq/troupe/actors/access"
	"github.com/troupe-mq/troupe/actors/actorstest"
	"github.com/troupe-mq/troupe/actors/sys"
)

// two is a system account with one user, and an account of those who work.
var two = actors.Config{
	ServerName: "here",
	Accounts: []access.Account{
		{Name: "WATCH", Users: []access.User{{Name: "sys", Password: "sys"}}},
		{Name: "APP", Users: []access.User{{Name: "app", Password: "app", Permissions: &access.Permissions{Subscribe: access.Rules{Deny: []string{"no"}}}}}},
	},
	SystemAccount: "WATCH",
	PingInterval:  time.Hour,
}

// bubble runs a test of the service in virtual time.
func bubble(t *testing.T, config actors.Config, c sys.Config, test func(t *testing.T, b *actorstest.Broker)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		b := actorstest.Start(t, config)
		require.NoError(t, sys.Start(t.Context(), b.Broker, c))
		test(t, b)
	})
}

// login is a client of a user, that has answered its first PING.
func login(t *testing.T, b *actorstest.Broker, user string) *actorstest.Client {
	t.Helper()
	c := b.Client(t)
	c.Send(fmt.Sprintf(`CONNECT {"verbose":false,"user":%q,"pass":%q,"name":%q,"headers":true,"no_responders":true}`, user, user, user))
	actorstest.Advance(t, 3*time.Second)
	c.Expect("PING")
	c.Send("PONG")
	return c
}

// next is the payload of the next message, which must be on that subject.
func next(t *testing.T, c *actorstest.Client, subject string) (doc map[string]any) {
	t.Helper()
	require.True(t, strings.HasPrefix(c.Line(), "MSG "+subject+" "), subject)
	require.NoError(t, json.Unmarshal([]byte(c.Line()), &doc))
	return doc
}

func ask(t *testing.T, c *actorstest.Client, subject, body string) map[string]any {
	t.Helper()
	c.Send(fmt.Sprintf("PUB $SYS.REQ.%s in.1 %d", subject, len(body)), body)
	return next(t, c, "in.1")
}

// at is what stands at a place of a document; numbers are whole.
func at(t *testing.T, doc any, path ...string) any {
	t.Helper()
	for _, key := range path {
		m, ok := doc.(map[string]any)
		require.True(t, ok, "%s of %v", key, doc)
		doc = m[key]
	}
	if n, ok := doc.(float64); ok {
		return int(n)
	}
	return doc
}

func TestRequests(t *testing.T) {
	reloads := 0
	c := sys.Config{Reload: func() error { reloads++; return nil }}
	bubble(t, two, c, func(t *testing.T, b *actorstest.Broker) {
		server := "SERVER." + b.ServerID() + "."
		app, watch := login(t, b, "app"), login(t, b, "sys")
		app.Send("SUB in.* 1", "SUB work.> 2")
		watch.Send("SUB in.* 1")

		assert.Equal(t, 2, at(t, ask(t, watch, "SERVER.PING", ""), "statsz", "connections"))
		assert.Equal(t, 3, at(t, ask(t, watch, "SERVER.PING", ""), "statsz", "subscriptions"))
		assert.Equal(t, 2, at(t, ask(t, watch, server+"VARZ", ""), "data", "connections"))
		assert.Equal(t, "WATCH", at(t, ask(t, watch, server+"VARZ", ""), "data", "system_account"))
		assert.Equal(t, 2, at(t, ask(t, watch, "SERVER.PING.CONNZ", ""), "data", "total"))
		assert.Equal(t, 1, at(t, ask(t, watch, "SERVER.PING.CONNZ", `{"acc":"APP"}`), "data", "num_connections"))
		assert.Equal(t, 2, at(t, ask(t, watch, "ACCOUNT.APP.SUBSZ", ""), "data", "total"))
		assert.Equal(t, true, at(t, ask(t, watch, "ACCOUNT.WATCH.INFO", ""), "data", "is_system"))
		assert.Equal(t, "APP", at(t, ask(t, watch, "ACCOUNT.APP.CONNS", ""), "acc"))
		assert.Nil(t, at(t, ask(t, watch, server+"RELOAD", ""), "error"))
		assert.Equal(t, 1, reloads)

		me := ask(t, app, "USER.INFO", "")
		assert.Equal(t, "app", at(t, me, "data", "user"))
		assert.Equal(t, "APP", at(t, me, "data", "account"))
		assert.Equal(t, []any{"no"}, at(t, me, "data", "permissions", "subscribe", "deny"))
		assert.Equal(t, 1, at(t, ask(t, app, "SERVER.PING.CONNZ", `{"acc":"WATCH"}`), "data", "total"))
		stats, _ := at(t, ask(t, app, "ACCOUNT.PING.STATZ", ""), "data", "account_statz").([]any)
		require.Len(t, stats, 1)
		assert.Equal(t, "APP", at(t, stats[0], "acc"))

		app.Send("PUB $SYS.REQ.SERVER.PING in.2 0", "")
		app.Expect("HMSG in.2 1 52 52", "NATS/1.0 503", "Nats-Subject: $SYS.REQ.SERVER.PING", "", "")
		app.Send("PUB $SYS.REQ.USER.INFO in.* 0", "") // nobody can be answered there
		app.Send("PUB $SYS.REQ.USER.INFO 0", "")
		app.Fence()
		app.Quiet()

		assert.Nil(t, at(t, ask(t, watch, server+"KICK", `{"cid":4}`), "error")) // 1 to 3 are the service's
		app.ExpectClosed()
		assert.Equal(t, "no such client id", at(t, ask(t, watch, server+"KICK", `{"cid":4}`), "error", "description"))
	})
}

func TestWithoutAnyConfiguration(t *testing.T) {
	bubble(t, actors.Config{}, sys.Config{}, func(t *testing.T, b *actorstest.Broker) {
		c := b.Client(t)
		c.Send(`CONNECT {"verbose":false}`, "SUB in.* 1")
		assert.Equal(t, map[string]any{"user": "", "account": "$G", "account_name": "$G"}, ask(t, c, "USER.INFO", "")["data"])
		assert.Empty(t, b.Taps(), "nobody can listen")
		assert.Equal(t, 1, b.Stats().Subscriptions)
	})
}

// TestWithoutASystemAccount: nobody answers, nothing counts, and the first client is the first.
func TestWithoutASystemAccount(t *testing.T) {
	bubble(t, actors.Config{NoSystemAccount: true}, sys.Config{}, func(t *testing.T, b *actorstest.Broker) {
		c := b.Client(t)
		assert.Contains(t, c.Info, `"client_id":1,`)
		c.Send(`CONNECT {"verbose":false,"headers":true,"no_responders":true}`, "SUB in.* 1", "PUB $SYS.REQ.USER.INFO in.1 0", "")
		assert.Contains(t, c.Line(), "HMSG in.1 1 ")
		require.Len(t, b.Accounts(), 1)
		assert.Empty(t, b.Config().SystemAccount)
	})
}

func TestEventsAreTold(t *testing.T) {
	bubble(t, two, sys.Config{}, func(t *testing.T, b *actorstest.Broker) {
		watch := login(t, b, "sys")
		about := "$SYS.SERVER." + b.ServerID() + "."
		actorstest.Advance(t, 10*time.Second)
		watch.Send("SUB $SYS.ACCOUNT.*.CONNECT 1", "SUB $SYS.ACCOUNT.*.DISCONNECT 2", "SUB $SYS.SERVER.*.CLIENT.AUTH.ERR 3")
		watch.Fence()

		app := login(t, b, "app")
		in := next(t, watch, "$SYS.ACCOUNT.APP.CONNECT")
		assert.Equal(t, "app", at(t, in, "client", "user"))
		assert.Equal(t, "here", at(t, in, "server", "name"))
		app.Send("PUB a 5", "hello")
		app.Fence()
		app.Close()
		actorstest.Advance(t, time.Second)
		out := next(t, watch, "$SYS.ACCOUNT.APP.DISCONNECT")
		assert.Equal(t, at(t, in, "client", "id"), at(t, out, "client", "id"))
		assert.Equal(t, "Client Closed", out["reason"])
		assert.Equal(t, 5, at(t, out, "sent", "bytes"))

		wrong := b.Client(t)
		wrong.Send(`CONNECT {"verbose":false,"user":"app","pass":"wrong","name":"my app"}`)
		wrong.Expect("-ERR 'Authorization Violation'")
		actorstest.Advance(t, time.Second)
		refused := next(t, watch, about+"CLIENT.AUTH.ERR")
		assert.Equal(t, "Authentication Failure", refused["reason"])
		assert.Equal(t, "app", at(t, refused, "client", "user"))
		assert.Equal(t, "my app", at(t, refused, "client", "name"))

		watch.Send("UNSUB 1", "UNSUB 2", "SUB $SYS.SERVER.*.* 4", "SUB $SYS.ACCOUNT.*.SERVER.CONNS 5")
		watch.Fence()
		actorstest.Advance(t, 10*time.Second)
		assert.Equal(t, 1, at(t, next(t, watch, about+"STATSZ"), "statsz", "connections"))
		watch.Quiet()
		actorstest.Advance(t, 10*time.Second) // it is the third beat, with the accounts that have connections
		assert.Equal(t, 1, at(t, next(t, watch, about+"STATSZ"), "statsz", "active_accounts"))
		assert.Equal(t, 1, at(t, next(t, watch, "$SYS.ACCOUNT.WATCH.SERVER.CONNS"), "conns"))
		watch.Quiet()
	})
}

func TestSilenceIsTold(t *testing.T) {
	bubble(t, two, sys.Config{}, func(t *testing.T, b *actorstest.Broker) {
		watch := login(t, b, "sys")
		watch.Send("SUB $SYS.SERVER.*.CLIENT.AUTH.ERR 1")
		watch.Fence()
		silent := b.Client(t)
		actorstest.Advance(t, 3*time.Second)
		silent.Expect("-ERR 'Authentication Timeout'")
		actorstest.Advance(t, time.Second)
		assert.Equal(t, "Authentication Timeout", next(t, watch, "$SYS.SERVER."+b.ServerID()+".CLIENT.AUTH.ERR")["reason"])
	})
}

func TestLastWords(t *testing.T) {
	bubble(t, two, sys.Config{}, func(t *testing.T, b *actorstest.Broker) {
		watch := login(t, b, "sys")
		watch.Send("SUB $SYS.SERVER.*.* 1")
		watch.Fence()
		about := "$SYS.SERVER." + b.ServerID() + "."
		left := make(chan error, 1)
		go func() { left <- b.LameDuck(t.Context()) }()
		actorstest.Advance(t, time.Second)
		assert.Equal(t, "here", next(t, watch, about+"LAMEDUCK")["name"])
		require.NoError(t, b.Stop(t.Context()))
		assert.Equal(t, b.ServerID(), next(t, watch, about+"SHUTDOWN")["id"])
		require.NoError(t, <-left)
	})
}

// TestFlood: what exceeds the bounds is dropped, and everybody is answered again
// when it is over.
func TestFlood(t *testing.T) {
	var gate chan struct{} // of the bubble
	c := sys.Config{Reload: func() error { <-gate; return nil }}
	bubble(t, two, c, func(t *testing.T, b *actorstest.Broker) {
		gate = make(chan struct{})
		watch := login(t, b, "sys")
		watch.Send("SUB in.* 1")
		watch.Write(strings.Repeat("PUB $SYS.REQ.SERVER."+b.ServerID()+".RELOAD in.1 0\r\n\r\n", 200))
		actorstest.Advance(t, time.Second)
		watch.Quiet()
		close(gate)
		for range (runtime.GOMAXPROCS(0)+1)/2 + 128 {
			next(t, watch, "in.1")
		}
		watch.Quiet()
		assert.Equal(t, 1, at(t, ask(t, watch, "SERVER.PING", ""), "statsz", "connections"))
	})
}

// TestNewAccount: an account that comes by a reload is served, and the events begin
// when somebody may listen.
func TestNewAccount(t *testing.T) {
	config := two
	config.Accounts = []access.Account{{Name: "WATCH"}, two.Accounts[1]}
	bubble(t, config, sys.Config{}, func(t *testing.T, b *actorstest.Broker) {
		actorstest.Advance(t, 10*time.Second)
		assert.Empty(t, b.Taps())
		before, after := b.Config(), b.Config() // which has no secrets
		before.Accounts = config.Accounts
		after.Accounts = append(slices.Clone(two.Accounts), access.Account{Name: "NEW", Users: []access.User{{Name: "new", Password: "new"}}})
		_, err := b.Reload(t.Context(), after)
		require.NoError(t, err)
		actorstest.Advance(t, 10*time.Second)
		require.Len(t, b.Taps(), 1)
		c := login(t, b, "new")
		c.Send("SUB in.* 1")
		assert.Equal(t, "NEW", at(t, ask(t, c, "USER.INFO", ""), "data", "account"))

		_, err = b.Reload(t.Context(), before)
		require.NoError(t, err)
		actorstest.Advance(t, 20*time.Second)
		assert.Empty(t, b.Taps())
		app := login(t, b, "app")
		app.Send("SUB in.* 1")
		assert.Equal(t, "APP", at(t, ask(t, app, "USER.INFO", ""), "data", "account"))
	})
}
