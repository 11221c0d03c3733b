package sys_test

import (
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/actors"
	"github.com/troupe-mq/troupe/actors/actorstest"
	"github.com/troupe-mq/troupe/actors/client"
	"github.com/troupe-mq/troupe/actors/internal/lab"
	"github.com/troupe-mq/troupe/actors/report"
	"github.com/troupe-mq/troupe/actors/sys"
)

// count is what a client is told when it asks how many subscriptions there are.
func count(t *testing.T, c *actorstest.Client, what string) string {
	t.Helper()
	c.Send(fmt.Sprintf("PUB $SYS.DEBUG.SUBSCRIBERS in.1 %d", len(what)), what)
	require.True(t, strings.HasPrefix(c.Line(), "MSG in.1 1 "))
	return c.Line()
}

// TestSubscribersOfOneServer: a client is told how many subscriptions of its account a message on a subject may go to, or lie within a
// pattern.
func TestSubscribersOfOneServer(t *testing.T) {
	bubble(t, two, sys.Config{}, func(t *testing.T, b *actorstest.Broker) {
		a, other, watch := login(t, b, "app"), login(t, b, "app"), login(t, b, "sys")
		a.Send("SUB in.* 1", "SUB x.1 2", "SUB x.* 3", "SUB x.1 q 4", "SUB x.2 r 5")
		other.Send("SUB x.> 1", "SUB x.1 q 2", "SUB > 3")
		watch.Send("SUB x.1 2", "SUB in.* 1")
		for _, c := range []*actorstest.Client{a, other, watch} {
			c.Fence()
		}
		for what, want := range map[string]string{
			"x.1": "6", "x.2": "4", "x.3": "3", "y": "1", "x.1 q": "2", "x.1 r": "0", " x.2  r ": "1",
			"x.*": "5", "x.>": "6", ">": "8", "*": "0", "x.* q": "2", "*.1 q": "2",
		} {
			assert.Equal(t, want, count(t, a, what), what)
		}
		assert.Equal(t, "1", count(t, watch, "x.1"))
		for _, what := range []string{"", " ", "x..1", "x.1 q r", strings.Repeat("x", 70_000)} {
			assert.Contains(t, count(t, a, what), `"code":400`, what[:min(len(what), 10)])
		}
	})
}

// TestSubscribersOfAllServers: what is counted in a cluster is the sum, also where a server has nobody in the account.
func TestSubscribersOfAllServers(t *testing.T) {
	var all []*actorstest.Broker
	for i := range 3 {
		c := actors.Config{Accounts: two.Accounts, SystemAccount: "WATCH", ServerName: string(rune('a' + i)), ClusterName: "C"}
		c.Cluster = &actors.Cluster{Host: "127.0.0.1", Port: -1}
		if i > 0 {
			c.Cluster.Routes = []string{all[0].ClusterAddr().String()}
		}
		b := actorstest.Start(t, c)
		require.NoError(t, sys.Start(t.Context(), b.Broker, sys.Config{}))
		all = append(all, b)
	}
	enter := func(b *actorstest.Broker, subs ...string) *actorstest.Client {
		c := b.Client(t)
		c.Send(append([]string{`CONNECT {"verbose":false,"user":"app","pass":"app"}`}, subs...)...)
		c.Fence()
		return c
	}
	asks := enter(all[0], "SUB in.* 1", "SUB x.1 2", "SUB x.1 q 3")
	enter(all[1], "SUB x.* 1", "SUB x.1 q 2")
	require.Eventually(t, func() bool { return count(t, asks, "x.1") == "4" }, patience, time.Millisecond)
	assert.Equal(t, "2", count(t, asks, "x.1 q"))
	assert.Equal(t, "5", count(t, asks, ">"))
	asks.Fence()
	asks.Quiet() // each was answered once
}

const patience = 10 * time.Second

// TestCountSaysWhoIsSilent: where connections do not answer in time, a count says beside the number how many, but not to a NATS server,
// to which that would be no number.
func TestCountSaysWhoIsSilent(t *testing.T) {
	bubble(t, two, sys.Config{}, func(t *testing.T, b *actorstest.Broker) {
		app, watch, stuck := login(t, b, "app"), login(t, b, "sys"), login(t, b, "app")
		stuck.Send("SUB x.1 1")
		app.Send("SUB in.* 1", "SUB x.2 2")
		watch.Send("SUB in.* 1")
		for _, c := range []*actorstest.Client{stuck, app, watch} {
			c.Fence()
		}
		page, err := b.Connections(t.Context(), report.ConnectionQuery{})
		require.NoError(t, err)
		its := b.System().NewLocalPID(fmt.Sprintf("troupe/connections/conn-%d", page.Connections[len(page.Connections)-1].CID))
		go b.System().Root.Send(its, &lab.Order{Kind: lab.Stall, For: time.Minute})
		synctest.Wait()
		said := []string{"HMSG in.1 1 42 43", "NATS/1.0", "Troupe-Silent-Connections: 1", "", "1"}
		for _, ask := range []struct {
			by            *actorstest.Client
			subject, body string
			says          []string
		}{
			{app, "$SYS.DEBUG.SUBSCRIBERS", "x.*", said},
			{app, "$SYS.DEBUG.SUBSCRIBERS", "x.2", []string{"MSG in.1 1 1", "1"}}, // nobody is asked
			{watch, "$SYS.REQ.ACCOUNT.NSUBS", `{"acc":"APP","subject":"x.*","always":true}`, said},
			{watch, "$SYS.REQ.ACCOUNT.NSUBS", `{"acc":"APP","subject":"x.*"}`, []string{"MSG in.1 1 1", "1"}},
		} {
			ask.by.Send(fmt.Sprintf("PUB %s in.1 %d", ask.subject, len(ask.body)), ask.body)
			actorstest.Advance(t, time.Second)
			ask.by.Expect(ask.says...)
		}
	})
}

// TestSubscribersForServer: another server is told what is counted here.
func TestSubscribersForServer(t *testing.T) {
	bubble(t, two, sys.Config{}, func(t *testing.T, b *actorstest.Broker) {
		watch, app := login(t, b, "sys"), login(t, b, "app")
		app.Send("SUB x 1", "SUB x q 2")
		app.Fence()
		watch.Send("SUB in.* 1")
		ask := func(body string) {
			watch.Send(fmt.Sprintf("PUB $SYS.REQ.ACCOUNT.NSUBS in.1 %d", len(body)), body)
		}
		ask(`{"acc":"APP","subject":"x"}`)
		watch.Expect("MSG in.1 1 1", "2")
		ask(`{"acc":"APP","subject":"x","queue":"cQ=="}`)
		watch.Expect("MSG in.1 1 1", "1")
		ask(`{"acc":"NONE","subject":"x"}`)
		ask(`{"acc":"NONE","subject":"x","always":true}`)
		watch.Expect("MSG in.1 1 1", "0")
		app.Close()
		for b.Stats().Connections > 1 {
			actorstest.Advance(t, time.Second)
		}
		ask(`{"acc":"APP","subject":"x"}`)
		ask(`{"acc":"APP","subject":"x","always":true}`)
		watch.Expect("MSG in.1 1 1", "0")
		watch.Fence()
		watch.Quiet()
	})
}

// TestCountSubscribers: what cannot be counted is an error.
func TestCountSubscribers(t *testing.T) {
	b := actorstest.Start(t, two)
	_, _, err := b.CountSubscribers(t.Context(), "NONE", "x", "")
	require.ErrorIs(t, err, client.ErrNoAccount)
	_, _, err = b.CountSubscribers(t.Context(), "APP", "x..y", "")
	require.ErrorIs(t, err, client.ErrSubject)
	n, silent, err := b.CountSubscribers(t.Context(), "APP", "x.*", "")
	require.NoError(t, err)
	assert.Zero(t, n)
	assert.Zero(t, silent)
}
