package actors_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/actors"
	"github.com/troupe-mq/troupe/actors/access"
	"github.com/troupe-mq/troupe/actors/actorstest"
	"github.com/troupe-mq/troupe/actors/client"
	"github.com/troupe-mq/troupe/actors/report"
)

// tenant is an account with one user, who is called like it and has its name for
// a password.
func tenant(name string) access.Account {
	return access.Account{Name: name, Users: []access.User{{Name: name, Password: name}}}
}

// lines are the next n lines.
func lines(c *actorstest.Client, n int) []string {
	out := make([]string, n)
	for i := range out {
		out[i] = c.Line()
	}
	return out
}

// TestAccountsAreWorldsOfTheirOwn: the same subjects, wildcards and queue groups
// in three accounts never meet.
func TestAccountsAreWorldsOfTheirOwn(t *testing.T) {
	for _, partitions := range []int{1, 3} {
		b := actorstest.Start(t, actors.Config{
			Partitions: partitions, Users: []access.User{{Name: "G", Password: "G"}},
			Accounts: []access.Account{tenant("A"), tenant("B")},
		})
		names := []string{"A", "B", "G"}
		var all []*actorstest.Client
		for _, name := range names {
			c := as(t, b, name, name)
			c.Send("SUB > 1", "SUB x.* group 2", "SUB x.y 3")
			c.Fence()
			all = append(all, c)
		}
		for i, name := range names {
			pub := as(t, b, name, name)
			pub.Send("PUB x.y 1", name)
			pub.Fence()
			assert.ElementsMatch(t, []string{"MSG x.y 1 1", name, "MSG x.y 2 1", name, "MSG x.y 3 1", name}, lines(all[i], 6))
			for _, c := range all {
				c.Quiet()
			}
		}
		got, err := b.Subscribers(t.Context(), "B", "x.y")
		require.NoError(t, err)
		assert.Len(t, got, 3)
		_, err = b.Subscribers(t.Context(), "C", "x.y")
		assert.ErrorIs(t, err, client.ErrNoAccount)
	}
}

// TestConnectionChangesAccount: a second CONNECT as somebody of another account
// takes nothing along.
func TestConnectionChangesAccount(t *testing.T) {
	b := actorstest.Start(t, actors.Config{Accounts: []access.Account{tenant("A"), tenant("B")}})
	c, a, other := as(t, b, "A", "A"), as(t, b, "A", "A"), as(t, b, "B", "B")
	c.Send("SUB x 1")
	c.Fence()
	c.Send(`CONNECT {"user":"B","pass":"B"}`, "SUB x 2")
	c.Fence()
	a.Send("PUB x 1", "a")
	a.Fence()
	c.Quiet()
	other.Send("PUB x 1", "b")
	c.Expect("MSG x 2 1", "b")
	counts := func() (out []int) {
		for _, r := range b.Accounts() {
			out = append(out, r.Connections, r.Subscriptions)
		}
		return out
	}
	assert.Equal(t, []int{0, 0, 1, 0, 2, 1, 0, 0}, counts(), "of $G, A, B and $SYS")
	c.Close()
	require.Eventually(t, func() bool { return assert.ObjectsAreEqual([]int{0, 0, 1, 0, 1, 0, 0, 0}, counts()) }, time.Minute, time.Millisecond)
}

func TestLimitsOfAnAccount(t *testing.T) {
	small, none := tenant("A"), tenant("B")
	small.Limits = access.Limits{MaxConnections: 2, MaxSubscriptions: 1, MaxPayload: 4}
	none.Limits = access.Limits{MaxConnections: -1}
	b := actorstest.Start(t, actors.Config{Accounts: []access.Account{small, none}})
	const full = "-ERR 'maximum account active connections exceeded'"
	refused := func(user string) {
		t.Helper()
		c := b.Client(t)
		c.Send(fmt.Sprintf(`CONNECT {"user":%q,"pass":%q}`, user, user))
		c.Expect(full)
		c.ExpectClosed()
	}
	refused("B")
	first, second := as(t, b, "A", "A"), b.Client(t)
	second.Send(`CONNECT {"verbose":false,"user":"A","pass":"A","protocol":1}`, "PING")
	second.Expect("PONG")
	var info map[string]any
	require.NoError(t, json.Unmarshal([]byte(strings.TrimPrefix(second.Line(), "INFO ")), &info))
	assert.EqualValues(t, 4, info["max_payload"])
	assert.Equal(t, "A", info["remote_account"])
	refused("A")
	for _, c := range []*actorstest.Client{first, second} { // it is each connection's
		c.Send("SUB a 1", "SUB b 2", "PING")
		c.Expect("-ERR 'maximum subscriptions exceeded'", "PONG")
	}
	first.Send("PUB c 4", "four", "PUB c 5", "fiver")
	first.Expect("-ERR 'Maximum Payload Violation'")
	first.ExpectClosed()
	require.Eventually(t, func() bool { return b.Accounts()[1].Connections == 1 }, time.Minute, time.Millisecond)
	as(t, b, "A", "A")
}

// TestSystemAccount: who only adds users to the system account keeps everybody
// else out of it, and nobody else out.
func TestSystemAccount(t *testing.T) {
	watchers := tenant("W")
	b := actorstest.Start(t, actors.Config{Accounts: []access.Account{watchers}, SystemAccount: "W"})
	w, c := b.Client(t), b.Client(t)
	w.Send(`CONNECT {"verbose":false,"user":"W","pass":"W","protocol":1}`, "PING")
	w.Expect("PONG")
	assert.Contains(t, w.Line(), `"remote_account":"W","acc_is_sys":true`)
	c.Send(`CONNECT {"verbose":false,"protocol":1}`, "PING")
	c.Expect("PONG")
	assert.Contains(t, c.Line(), `"remote_account":"$G"}`)
	assert.Contains(t, c.Info, `"auth_required":true`)
	c.Send("SUB > 1")
	c.Fence()
	w.Send("PUB a 0", "")
	w.Fence()
	c.Quiet()
}

func TestNoAuthUserOfAnAccount(t *testing.T) {
	b := actorstest.Start(t, actors.Config{Accounts: []access.Account{tenant("A"), tenant("B")}, NoAuthUser: "A"})
	a, anybody := as(t, b, "A", "A"), b.Client(t)
	anybody.Send("SUB x 1", "PING")
	anybody.Expect("+OK", "PONG")
	a.Send("PUB x 0", "")
	anybody.Expect("MSG x 1 0", "")
}

// TestAccountsCount: what the accounts say adds up to what the broker says.
func TestAccountsCount(t *testing.T) {
	b := actorstest.Start(t, actors.Config{
		Users: []access.User{{Name: "G", Password: "G"}}, Accounts: []access.Account{tenant("A")},
	})
	for name, n := range map[string]int{"A": 3, "G": 2} {
		c := as(t, b, name, name)
		c.Send("SUB x 1")
		for range n {
			c.Send("PUB x 2", "ab")
			c.Expect("MSG x 1 2", "ab")
		}
		c.Fence()
	}
	assert.Equal(t, []string{"", ""}, []string{b.Config().Users[0].Password, b.Config().Accounts[0].Users[0].Password}, "no secrets")
	all := b.Accounts()
	for i, n := range []uint64{2, 3} {
		assert.Equal(t, [4]uint64{n, n, 2 * n, 2 * n}, [4]uint64{all[i].InMessages, all[i].OutMessages, all[i].InBytes, all[i].OutBytes}, all[i].Name)
		assert.Equal(t, 1, all[i].Connections)
		assert.EqualValues(t, 1, all[i].TotalConnections)
		assert.Equal(t, 1, all[i].Subscriptions)
	}
	assert.Equal(t, []bool{false, false, true}, []bool{all[0].System, all[1].System, all[2].System})
	page, err := b.Connections(t.Context(), report.ConnectionQuery{Account: "A"})
	require.NoError(t, err)
	require.Len(t, page.Connections, 1)
	assert.Equal(t, "A", page.Connections[0].Account)
}
