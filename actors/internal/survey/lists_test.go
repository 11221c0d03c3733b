package survey

import (
	"context"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/asynkron/protoactor-go/actor"
	"github.com/hashicorp/go-hclog"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/actors/internal/host"
	"github.com/troupe-mq/troupe/actors/internal/partition"
	"github.com/troupe-mq/troupe/actors/report"
	"github.com/troupe-mq/troupe/supervisor"
)

// TestListsAreCutByBytes: how long a subject is, its client decides.
func TestListsAreCutByBytes(t *testing.T) {
	list := func(n int) *report.Connection {
		subs := make([]report.Subscription, n)
		for i := range subs {
			subs[i] = report.Subscription{Subject: strings.Repeat("s", 90), Queue: "queue", SID: "54321"}
		}
		return &report.Connection{SubscriptionCount: n, Subscriptions: subs}
	}
	page := []*report.Connection{list(3), list(4), list(3), list(1)}
	long := page[2]
	cutLists(page, 900)
	for i, want := range []int{3, 4, 0, 0} {
		assert.Len(t, page[i].Subscriptions, want, "connection %d", i)
	}
	assert.Equal(t, 3, page[2].SubscriptionCount, "what it has is still told")
	assert.Len(t, long.Subscriptions, 3, "a report may be shared")

	room := 250
	assert.Equal(t, 2, fit(list(5).Subscriptions, &room))
}

// TestStuckPartitionKeepsNoOtherWaiting: each of those that answer is in the list.
func TestStuckPartitionKeepsNoOtherWaiting(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := host.New(hclog.NewNullLogger(), func(supervisor.Event) {})
		defer h.System.Shutdown()
		var all []*actor.PID
		stuck := make(chan struct{})
		defer close(stuck)
		for _, name := range []string{"stuck", "well", "fine"} {
			pid, err := h.System.Root.SpawnNamed(actor.PropsFromFunc(func(ctx actor.Context) {
				if m, ok := ctx.Message().(*partition.TakeStock); ok {
					if name == "stuck" {
						<-stuck
						return
					}
					m.Reply <- report.Partition{Name: name}
				}
			}), name)
			require.NoError(t, err)
			all = append(all, pid)
		}
		a := &Asker{Host: h, Done: make(chan struct{})}
		begun := time.Now()
		found, err := a.Partitions(context.Background(), all, partition.TakeStock{Account: -1})
		require.NoError(t, err)
		require.Len(t, found, 2)
		assert.Equal(t, "well", found[0].Name)
		assert.Equal(t, "fine", found[1].Name)
		assert.Equal(t, AskWait, time.Since(begun))
	})
}
