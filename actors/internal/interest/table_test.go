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
