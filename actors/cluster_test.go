package actors_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/actors"
	"github.com/troupe-mq/troupe/actors/access"
	"github.com/troupe-mq/troupe/actors/actorstest"
)

// TestRoute: what is wanted at one server of a cluster is told to the other, and messages go where they are wanted: once to a
// server, however many of its patterns match.
func TestRoute(t *testing.T) {
	broker := actorstest.Start(t, clustered())
	n := visit(t, broker, "THERE")
	assert.Equal(t, "C", n.info["cluster"])
	assert.Equal(t, "us", n.info["server_name"])
	assert.NotEmpty(t, n.info["nonce"])
	a := broker.Client(t)
	a.Send(`CONNECT {"verbose":false,"headers":true,"no_responders":true}`)
	a.Send("SUB here.* 1", "SUB jobs q 3")
	a.Fence()
	assert.ElementsMatch(t, []string{"RS+ $G here.*", "RS+ $G jobs q 1"}, n.join())
	a.Send("SUB jobs q 4", "SUB here.* 2", "UNSUB 2")
	a.Fence()
	n.hear("RS+ $G jobs q 2")

	n.send("RS+ $G there.>", "RS+ $G there.*", "RS+ $G work q 2", "RS+ $G work", "RS+ NOWHERE x", "")
	n.quiet()
	a.Send("PUB there.a 2", "hi", "PUB there.b r.1 2", "ho", "PUB nowhere 1", "x", "PUB work 1", "x", "PUB x 1", "x")
	a.Send("HPUB there.c 12 13", "NATS/1.0", "", "b")
	n.expect("RMSG $G there.a 2", "hi", "RMSG $G there.b r.1 2", "ho", "RMSG $G work | q 1", "x", "HMSG $G there.c 12 13", "NATS/1.0", "", "b")

	n.send("RMSG $G here.1 2", "hi", "RMSG $G here.2 r 2", "ho", "HMSG $G here.3 12 13", "NATS/1.0", "", "b")
	n.send("", "RMSG $G jobs 1", "x", "RMSG $G jobs + r q 1", "y", "RMSG NOWHERE here.4 1", "x", "")
	a.Expect("MSG here.1 1 2", "hi", "MSG here.2 1 r 2", "ho", "HMSG here.3 1 12 13", "NATS/1.0", "", "b")
	assert.Regexp(t, `^MSG jobs [34] r 1$`, a.Line())
	a.Expect("y")

	n.send("LS+ leafs $G there.a", "LS+ leafs $G leaf", "LS+ leafs $G work q 1", "LS- leafs $G work q", "LMSG leafs $G here.4 0 1", "l", "")
	n.quiet()
	a.Expect("MSG here.4 1 1", "l")
	a.Send("PUB there.a 2", "hi", "PUB leaf 1", "x", "PUB work 1", "x")
	n.expect("RMSG $G there.a 2", "hi", "RMSG $G leaf 1", "x", "RMSG $G work | q 1", "x")
	n.send("RS- $G there.>", "RS- $G there.*", "")
	n.quiet()
	a.Send("PUB there.a 2", "hi")
	n.expect("RMSG $G there.a 2", "hi")
	n.send("LS- leafs $G there.a", "RS- $G work", "RS+ $G work q 1", "RS- $G work q", "")
	n.quiet()
	a.Send("UNSUB 1", "UNSUB 3", "PUB there.a 2", "no")
	a.Fence()
	n.hear("RS- $G here.*", "RS+ $G jobs q 1")
	n.quiet()
}

// TestRouteIsOneHop: what comes from one server of a cluster goes to no other, and nobody is told of what others want.
func TestRouteIsOneHop(t *testing.T) {
	broker, a, b := pair(t)
	a.send("RS+ $G x", "")
	a.quiet()
	b.send("RS+ $G x", "RMSG $G x 1", "m", "")
	b.quiet()
	a.quiet()
	c := broker.Client(t)
	c.Send(`CONNECT {"verbose":false}`, "PUB x 1", "m")
	a.expect("RMSG $G x 1", "m")
	b.expect("RMSG $G x 1", "m")
}

// TestRouteHandsOn: a server whose member of a queue group has just gone hands the message on to one that has some, and
// back to the sender if that is the only one.
func TestRouteHandsOn(t *testing.T) {
	_, a, b := pair(t)
	a.send("RS+ $G x q 1", "")
	a.quiet()
	b.send("RS+ $G x q 1", "")
	b.quiet()
	a.send("RMSG $G x | q 1", "m", "")
	b.expect("RMSG $G x | q 1", "m")
	b.send("RS- $G x q", "RMSG $G y | q 1", "m", "")
	b.quiet()
	a.send("RMSG $G x | q 1", "m", "")
	a.expect("RMSG $G x | q 1", "m")
	b.quiet()
}

// TestRouteHandsOnOnce: rather to a server that gives the message to nobody a second time, for it wants it for a group only.
func TestRouteHandsOnOnce(t *testing.T) {
	_, a, b := pair(t)
	a.send("RS+ $G x q 1", "")
	a.quiet()
	b.send("RS+ $G x q 100", "RS+ $G >", "")
	b.quiet()
	for range 10 {
		a.send("RMSG $G x | q 1", "m", "")
		a.expect("RMSG $G x | q 1", "m")
	}
	b.quiet()
}

// TestRouteQueue: a member of a group is any of those in the cluster.
func TestRouteQueue(t *testing.T) {
	broker := actorstest.Start(t, clustered())
	n := visit(t, broker, "A")
	n.join()
	a := broker.Client(t)
	a.Send(`CONNECT {"verbose":false}`, "SUB x q 1")
	a.Fence()
	n.expect("RS+ $G x q 1")
	n.send("RS+ $G x q 3", "")
	n.quiet()
	const all = 1000
	p := broker.Client(t)
	p.Send(`CONNECT {"verbose":false}`)
	for range all {
		p.Send("PUB x 1", "m")
	}
	p.Fence()
	n.send("PING", "")
	there := 0
	for _, line := range n.until("PONG") {
		if line == "RMSG $G x | q 1" {
			there++
		}
	}
	assert.InDelta(t, all*3/4, there, 80)
	for range all - there {
		a.Expect("MSG x 1 1", "m")
	}
	a.Quiet()
}

// TestRouteSpeaksFirst: a server may say what it wants, and publish, before its INFO; and not before its CONNECT.
func TestRouteSpeaksFirst(t *testing.T) {
	broker := actorstest.Start(t, clustered())
	a := broker.Client(t)
	a.Send(`CONNECT {"verbose":false}`, "SUB here 1")
	a.Fence()
	n := visit(t, broker, "A")
	n.introduce()
	n.send("RS+ $G there", "RMSG $G here 1", "x", "PING", "")
	n.expect("PONG")
	a.Expect("MSG here 1 1", "x")
	a.Send("PUB there 1", "y")
	n.expect("RMSG $G there 1", "y")
	n.inform()
	assert.Equal(t, []string{"RS+ $G here"}, n.until("PING"))

	m := visit(t, broker, "B")
	m.send("RS+ $G there", "")
	assert.Equal(t, "-ERR 'Authorization Violation'\r\n", m.gone())
}

// TestRouteAccounts: a route is for all accounts, also for those that come later.
func TestRouteAccounts(t *testing.T) {
	c := clustered()
	c.Accounts = accounts("A", "B")
	broker := actorstest.Start(t, c)
	n := visit(t, broker, "N")
	n.join()
	n.send("RS+ A x", "RS+ B x", "RS+ LATER x", "")
	n.quiet()
	a := broker.Client(t)
	a.Send(`CONNECT {"verbose":false,"user":"A","pass":"A"}`, "PUB x 1", "a", "SUB x 1")
	a.Fence()
	n.expect("RS+ A x", "RMSG A x 1", "a") // what is wanted is said before what depends on it
	n.send("RMSG B x 1", "b", "RMSG A x 1", "c", "")
	a.Expect("MSG x 1 1", "c")

	change := func(names ...string) {
		t.Helper()
		_, err := broker.Update(t.Context(), func(c *actors.Config) error {
			c.Accounts = accounts(names...)
			return nil
		})
		require.NoError(t, err)
	}
	change("A", "LATER")
	l := broker.Client(t)
	l.Send(`CONNECT {"verbose":false,"user":"LATER","pass":"LATER"}`, "PUB x 1", "l")
	n.expect("RMSG LATER x 1", "l")
	change("A", "B", "LATER")
	b := broker.Client(t)
	b.Send(`CONNECT {"verbose":false,"user":"B","pass":"B"}`, "PUB x 1", "b")
	n.expect("RMSG B x 1", "b")
	n.quiet()
}

// accounts have one user each, who is called as the account is.
func accounts(names ...string) (all []access.Account) {
	for _, name := range names {
		all = append(all, access.Account{Name: name, Users: []access.User{{Name: name, Password: name}}})
	}
	return all
}

// TestRouteToANATSServer: a NATS server is not asked for a sign that it has heard all, and what it wants counts as its own
// subscriptions do.
func TestRouteToANATSServer(t *testing.T) {
	c := clustered()
	c.NoSystemAccount = true
	broker := actorstest.Start(t, c)
	n := visit(t, broker, "NATS")
	n.introduce()
	n.inform("troupe", "")
	n.send("RS+ $G x", "RS+ $G y q 2", "RS+ $G y q 3", "PING", "")
	n.expect("PONG")
	a := broker.Client(t)
	a.Send(`CONNECT {"verbose":false,"headers":true,"no_responders":true}`, "SUB in 1")
	a.Fence()
	n.expect("RS+ $G in")
	require.Eventually(t, func() bool { return broker.Stats().Subscriptions == 3 }, patience, time.Millisecond)
	require.Eventually(t, func() bool { // when it has had its time
		a.Send("PUB nobody in 1", "x", "PING")
		if a.Line() == "PONG" {
			return false
		}
		a.Expect("NATS/1.0 503", "Nats-Subject: nobody", "", "", "PONG")
		return true
	}, patience, time.Millisecond)
	n.send("RS- $G x", "RS- $G y q", "")
	n.quiet()
	assert.Equal(t, 1, broker.Stats().Subscriptions)
	n.nc.Close()
}
