package actors_test

import (
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/actors"
	"github.com/troupe-mq/troupe/actors/actorstest"
)

// routes are the connections of all routes of a broker, by number, and what each is for.
func routes(b *actorstest.Broker) (all []string) {
	c := b.ClusterState()
	for _, r := range c.Routes {
		all = append(all, strconv.FormatUint(r.ID, 10)+" "+r.Server.Name+" "+strconv.Itoa(r.Index)+r.Account)
	}
	slices.Sort(all)
	return all
}

// TestRosterCrash: a crash of the roster costs nobody anything. The routes are the same, what is published meanwhile arrives once
// and in order, and afterwards all goes on: a route that ends is made again, accounts get connections of their own, and who comes
// is let in and told of.
func TestRosterCrash(t *testing.T) {
	all := mesh(t, 3, func(_ int, c *actors.Config) {
		c.Accounts, c.Cluster.Accounts, c.Cluster.PoolSize = accounts("A", "C", "D"), []string{"D"}, 3
	})
	var subs []*actorstest.Client
	names := []string{"A", "C", "D"}
	for _, name := range names {
		s := all[2].Client(t)
		s.Send(`CONNECT {"verbose":false,"user":"`+name+`","pass":"`+name+`"}`, "SUB x 1")
		s.Fence()
		subs = append(subs, s)
	}
	require.Eventually(t, func() bool { return wants(t, all[0], "x") == 3 && wants(t, all[1], "x") == 3 }, patience, time.Millisecond)
	var before [][]string
	for _, b := range all {
		before = append(before, routes(b))
		require.Len(t, routes(b), 10, "to each a pool, that of D and that of the system account")
	}
	said := 0
	say := func(times int) {
		for range times {
			for i, name := range names {
				p := all[said%2].Client(t)
				text := strconv.Itoa(said)
				p.Send(`CONNECT {"verbose":false,"user":"`+name+`","pass":"`+name+`"}`, "PUB x "+strconv.Itoa(len(text)), text)
				subs[i].Expect("MSG x 1 "+strconv.Itoa(len(text)), text)
			}
			said++
		}
	}
	for i, b := range all {
		f, err := b.Inject(t.Context(), actors.Fault{Target: "links/mesh/roster", Kind: actors.FaultPanic})
		require.NoError(t, err)
		require.False(t, f.Waiting || f.Gone, "it is back")
		say(4)
		for j := range all {
			assert.Equal(t, before[j], routes(all[j]), "%d at %d", i, j)
		}
	}

	for _, b := range all {
		recluster(t, b, func(c *actors.Cluster) { c.Accounts = []string{"C", "D"} })
	}
	for _, b := range all {
		require.Eventually(t, func() bool { return len(routes(b)) == 12 && len(b.ClusterState().Missing()) == 0 }, patience, time.Millisecond)
	}
	require.Eventually(t, func() bool { return wants(t, all[0], "x") == 3 && wants(t, all[1], "x") == 3 }, patience, time.Millisecond)
	say(2)
	for _, r := range all[1].ClusterState().Routes {
		_, err := all[1].Inject(t.Context(), actors.Fault{Target: "connections/link-" + strconv.FormatUint(r.ID, 10), Kind: actors.FaultPanic})
		require.NoError(t, err)
	}
	awaitMesh(t, all)
	c := clustered(all[2].ClusterAddr().String())
	c.ServerName, c.Accounts, c.Cluster.PoolSize, c.Cluster.Accounts = "d", accounts(names...), 3, []string{"C", "D"}
	awaitMesh(t, append(all, actorstest.Start(t, c)))
	for _, s := range subs {
		s.Quiet()
	}
}
