package actors_test

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"

	"github.com/asynkron/protoactor-go/actor"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/actors"
	"github.com/troupe-mq/troupe/actors/actorstest"
	"github.com/troupe-mq/troupe/actors/client"
	"github.com/troupe-mq/troupe/actors/report"
	"github.com/troupe-mq/troupe/actors/tap"
)

// seeing is a tap that notes the payloads' subjects, in a list that its successor goes on with.
type seeing struct {
	mu   *sync.Mutex
	seen *[]string
	as   string
}

func (s *seeing) Receive(ctx actor.Context) {
	if b, ok := ctx.Message().(*tap.Batch); ok {
		s.mu.Lock()
		defer s.mu.Unlock()
		for r := range b.Records() {
			if r.Kind == tap.Published {
				*s.seen = append(*s.seen, s.as+r.Subject)
			}
		}
	}
}

// TestReplaceTap: while a tap that blocks is replaced, each message is seen once, by the one or the other.
func TestReplaceTap(t *testing.T) {
	b := actorstest.Start(t, actors.Config{})
	var mu sync.Mutex
	var seen []string
	tapped := func(as string) (tap.Spec, actor.Producer) {
		return tap.Spec{Name: "see", Feeds: tap.Commands, Policy: tap.Block}, func() actor.Actor { return &seeing{&mu, &seen, as} }
	}
	spec, produce := tapped("1 ")
	require.ErrorIs(t, b.ReplaceTap(spec, produce), tap.ErrSpec)
	require.NoError(t, b.AddTap(spec, produce))
	const publishers, messages = 4, 500
	var all sync.WaitGroup
	for p := range publishers {
		all.Go(func() {
			for i := range messages {
				assert.NoError(t, b.Publish(context.Background(), &client.Message{Subject: fmt.Sprintf("s.%d.%d", p, i)}))
			}
		})
	}
	for n := range 10 {
		spec, produce := tapped(fmt.Sprint(n+2, " "))
		require.NoError(t, b.ReplaceTap(spec, produce))
	}
	all.Wait()
	spec, produce = tapped("last ")
	require.NoError(t, b.ReplaceTap(spec, produce))
	require.NoError(t, b.Publish(t.Context(), &client.Message{Subject: "end"}))
	require.NoError(t, b.RemoveTap("see"))
	mu.Lock()
	defer mu.Unlock()
	assert.Equal(t, "last end", seen[len(seen)-1])
	assert.Len(t, seen, publishers*messages+1)
	for i := range seen {
		_, _ = fmt.Sscanf(seen[i], "%s %s", new(string), &seen[i])
	}
	slices.Sort(seen)
	assert.Len(t, slices.Compact(seen), publishers*messages+1)
	require.NoError(t, b.Stop(t.Context()))
	require.ErrorIs(t, b.ReplaceTap(spec, produce), report.ErrStopped)
}
