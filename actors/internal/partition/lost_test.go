package partition

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/actors/internal/batch"
	"github.com/troupe-mq/troupe/actors/internal/interest"
	"github.com/troupe-mq/troupe/actors/internal/lab"
	"github.com/troupe-mq/troupe/wire"
)

// TestLostWideIsMadeAnew: a crash in a change of what all partitions have in common leaves
// nobody without it, whoever crashed, and no message is matched against less meanwhile.
func TestLostWideIsMadeAnew(t *testing.T) {
	subs := []*interest.Subscription{
		subscriptionTo("*"), subscriptionTo(">"), subscriptionTo("*.b"), subscriptionTo("a.*"), subscriptionTo("*.*.c"),
		subscriptionTo("a"), subscriptionTo("a.b.x"),
	}
	for i := range 20 { // so many that they are sure to be at several partitions, whatever the seed of the hashes is
		subs = append([]*interest.Subscription{subscriptionTo(fmt.Sprintf("*.b.%d", i))}, subs...)
	}
	const wide = 25
	homes := map[int]bool{}
	for _, s := range subs[:wide] {
		home, wide := Home(s.Subject(), 3)
		require.True(t, wide)
		homes[home] = true
	}
	require.Greater(t, len(homes), 1, "no partition has all of them")
	over := subscriptionTo("*")
	over.End()
	p := newSeveral(t, 3, append(subs, over), nil)
	matched := func(partition int) int {
		routed := make(publisher, 1)
		b := batch.New(routed, 3, 0)
		b.Buf = []byte("a")
		b.Parties.Store(1)
		b.Add(wire.OpPub).Subject = wire.Span{Off: 0, Len: 1}
		b.Route(partition)
		p.Send(p.all[partition], b)
		<-routed
		return len(b.Entries[0].Result.Plain)
	}
	p.Send(p.pid, &Appeared{Subs: subs[:wide]})
	p.Send(p.all[1], &lab.Order{Kind: lab.Panic})
	wantBefore := matched(2)
	assert.Equal(t, 2, wantBefore, "the two wide ones")

	broken := p.layout.of(0)
	p.layout.lose(0) // as the Wide does when a change of it has ended in a panic
	p.Send(p.pid, &lab.Order{Kind: lab.Panic})
	home, _ := Home("a", 3)
	for i := range 3 {
		want := 2
		if i == home {
			want = 3
		}
		assert.Equal(t, want, matched(i), "partition %d", i)
	}
	assert.NotSame(t, broken, p.layout.of(0))
	assert.Equal(t, wide, p.layout.of(0).Len(), "what is over does not come back")
}
