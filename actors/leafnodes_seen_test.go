package actors_test

import (
	"testing"

	"github.com/asynkron/protoactor-go/actor"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/actors"
	"github.com/troupe-mq/troupe/actors/client"
	"github.com/troupe-mq/troupe/actors/report"
	"github.com/troupe-mq/troupe/actors/tap"
)

// seen is what one message was seen as.
type seen struct {
	subject, payload string
	from             *report.Origin
}

// witness is a tap, and an actor that is a client: both tell whose messages they see.
type witness struct{ seen chan seen }

func (w witness) Receive(ctx actor.Context) {
	switch m := ctx.Message().(type) {
	case *tap.Batch:
		for r := range m.Records() {
			if r.Kind != tap.Published {
				continue
			}
			w.seen <- seen{r.Subject, string(r.Payload), r.Origin}
		}
	case *client.Message:
		w.seen <- seen{m.Subject, string(m.Data), m.From}
	}
}

// listens is an actor that subscribes, and hands on what it gets.
type listens struct{ witness }

func (l listens) Receive(ctx actor.Context) {
	if _, started := ctx.Message().(*actor.Started); started {
		c, err := client.Join(ctx, client.Options{})
		if err == nil {
			_, err = c.Subscribe("in.>")
		}
		if err != nil {
			panic(err)
		}
	}
	l.witness.Receive(ctx)
}

// TestLeafNodeIsSeen: a tap, and an actor, know that a message has come by a link: they are told so by the broker, and not by
// what the hub says. One that goes by a link is that of the client who has published it.
func TestLeafNodeIsSeen(t *testing.T) {
	broker, f, _ := linked(t, newHub(t), actors.Config{}, "out.*")
	const most = 16
	taps, inside := witness{make(chan seen, most)}, witness{make(chan seen, most)}
	require.NoError(t, broker.AddTap(tap.Spec{Name: "audit", Feeds: tap.Commands, Policy: tap.Block, Payload: tap.PayloadAll},
		func() actor.Actor { return taps }))
	_, err := broker.Spawn(t.Context(), actors.ActorSpec{Name: "listens", Produce: func() actor.Actor { return listens{inside} }})
	require.NoError(t, err)
	f.until("LS+ in.>")
	f.send("LMSG in.1 r.1 2", "hi", "LMSG nobody 1", "x", "LMSG in.2 $JS.ACK.s.c.1.1.1.17.0@in.shown 1", "y", "")
	link := broker.Links(t.Context(), false)[0].ID
	for _, want := range []seen{{"in.1", "hi", nil}, {"nobody", "x", nil}, {"in.shown", "y", nil}} {
		got := <-taps.seen
		assert.Equal(t, []any{want.subject, want.payload}, []any{got.subject, got.payload})
		assert.Equal(t, []any{"leaf", link, "", "$G", "hub"}, []any{got.from.Kind, got.from.CID, got.from.User, got.from.Account, got.from.Name})
	}
	for _, subject := range []string{"in.1", "in.shown"} {
		got := <-inside.seen
		assert.Equal(t, subject, got.subject)
		assert.Equal(t, []any{"leaf", link, ""}, []any{got.from.Kind, got.from.CID, got.from.User})
	}
	a := silent(t, broker)
	a.Send("PUB out.1 1", "z")
	f.expect("LMSG out.1 1", "z")
	got := <-taps.seen
	assert.Equal(t, []any{"out.1", "z", "nats"}, []any{got.subject, got.payload, got.from.Kind})
}
