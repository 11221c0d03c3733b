package client_test

import (
	"fmt"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/actors"
	"github.com/troupe-mq/troupe/actors/actorstest"
	"github.com/troupe-mq/troupe/actors/client"
)

// TestActorsUnderLoad: many actors and sockets at once, on a real clock, and the
// books are balanced.
func TestActorsUnderLoad(t *testing.T) {
	b := actorstest.Start(t, actors.Config{Partitions: 3})
	const n, each = 4, 500
	players := []*player{}
	for i := range n {
		players = append(players, enlist(t, b, fmt.Sprintf("p%d", i), client.Options{}, subscribe(t, "all.*")))
	}
	for _, p := range players {
		p.fence()
	}
	for i, p := range players {
		b.System().Root.Send(p.pid, cue(func(c *client.Client) {
			for k := range each {
				m := message("all."+strconv.Itoa(i), strconv.Itoa(k))
				assert.NoError(t, c.Publish(&m))
			}
		}))
	}
	for _, p := range players {
		var next [n]int
		for range n * each {
			m := actorstest.Expect[*client.Message](p.Probe)
			from, err := strconv.Atoi(m.Subject[len("all."):])
			require.NoError(t, err)
			require.Equal(t, strconv.Itoa(next[from]), string(m.Data))
			require.Equal(t, fmt.Sprintf("p%d", from), m.From.Name)
			next[from]++
		}
	}
	require.Eventually(t, func() bool { return b.Stats().Ledger.Waiting == 0 }, time.Minute, time.Millisecond)
	l := b.Stats().Ledger
	assert.Equal(t, uint64(n*n*each), l.Delivered)
	assert.Equal(t, l.Delivered, l.Copies)
	assert.Equal(t, l.In, l.Routed)
}
