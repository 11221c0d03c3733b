package interest

import (
	"math/rand/v2"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestSubscriptionTableEqualsMap(t *testing.T) {
	rnd := rand.New(rand.NewPCG(1, 2))
	var table subscriptionTable
	model := map[string]*Subscription{}
	for range 20_000 {
		sid := strconv.Itoa(rnd.IntN(400))
		if s := model[sid]; s != nil && rnd.IntN(2) == 0 {
			require.True(t, table.Remove(s))
			require.False(t, table.Remove(s), "a second time")
			delete(model, sid)
		} else if s == nil {
			s = NewSubscription(nil, []byte("a"), nil, []byte(sid))
			table.Put(s)
			model[sid] = s
		}
		require.Equal(t, len(model), table.Len())
		probe := strconv.Itoa(rnd.IntN(400))
		require.Same(t, model[probe], table.Get([]byte(probe)))
	}
	seen := 0
	table.All(func(s *Subscription) bool {
		require.Same(t, model[s.SID()], s)
		seen++
		return true
	})
	require.Equal(t, len(model), seen)
}

func TestSubscriptionTableShrinks(t *testing.T) {
	var table subscriptionTable
	subs := make([]*Subscription, 10_000)
	for i := range subs {
		subs[i] = NewSubscription(nil, []byte("a"), nil, []byte(strconv.Itoa(i)))
		table.Put(subs[i])
	}
	for _, s := range subs {
		require.True(t, table.Remove(s))
	}
	require.Len(t, table.cells, leastCells)
}

// TestNoChangeMovesAllSubscriptions: the table of a client with many subscriptions becomes larger
// and smaller a few cells at a time, and all of them are found meanwhile.
func TestNoChangeMovesAllSubscriptions(t *testing.T) {
	const most = 40_000
	const step = 8 * movedAtOnce // cells, with the neighbours of the last one: they stay together
	var table subscriptionTable
	subs := make([]*Subscription, most)
	rnd := rand.New(rand.NewPCG(1, 2))
	left, changes := 0, 0
	check := func(some []*Subscription) {
		now := 0
		if table.moving() {
			now = table.rare.left
		}
		if now > 0 && now < left {
			require.LessOrEqual(t, left-now, step)
			changes++
		}
		left = now
		if len(some) > 0 {
			s := some[rnd.IntN(len(some))]
			require.Same(t, s, table.Get([]byte(s.SID())))
		}
	}
	for i := range subs {
		subs[i] = NewSubscription(nil, []byte("a"), nil, []byte(strconv.Itoa(i)))
		table.Put(subs[i])
		check(subs[:i+1])
		if i%1000 == 0 {
			seen := 0
			for range table.All {
				seen++
			}
			require.Equal(t, i+1, seen)
		}
	}
	require.Greater(t, changes, 100)
	changes = 0
	for i, s := range subs {
		require.True(t, table.Remove(s))
		require.Nil(t, table.Get([]byte(s.SID())))
		check(subs[i+1:])
	}
	require.Greater(t, changes, 20)
	require.LessOrEqual(t, len(table.cells), mostAtOnce)
}
