package actors

import (
	"math/rand/v2"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestSidTableEqualsMap(t *testing.T) {
	rnd := rand.New(rand.NewPCG(1, 2))
	var table sidTable
	model := map[string]*subscription{}
	for range 20_000 {
		sid := strconv.Itoa(rnd.IntN(400))
		if s := model[sid]; s != nil && rnd.IntN(2) == 0 {
			require.True(t, table.remove(s))
			require.False(t, table.remove(s), "a second time")
			delete(model, sid)
		} else if s == nil {
			s = newSubscription(nil, []byte("a"), nil, []byte(sid))
			table.put(s)
			model[sid] = s
		}
		require.Equal(t, len(model), table.len())
		probe := strconv.Itoa(rnd.IntN(400))
		require.Same(t, model[probe], table.get([]byte(probe)))
	}
	seen := 0
	table.all(func(s *subscription) bool {
		require.Same(t, model[s.sid()], s)
		seen++
		return true
	})
	require.Equal(t, len(model), seen)
}

func TestSidTableShrinks(t *testing.T) {
	var table sidTable
	subs := make([]*subscription, 10_000)
	for i := range subs {
		subs[i] = newSubscription(nil, []byte("a"), nil, []byte(strconv.Itoa(i)))
		table.put(subs[i])
	}
	for _, s := range subs {
		require.True(t, table.remove(s))
	}
	require.Len(t, table.cells, leastCells)
}
