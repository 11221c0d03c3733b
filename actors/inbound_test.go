package actors_test

import (
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/actors"
	"github.com/troupe-mq/troupe/actors/actorstest"
	"github.com/troupe-mq/troupe/actors/report"
)

// TestInboundBudget: when unfinished messages come to more than the budget, the client
// goes that has kept most for longest; who comes and who goes on stays.
func TestInboundBudget(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var log journal
		b := actorstest.Start(t, actors.Config{Logger: log.logger(), MaxPayload: 1 << 20, InboundBudget: 1 << 20})
		begin := func() *actorstest.Client {
			c := b.Client(t)
			c.Send(`CONNECT {"verbose":false}`)
			c.Write("PUB foo 400000\r\n" + strings.Repeat("x", 300_000))
			return c
		}
		stuck := begin()
		actorstest.Advance(t, time.Second)
		moving := begin()
		actorstest.Advance(t, time.Second)
		moving.Write(strings.Repeat("x", 50_000))
		assert.NotZero(t, b.Stats().InboundBytes)
		newcomer := begin()

		stuck.Expect("-ERR 'Stale Connection'")
		stuck.ExpectClosed()
		moving.Write(strings.Repeat("x", 50_000) + "\r\n")
		newcomer.Write(strings.Repeat("x", 100_000) + "\r\n")
		moving.Fence()
		newcomer.Fence()
		assert.Contains(t, log.String(), "Inbound Budget Exceeded: cid=1 ")
		assert.Equal(t, uint64(2), b.Stats().InMessages)
		assert.Zero(t, b.Stats().InboundBytes)
		closed, err := b.Connections(t.Context(), report.ConnectionQuery{State: report.ClosedConnections})
		require.NoError(t, err)
		require.Len(t, closed.Connections, 1)
		assert.Equal(t, report.InboundBudgetExceeded, closed.Connections[0].Reason)
		events, err := b.History(t.Context(), 0)
		require.NoError(t, err)
		assert.Contains(t, fmt.Sprint(events), "inbound budget")
	})
}

// TestInboundBudgetHasRoomForOne: whatever is allowed can be sent.
func TestInboundBudgetHasRoomForOne(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := actorstest.Start(t, actors.Config{MaxPayload: 3 << 20, InboundBudget: 3 << 20})
		c := b.Client(t)
		c.Send(`CONNECT {"verbose":false}`)
		for range 3 {
			c.Send(fmt.Sprintf("PUB foo %d", 3<<20), strings.Repeat("x", 3<<20))
			c.Fence()
		}
	})
}
