package client_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/actors"
	"github.com/troupe-mq/troupe/actors/actorstest"
	"github.com/troupe-mq/troupe/actors/client"
	"github.com/troupe-mq/troupe/actors/report"
)

// TestInternalClientIsNoneOfTheClients: it is answered like any other, also when
// its partition has crashed, and is in none of the figures.
func TestInternalClientIsNoneOfTheClients(t *testing.T) {
	bubble(t, actors.Config{Partitions: 1, MaxConnections: 1}, func(t *testing.T, b *actorstest.Broker) {
		p := enlist(t, b, "p", client.Options{Internal: true}, subscribe(t, "to.*", "in.>"))
		p.fence()
		c := b.Client(t)
		c.Send("PUB to.you 5", "hello")
		c.Expect("+OK")
		p.gets("to.you", "hello")
		_, err := b.Inject(t.Context(), actors.Fault{Target: "partitions/part-0", Kind: actors.FaultPanic})
		require.NoError(t, err)
		c.Send("PUB in.a.b 2", "hi")
		c.Expect("+OK")
		p.gets("in.a.b", "hi")
		p.publish(message("in.c", "")) // to itself
		p.gets("in.c", "")
		p.fence()

		st := b.Stats()
		assert.Equal(t, 1, st.Connections)
		assert.Equal(t, uint64(1), st.TotalConnections)
		assert.Zero(t, st.Subscriptions)
		assert.Zero(t, st.TotalSubscribed)
		assert.Equal(t, uint64(2), st.InMessages)
		assert.Zero(t, st.OutMessages)
		l := st.Ledger
		assert.Equal(t, report.Ledger{In: 3, Routed: 3, Copies: 3, Delivered: 3, Dropped: map[string]uint64{}}, l)
		page, err := b.Connections(t.Context(), report.ConnectionQuery{State: report.AllConnections})
		require.NoError(t, err)
		assert.Equal(t, 1, page.Total)
		subs, err := b.Subscriptions(t.Context(), "", 0, 0)
		require.NoError(t, err)
		assert.Empty(t, subs)
		require.ErrorIs(t, b.Kick(t.Context(), 1), report.ErrNoConnection)

		p.do((*client.Client).Close)
		page, err = b.Connections(t.Context(), report.ConnectionQuery{State: report.AllConnections})
		require.NoError(t, err)
		assert.Equal(t, 1, page.Total)
		assert.Equal(t, 1, b.Stats().Connections)
	})
}
