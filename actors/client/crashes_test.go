package client_test

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/actors"
	"github.com/troupe-mq/troupe/actors/actorstest"
	"github.com/troupe-mq/troupe/actors/client"
	"github.com/troupe-mq/troupe/supervisor"
)

// TestPanickingActorCostsNobodyElse: others get everything, and the actor is back
// with its subscriptions and without those of before.
func TestPanickingActorCostsNobodyElse(t *testing.T) {
	bubble(t, actors.Config{}, func(t *testing.T, b *actorstest.Broker) {
		c := b.Client(t)
		c.Send(`CONNECT {"verbose":false}`, "SUB a 1")
		p := enlist(t, b, "p", client.Options{}, subscribe(t, "a"))
		p.fence()
		c.Send("PUB a 1", "1", "PUB a 6", "poison", "PUB a 1", "2", "PING")
		c.Expect("MSG a 1 1", "1", "MSG a 1 6", "poison", "MSG a 1 1", "2", "PONG")
		p.gets("a", "1")
		p.Quiet()
		actorstest.Advance(t, time.Second)
		p.gets("a", "2") // it had been queued behind the poison
		assert.Equal(t, []string{"Started", "Restarting", "Started"}, p.Life())
		assert.Equal(t, 2, b.Stats().Subscriptions)
		c.Send("PUB a 1", "3", "PING")
		c.Expect("MSG a 1 1", "3", "PONG")
		p.gets("a", "3")
		p.Quiet()
		assert.Equal(t, 2, b.Stats().Connections)
		l := b.Stats().Ledger
		assert.Zero(t, l.Waiting)
		assert.Equal(t, uint64(8), l.Delivered)
	})
}

// TestActorThatKeepsPanickingIsLeftOff: the broker goes on without it.
func TestActorThatKeepsPanickingIsLeftOff(t *testing.T) {
	bubble(t, actors.Config{}, func(t *testing.T, b *actorstest.Broker) {
		c := b.Client(t)
		c.Send(`CONNECT {"verbose":false}`)
		enlist(t, b, "p", client.Options{}, subscribe(t, "a"))
		for range 7 {
			c.Send("PUB a 6", "poison")
			actorstest.Advance(t, 1500*time.Millisecond)
		}
		c.Expect("PING")
		assert.Zero(t, b.Stats().Subscriptions)
		events, err := b.History(t.Context(), 0)
		require.NoError(t, err)
		i := slices.IndexFunc(events, func(e supervisor.Event) bool {
			return e.Path == "troupe/actors/p" && e.What == supervisor.Failed && e.Directive == supervisor.Stop
		})
		assert.GreaterOrEqual(t, i, 0)
		c.Fence()
	})
}
