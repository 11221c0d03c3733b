package commit

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/actors/internal/host"
	"github.com/troupe-mq/troupe/actors/internal/interest"
	"github.com/troupe-mq/troupe/actors/internal/pressure"
)

// TestPaceOfAPublisher: it waits when all who get its messages are behind and move,
// and for nobody else.
func TestPaceOfAPublisher(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		budget := new(pressure.Budget)
		budget.SetLimit(1 << 30)
		congested := func() *interest.Target {
			to := &interest.Target{Pending: interest.NewPending()}
			to.Pending.Took(time.Now())
			to.UpdateCongestion(2, 1, 2, false)
			return to
		}
		still := congested()
		<-time.After(time.Hour)
		moving, free := congested(), new(interest.Target)
		for name, tc := range map[string]struct {
			to    []*interest.Target
			waits bool
		}{
			"nobody":                       {nil, false},
			"the only one is behind":       {[]*interest.Target{moving}, true},
			"all are behind":               {[]*interest.Target{moving, moving}, true},
			"one keeps up":                 {[]*interest.Target{moving, free}, false},
			"the only one is stuck":        {[]*interest.Target{still}, false},
			"one is stuck, one is behind":  {[]*interest.Target{still, moving}, false},
			"one is stuck, one is keeping": {[]*interest.Target{still, free}, false},
		} {
			k := Committer{p: &Publisher{Env: &Env{Host: new(host.Host), Budget: budget}}}
			for _, to := range tc.to {
				k.targets = append(k.targets, perTarget{to: to, used: true})
			}
			k.targets = append(k.targets, perTarget{to: free}) // who gets nothing has no say
			require.Equal(t, tc.waits, !k.pause().IsNone(), name)
		}
	})
}
