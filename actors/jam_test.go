package actors

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// TestPublisherIsPacedByItsOnlyReader floods a client that reads everything, but
// more slowly than it comes: what waits for it stays far below the limit.
func TestPublisherIsPacedByItsOnlyReader(t *testing.T) {
	b := startBroker(t, Config{Partitions: 1, MaxPayload: 8 << 10, MaxPending: 4 << 20})
	pub, sub := dial(t, b), stuck(t, b, "a")
	const n, size = 3000, 8000
	go func() {
		for i := range n {
			_, _ = fmt.Fprintf(pub, "PUB a %d\r\n%0*d\r\n", size, size, i) // the reader tells if it fails
		}
	}()
	for range n {
		sub.expect(fmt.Sprintf("MSG a 1 %d", size))
		sub.next()
	}
	require.Zero(t, b.hub.counters.slowConsumers.Load())
	eventually(t, func() bool { return b.hub.counters.ledger().Waiting == 0 })
}

func TestJam(t *testing.T) {
	now := time.Now()
	jammed := func(moved time.Time) *target {
		j := &jam{over: make(chan struct{})}
		j.moved.Store(moved.UnixNano())
		to := new(target)
		to.jam.Store(j)
		return to
	}
	moving, still, free := jammed(now.Add(time.Hour)), jammed(now.Add(-time.Hour)), new(target)
	for name, tc := range map[string]struct {
		to    []*target
		waits bool
	}{
		"nobody":                       {nil, false},
		"the only one is behind":       {[]*target{moving}, true},
		"all are behind":               {[]*target{moving, moving}, true},
		"one keeps up":                 {[]*target{moving, free}, false},
		"the only one is stuck":        {[]*target{still}, false},
		"one is stuck, one is behind":  {[]*target{still, moving}, false},
		"one is stuck, one is keeping": {[]*target{still, free}, false},
	} {
		t.Run(name, func(t *testing.T) {
			k := packer{c: &connection{hub: new(hub)}}
			for _, to := range tc.to {
				k.parcels = append(k.parcels, parcel{to: to, used: true})
			}
			require.Equal(t, tc.waits, k.behind() != nil)
		})
	}
}

func TestJamWait(t *testing.T) {
	turns := make(chan turn, 1)
	j := &jam{over: make(chan struct{})}
	_, early := j.wait(turns)
	require.False(t, early, "long enough")
	turns <- turn{do: toStop}
	next, early := j.wait(turns)
	require.True(t, early)
	require.Equal(t, toStop, next.do)
	close(j.over)
	_, early = j.wait(turns)
	require.False(t, early, "over")
}
