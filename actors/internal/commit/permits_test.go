package commit

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/troupe-mq/troupe/actors/access"
	"github.com/troupe-mq/troupe/actors/internal/batch"
	"github.com/troupe-mq/troupe/actors/internal/interest"
	"github.com/troupe-mq/troupe/actors/internal/steps"
	"github.com/troupe-mq/troupe/wire"
)

// TestFilteredAreAskedOnce: a client may have fifty thousand filtered subscriptions for one message, and its user as many rules. The
// rules are asked once for all that depend on the same.
func TestFilteredAreAskedOnce(t *testing.T) {
	var deny []string
	for i := range 2000 {
		deny = append(deny, fmt.Sprintf("*.no.%d", i))
	}
	to := &interest.Target{ID: 2}
	filtered := func(queue string) *interest.Subscription {
		s := interest.NewSubscription(to, []byte(">"), []byte(queue), []byte("1"))
		s.Filter()
		return s
	}
	b := batch.New(nil, 1, 0)
	for _, subject := range []string{"a.no.7", "a.yes.7"} {
		e := b.Add(wire.OpPub)
		e.Subject = wire.Span{Off: uint32(len(b.Buf)), Len: uint32(len(subject))}
		b.Buf = append(b.Buf, subject...)
	}
	for _, apart := range []bool{false, true} {
		if apart {
			deny = append(deny, "> secret")
		}
		to.Rights.Store(access.NewRights(&access.Permissions{Subscribe: access.Rules{Deny: deny}}))
		k := &Committer{b: b, work: steps.Begin()}
		ask := func(queue string, e int, want bool) (spent int) {
			before := k.work.Left()
			assert.Equal(t, want, k.permits(filtered(queue), &b.Entries[e]))
			return before - k.work.Left()
		}
		assert.Equal(t, len(deny)*glance, ask("", 0, false))
		assert.Zero(t, ask("", 0, false))
		assert.Equal(t, apart, ask("q", 0, false) > 0, "rules about queues make a difference")
		assert.Positive(t, ask("", 1, true))
		assert.Zero(t, ask("", 1, true))
		assert.Equal(t, apart, ask("secret", 1, !apart) > 0)
		plain := filtered("")
		plain.Unfilter()
		assert.True(t, k.permits(plain, &b.Entries[0]))
	}
}
