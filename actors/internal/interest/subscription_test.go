package interest_test

import (
	"runtime"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/actors/internal/interest"
)

// TestMaxMeetsDeliveries: an UNSUB with a max and deliveries that are being
// counted meet in any order, and one of the two ends the subscription.
func TestMaxMeetsDeliveries(t *testing.T) {
	const rounds, most, run = 50_000, 3, 4
	subs := make([]*interest.Subscription, rounds)
	for i := range subs {
		subs[i] = interest.NewSubscription(&interest.Target{}, []byte("a"), nil, []byte("1"))
	}
	var ready, at atomic.Int64 // the two goroutines meet at every subscription
	meet := func(i int, who *atomic.Int64, other *atomic.Int64) {
		who.Store(int64(i))
		for other.Load() < int64(i) {
			runtime.Gosched()
		}
	}
	admitted, told := make([]int, rounds), make([]bool, rounds)
	done := make(chan struct{})
	go func() {
		defer close(done)
		for i, s := range subs {
			meet(i+1, &ready, &at)
			admitted[i], told[i] = s.Admit(run)
		}
	}()
	reached := make([]bool, rounds)
	for i, s := range subs {
		meet(i+1, &at, &ready)
		if reached[i] = s.LimitTo(most); reached[i] {
			s.End()
		}
	}
	<-done
	for i := range subs {
		require.True(t, reached[i] || told[i], "round %d: nobody noticed", i)
		if told[i] {
			require.Equal(t, most, admitted[i], "round %d", i)
		} else {
			require.GreaterOrEqual(t, admitted[i], most, "round %d", i)
		}
	}
}
