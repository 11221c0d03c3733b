package pressure

import (
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
	for name, tc := range map[string]struct {
		all  map[string]*holding
		want string
	}{
		"nobody":               {map[string]*holding{}, ""},
		"a burst of a reader":  {map[string]*holding{"reader": held(20<<20, time.Millisecond), "stuck": held(300<<10, time.Second)}, "stuck"},
		"the longer one":       {map[string]*holding{"short": held(1<<20, time.Second), "long": held(1<<20, time.Minute)}, "long"},
		"all of them read":     {map[string]*holding{"small": held(1<<20, 0), "large": held(2<<20, time.Millisecond)}, "large"},
		"the larger, as still": {map[string]*holding{"small": held(1<<20, time.Minute), "large": held(2<<20, time.Minute)}, "large"},
	} {
		k := &keeper{heavy: tc.all}
		worst := k.worst(now)
		if tc.want == "" {
			assert.Nil(t, worst, name)
			continue
		}
		assert.Same(t, tc.all[tc.want], worst, name)
	}
}
