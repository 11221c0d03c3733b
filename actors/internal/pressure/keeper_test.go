package pressure

import (
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/troupe-mq/troupe/actors/internal/interest"
)

// TestWhoPays: bytes count by how long nothing has been taken of them.
func TestWhoPays(t *testing.T) {
	now := time.Now()
	held := func(bytes int, still time.Duration) *holding {
		p := interest.NewPending()
		p.Took(now.Add(-still))
		return &holding{pending: p, bytes: bytes}
	}
	type holdings map[string]*holding
	for name, tc := range map[string]struct {
		all    holdings
		excess int64
		want   []string
	}{
		"nobody":               {nil, 1, nil},
		"a burst of a reader":  {holdings{"reader": held(20<<20, time.Millisecond), "stuck": held(300<<10, time.Second)}, 1, []string{"stuck"}},
		"the longer one":       {holdings{"short": held(1<<20, time.Second), "long": held(1<<20, time.Minute)}, 1, []string{"long"}},
		"all of them read":     {holdings{"small": held(1<<20, 0), "large": held(2<<20, time.Millisecond)}, 1, []string{"large"}},
		"the larger, as still": {holdings{"small": held(1<<20, time.Minute), "large": held(2<<20, time.Minute)}, 1, []string{"large"}},
		"as many as it takes": {
			holdings{"a": held(1<<20, time.Second), "b": held(4<<20, time.Second), "c": held(2<<20, time.Second), "d": held(3<<20, time.Second)},
			7<<20 + 1,
			[]string{"b", "d", "c"},
		},
		"all are not enough": {holdings{"a": held(1<<20, time.Second), "b": held(2<<20, time.Second)}, 4 << 20, []string{"b", "a"}},
	} {
		k := &keeper{heavy: tc.all}
		var want []*holding
		for _, who := range tc.want {
			want = append(want, tc.all[who])
		}
		assert.Equal(t, want, k.worst(now, tc.excess), name)
	}
}

// TestLoweredBudgetConcernsManyAtOnce: to find those who go takes a time that hardly grows faster than their number.
func TestLoweredBudgetConcernsManyAtOnce(t *testing.T) {
	const clients, each = 1 << 16, 64 << 10
	p := interest.NewPending()
	k := &keeper{heavy: make(map[string]*holding, clients)}
	for i := range clients {
		k.heavy[strconv.Itoa(i)] = &holding{pending: p, bytes: each + i}
	}
	some := k.worst(time.Now(), clients/2*each)
	assert.InDelta(t, clients/3, len(some), clients/8)
	assert.True(t, slices.IsSortedFunc(some, func(a, b *holding) int { return b.bytes - a.bytes }))
}
