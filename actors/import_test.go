package actors_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/actors"
	"github.com/troupe-mq/troupe/actors/access"
	"github.com/troupe-mq/troupe/actors/actorstest"
)

// partners are accounts of which A exports, B imports from it, and C from B.
func partners() []access.Account {
	a, b, c := tenant("A"), tenant("B"), tenant("C")
	a.Exports = []access.Export{
		{Stream: "pub.>"},
		{Stream: "w.*.*"},
		{Stream: "priv.x", Private: true, Accounts: []string{"C"}},
		{Service: "svc.>", Threshold: time.Minute},
		{Service: "many", Responses: access.Chunked},
	}
	b.Imports = []access.Import{
		{Account: "A", Stream: "pub.>", Prefix: "fromA"},
		{Account: "A", Stream: "w.*.*", To: "x.$2.{{wildcard(1)}}"},
		{Account: "A", Service: "svc.echo", To: "my.echo"},
		{Account: "A", Service: "svc.$2.$1", To: "swap.*.*"},
		{Account: "A", Service: "many"},
	}
	b.Exports = []access.Export{{Service: "my.echo"}, {Stream: "fromA.>"}}
	c.Imports = []access.Import{
		{Account: "A", Stream: "priv.x", To: "got.x"},
		{Account: "B", Service: "my.echo", To: "far.echo"},
		{Account: "B", Stream: "fromA.>"},
	}
	return []access.Account{a, b, c}
}

// trade is a broker with partners, and one client of each.
func trade(t *testing.T, partitions int) (broker *actorstest.Broker, a, b, c *actorstest.Client) {
	t.Helper()
	broker = actorstest.Start(t, actors.Config{Partitions: partitions, Accounts: partners()})
	return broker, headless(t, broker, "A", "A"), as(t, broker, "B", "B"), as(t, broker, "C", "C")
}

func TestStreamImport(t *testing.T) {
	tests := []struct {
		pattern, published, seen string // seen is empty for not at all
	}{
		{"fromA.pub.x", "pub.x", "fromA.pub.x"},
		{"fromA.pub.x", "pub.y", ""},
		{"fromA.pub.*", "pub.x", "fromA.pub.x"},
		{"fromA.>", "pub.x.y", "fromA.pub.x.y"},
		{">", "pub.x", "fromA.pub.x"},
		{"*.*.y", "pub.y", "fromA.pub.y"},
		{"*.*.y", "pub.x", ""},
		{"pub.x", "pub.x", ""},
		{"fromA.>", "other", ""},
		{"x.*.q", "w.q.p", "x.p.q"},
		{"x.*.q", "w.p.q", ""},
		{"x.p.q", "w.q.p", "x.p.q"},
		{"x.>", "w.q.p", "x.p.q"},
		{"got.x", "priv.x", ""},
	}
	for _, partitions := range []int{1, 4} {
		_, a, b, _ := trade(t, partitions)
		for _, tt := range tests {
			for _, queue := range []string{"", "group "} {
				b.Send("SUB " + tt.pattern + " " + queue + "1")
				b.Fence()
				a.Send("PUB "+tt.published+" reply.to 2", "ab")
				a.Fence()
				if tt.seen != "" {
					b.Expect("MSG "+tt.seen+" 1 reply.to 2", "ab")
				}
				b.Send("UNSUB 1")
				b.Fence()
				a.Send("PUB "+tt.published+" 2", "cd")
				a.Fence()
				b.Quiet()
			}
		}
	}
}

func TestStreamImportOfFewAccounts(t *testing.T) {
	_, a, b, c := trade(t, 2)
	c.Send("SUB > 1")
	c.Fence()
	a.Send("PUB priv.x 1", "p", "PUB pub.x 1", "q")
	a.Fence()
	c.Expect("MSG got.x 1 1", "p")
	b.Send("PUB fromA.own 1", "o")
	c.Expect("MSG fromA.own 1 1", "o")
	c.Quiet() // what an account imports it does not export
}

// TestMaxCountsShadows: what comes from both accounts counts for one UNSUB.
func TestMaxCountsShadows(t *testing.T) {
	broker, a, b, _ := trade(t, 3)
	b.Send("SUB > 1", "SUB > 2", "UNSUB 1 3")
	b.Fence()
	for i, c := range []*actorstest.Client{a, b, a, a, b} {
		c.Send(fmt.Sprintf("PUB pub.x %d", 1), fmt.Sprint(i))
	}
	a.Fence()
	b.Send("PING")
	count := map[string]int{}
	for line := b.Line(); line != "PONG"; line = b.Line() {
		if f := strings.Fields(line); len(f) == 4 {
			count[f[2]]++
		}
	}
	assert.Equal(t, map[string]int{"1": 3, "2": 5}, count)
	require.Eventually(t, func() bool {
		_, _, all := subscribers(t, broker)
		return all == 2 // that of B and its shadow
	}, time.Minute, time.Millisecond)
	settled(t, broker.Broker)
}

// subscribers counts who gets pub.x in A and in B.
func subscribers(t *testing.T, b *actorstest.Broker) (inA, inB, both int) {
	t.Helper()
	of := func(account string) int {
		got, err := b.Subscribers(t.Context(), account, "pub.x")
		require.NoError(t, err)
		return len(got)
	}
	inA, inB = of("A"), of("B")
	return inA, inB, inA + inB
}

// TestShadowsEndWithTheirConnection: and with its identity.
func TestShadowsEndWithTheirConnection(t *testing.T) {
	broker, _, b, c := trade(t, 2)
	b.Send("SUB fromA.pub.x 1", "SUB > 2")
	b.Fence()
	inA, inB, _ := subscribers(t, broker)
	assert.Equal(t, []int{2, 1}, []int{inA, inB})
	b.Send(`CONNECT {"user":"A","pass":"A"}`)
	b.Fence()
	c.Close()
	_, _, all := subscribers(t, broker)
	assert.Zero(t, all)
	other := as(t, broker, "B", "B")
	other.Send("SUB fromA.> 1")
	other.Fence()
	other.Close()
	require.Eventually(t, func() bool {
		_, _, all := subscribers(t, broker)
		return all == 0
	}, time.Minute, time.Millisecond)
}

// TestPermissionsOfImports: rules are about what a subject is called in the
// account of whom they are for.
func TestPermissionsOfImports(t *testing.T) {
	accounts := partners()
	accounts[1].Users[0].Permissions = &access.Permissions{
		Subscribe: access.Rules{Deny: []string{"fromA.pub.no"}},
		Publish:   access.Rules{Deny: []string{"my.echo"}},
	}
	broker := actorstest.Start(t, actors.Config{Accounts: accounts})
	a, b := as(t, broker, "A", "A"), as(t, broker, "B", "B")
	b.Send("SUB fromA.> 1", "UNSUB 1 2", "SUB fromA.pub.no 2")
	b.Expect(`-ERR 'Permissions Violation for Subscription to "fromA.pub.no"'`)
	b.Fence()
	a.Send("PUB pub.no 1", "1", "PUB pub.yes 1", "2", "PUB pub.no 1", "3", "PUB pub.yes 1", "4", "SUB svc.echo 5")
	b.Expect("MSG fromA.pub.yes 1 1", "2", "MSG fromA.pub.yes 1 1", "4")
	a.Fence()
	b.Send("PUB my.echo 1", "x")
	b.Expect(`-ERR 'Permissions Violation for Publish to "my.echo"'`)
	a.Quiet()
}

func TestImportThatIsNotOffered(t *testing.T) {
	accounts := partners()
	accounts[1].Imports = append(accounts[1].Imports, access.Import{Account: "A", Stream: "priv.x"})
	_, err := actors.Start(t.Context(), actors.Config{NoListen: true, Accounts: accounts})
	assert.ErrorContains(t, err, `account "B": account "A" does not export the stream "priv.x" to "B"`)
}
