package client_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/asynkron/protoactor-go/actor"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/actors"
	"github.com/troupe-mq/troupe/actors/actorstest"
	"github.com/troupe-mq/troupe/actors/client"
	"github.com/troupe-mq/troupe/actors/report"
	"github.com/troupe-mq/troupe/actors/tap"
)

func TestActorRequests(t *testing.T) {
	bubble(t, actors.Config{}, func(t *testing.T, b *actorstest.Broker) {
		c := b.Client(t)
		c.Send(`CONNECT {"verbose":false}`, "SUB service.socket 1", "SUB service.silent 2")
		p := enlist(t, b, "p", client.Options{}, subscribe(t, "service.actor"))
		ask := func(subject string) (id uint64) {
			p.do(func(c *client.Client) {
				var err error
				m := message(subject, "question")
				id, err = c.Request(&m, time.Second)
				assert.NoError(t, err)
			})
			return id
		}
		id := ask("service.socket")
		line := strings.Fields(c.Line())
		require.Len(t, line, 5)
		c.Expect("question")
		assert.True(t, strings.HasPrefix(line[3], "_INBOX."))
		c.Send("PUB "+line[3]+" 6", "answer", "PUB "+line[3]+" 4", "late")
		r := actorstest.Expect[*client.Response](p.Probe)
		require.NoError(t, r.Err)
		assert.Equal(t, id, r.ID)
		assert.Equal(t, "answer", string(r.Message.Data))
		assert.Equal(t, "nats", r.Message.From.Kind)
		p.Quiet()

		second := ask("service.nobody")
		assert.NotEqual(t, id, second)
		r = actorstest.Expect[*client.Response](p.Probe)
		assert.Equal(t, second, r.ID)
		assert.Equal(t, client.ErrNoResponders, r.Err)

		third := ask("service.silent")
		p.Quiet()
		actorstest.Advance(t, time.Second)
		r = actorstest.Expect[*client.Response](p.Probe)
		assert.Equal(t, third, r.ID)
		assert.Equal(t, client.ErrTimeout, r.Err)

		q := enlist(t, b, "q", client.Options{}, nil)
		q.do(func(c *client.Client) {
			m := message("service.actor", "question")
			_, err := c.Request(&m, time.Second)
			assert.NoError(t, err)
		})
		m := p.gets("service.actor", "question")
		p.do(func(*client.Client) { assert.NoError(t, m.Respond([]byte("from an actor"))) })
		r = actorstest.Expect[*client.Response](q.Probe)
		assert.Equal(t, "from an actor", string(r.Message.Data))
		actorstest.Advance(t, time.Minute)
		q.Quiet()
		p.Quiet()
	})
}

func TestPublishFromOutside(t *testing.T) {
	bubble(t, actors.Config{}, func(t *testing.T, b *actorstest.Broker) {
		p := enlist(t, b, "p", client.Options{}, subscribe(t, "a", "service"))
		m := message("a", "x")
		require.NoError(t, b.Publish(t.Context(), &m))
		assert.Equal(t, "inline", p.gets("a", "x").From.Name)

		answer := make(chan *client.Message)
		go func() {
			m := message("service", "question")
			got, err := b.Request(context.Background(), &m)
			assert.NoError(t, err)
			answer <- got
		}()
		q := p.gets("service", "question")
		p.do(func(*client.Client) { assert.NoError(t, q.Respond([]byte("answer"))) })
		assert.Equal(t, "answer", string((<-answer).Data))

		_, err := b.Request(t.Context(), &m)
		require.ErrorIs(t, err, client.ErrTimeout)
		m.Subject = "nobody"
		_, err = b.Request(t.Context(), &m)
		require.ErrorIs(t, err, client.ErrNoResponders)
		m.Subject = "a b"
		require.ErrorIs(t, b.Publish(t.Context(), &m), client.ErrSubject)
		require.NoError(t, b.Stop(t.Context()))
		require.ErrorIs(t, b.Publish(t.Context(), &m), report.ErrStopped)
	})
}

// TestPublishFromOutsideWaits: who publishes without being an actor waits for a blocking tap, and is told what it has
// refused, as a client is; also who asks.
func TestPublishFromOutsideWaits(t *testing.T) {
	held := make(chan *tap.Batch, 1)
	keeper := tap.Spec{Name: "keeper", Policy: tap.Block, Feeds: tap.Commands}
	synctest.Test(t, func(t *testing.T) {
		b := actorstest.Start(t, actors.Config{}, actors.WithTap(keeper, func() actor.Actor { return holder(held) }))
		done := make(chan error, 1)
		do := func(publish func() error) { go func() { done <- publish() }() }
		m := message("a", "x")
		do(func() error { return b.Publish(context.Background(), &m) })
		first := <-held
		synctest.Wait()
		require.Empty(t, done, "the tap has not got it")
		first.Done(nil)
		require.NoError(t, <-done)

		do(func() error { return b.Publish(context.Background(), &m) })
		(<-held).Done(errors.New("disk full"))
		err := <-done
		require.ErrorIs(t, err, client.ErrRefused)
		require.EqualError(t, err, "troupe: refused: Message Not Recorded")
		do(func() error { _, err := b.Request(context.Background(), &m); return err })
		(<-held).Done(errors.New("disk full"))
		require.ErrorIs(t, <-done, client.ErrRefused)
		do(func() error { return b.Publish(context.Background(), &m) })
		(<-held).Done(nil)
		require.NoError(t, <-done, "what was refused is not held against the next")
	})
}

// holder is a tap that hands on what it is given, and has not taken it.
type holder chan *tap.Batch

func (h holder) Receive(ctx actor.Context) {
	if b, ok := ctx.Message().(*tap.Batch); ok {
		b.Hold()
		h <- b
	}
}
