package actors_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/actors/actorstest"
	"github.com/troupe-mq/troupe/actors/client"
	"github.com/troupe-mq/troupe/actors/report"
	"github.com/troupe-mq/troupe/actors/tap"
)

// TestTapPresence: such a tap hears of who comes and who goes, with what it was
// like, and of nothing that clients do in between.
func TestTapPresence(t *testing.T) {
	e := &ear{}
	tapped(t, tap.Spec{Feeds: tap.Presence}, e, func(t *testing.T, b *actorstest.Broker, c *actorstest.Client) {
		c.Send("SUB a.* 1", "PUB a.b 5", "hello", "UNSUB 1", "PING")
		c.Expect("MSG a.b 1 5", "hello")
		c.Expect("PONG")
		actorstest.Advance(t, time.Second)
		assert.Empty(t, e.lines())

		enlist(t, b, "inner", client.Options{Internal: true}, nil)
		other := b.Client(t)
		other.Send(`CONNECT {"verbose":false}`, "PING")
		other.Expect("PONG")
		actorstest.Advance(t, time.Second)
		assert.Equal(t, []string{"connected", "authenticated"}, e.lines())

		c.Close()
		actorstest.Advance(t, time.Second)
		heard := e.heard()
		require.Len(t, heard, 1)
		assert.Equal(t, "disconnected (Client Closed)", line(&heard[0]))
		last := heard[0].Last
		require.NotNil(t, last)
		assert.Equal(t, uint64(1), last.InMessages)
		assert.Equal(t, uint64(5), last.OutBytes)
		assert.Equal(t, report.ClientClosed, last.Reason)

		require.NoError(t, b.LameDuck(t.Context()))
		actorstest.Advance(t, time.Second)
		heard = e.heard()
		require.NotEmpty(t, heard)
		assert.Equal(t, tap.LameDuck, heard[0].Kind)
		assert.Nil(t, heard[0].Origin)
	})
}
