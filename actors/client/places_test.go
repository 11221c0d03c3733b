package client_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/actors"
	"github.com/troupe-mq/troupe/actors/actorstest"
	"github.com/troupe-mq/troupe/actors/client"
)

// reload gives the broker room for so many clients.
func reload(t *testing.T, b *actorstest.Broker, most int) {
	t.Helper()
	_, err := b.Reload(t.Context(), actors.Config{NoListen: true, MaxConnections: most})
	require.NoError(t, err)
}

// Actors that live in the broker take no place from anybody, not after a reload
// either.
func TestActorsTakeNoPlace(t *testing.T) {
	bubble(t, actors.Config{MaxConnections: 1}, func(t *testing.T, b *actorstest.Broker) {
		p := enlist(t, b, "p", client.Options{}, subscribe(t, "to.*"))
		first := b.Client(t)
		p.fence()
		second := b.Client(t)
		second.Expect("-ERR 'maximum connections exceeded'")
		second.ExpectClosed()
		first.Close()
		third, late := b.Client(t), b.Client(t)
		third.Send("PUB to.you 2", "hi")
		third.Expect("+OK")
		late.Expect("-ERR 'maximum connections exceeded'")
		p.gets("to.you", "hi")

		enlist(t, b, "q", client.Options{}, subscribe(t, "in.*")) // the one that came last
		reload(t, b, 2)
		fourth := b.Client(t)
		fourth.Fence()
		reload(t, b, 1)
		fourth.Expect("-ERR 'maximum connections exceeded'")
		third.Fence()
		p.fence()
	})
}

// Actors that live in the broker are not to be waited for: they go on until it
// stops.
func TestLameDuckIsForClientsFromOutside(t *testing.T) {
	bubble(t, actors.Config{LameDuckDuration: time.Minute, LameDuckGracePeriod: time.Second}, func(t *testing.T, b *actorstest.Broker) {
		b.Client(t).Close() // that everybody had gone once is no reason to look again and again
		p := enlist(t, b, "p", client.Options{}, subscribe(t, "to.*"))
		c := b.Client(t)
		c.Send(`CONNECT {"verbose":false,"protocol":1}`, "PING")
		c.Expect("PONG")
		c.Line() // INFO
		ended := make(chan error, 1)
		go func() { ended <- b.LameDuck(t.Context()) }()
		synctest.Wait()
		assert.Contains(t, c.Line(), `"ldm":true`)
		c.Send("PUB to.you 2", "hi")
		p.gets("to.you", "hi")
		actorstest.Advance(t, 1100*time.Millisecond)
		c.ExpectClosed()
		require.NoError(t, <-ended)
		assert.Equal(t, 1, b.Stats().Connections)
		p.publish(message("to.me", "")) // it is still there
		p.gets("to.me", "")
	})
	bubble(t, actors.Config{}, func(t *testing.T, b *actorstest.Broker) {
		enlist(t, b, "p", client.Options{}, subscribe(t, "in.*"))
		require.NoError(t, b.LameDuck(t.Context()), "at once")
	})
}
