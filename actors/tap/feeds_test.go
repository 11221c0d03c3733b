package tap_test

import (
	"crypto/sha256"
	"fmt"
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

func TestTapCommands(t *testing.T) {
	for name, tc := range map[string]struct {
		spec tap.Spec
		want []string
	}{
		"metadata": {tap.Spec{}, []string{
			"published a.b reply=r size=5 delivered copies=2",
			"published a.b size=2 delivered copies=2",
			"published a.c size=0 no_interest",
			"published a.b size=16 headers=14 delivered copies=2",
		}},
		"some subjects": {tap.Spec{Subjects: []string{"a.c", "b.>"}}, []string{"published a.c size=0 no_interest"}},
		"all of the payload": {tap.Spec{Payload: tap.PayloadAll, Subjects: []string{"a.b"}}, []string{
			`published a.b reply=r size=5 payload="hello" delivered copies=2`,
			`published a.b size=2 payload="hi" delivered copies=2`,
			`published a.b size=16 headers=14 payload="NATS/1.0\r\n\r\n\r\nhi" delivered copies=2`,
		}},
		"one at a time": {tap.Spec{MaxBatch: 1, Payload: tap.PayloadFirst(1), Subjects: []string{"a.b"}}, []string{
			`published a.b reply=r size=5 payload="h" delivered copies=2`,
			`published a.b size=2 payload="h" delivered copies=2`,
			`published a.b size=16 headers=14 payload="N" delivered copies=2`,
		}},
		"those that block": {tap.Spec{Policy: tap.Block}, []string{
			"published a.b reply=r size=5 accepted",
			"published a.b size=2 accepted",
			"published a.c size=0 accepted",
			"published a.b size=16 headers=14 accepted",
		}},
	} {
		t.Run(name, func(t *testing.T) {
			tc.spec.Feeds = tap.Commands
			e := &ear{}
			tapped(t, tc.spec, e, func(t *testing.T, b *actorstest.Broker, c *actorstest.Client) {
				sub := b.Client(t)
				sub.Send(`CONNECT {"verbose":false,"headers":true}`, "SUB a.b 1", "SUB a.* q 2")
				sub.Send("UNSUB 2", "SUB a.b 3")
				sub.Fence()
				c.Send("PUB a.b r 5", "hello", "PUB a.b 2", "hi", "PUB a.c 0", "", "HPUB a.b 14 16", "NATS/1.0\r\n\r\n\r\nhi", "PING")
				c.Expect("PONG")
				actorstest.Advance(t, time.Second)
				assert.Equal(t, tc.want, e.lines())
			})
		})
	}
}

func TestTapLifecycle(t *testing.T) {
	e := &ear{}
	synctest.Test(t, func(t *testing.T) {
		b := actorstest.Start(t, actors.Config{User: "u", Password: "hush"}, actors.WithTap(tap.Spec{Name: "ear"}, e.produce))
		c, wrong := b.Client(t), b.Client(t)
		actorstest.Advance(t, time.Second)
		e.heard()
		c.Send(`CONNECT {"user":"u","pass":"hush","name":"me","lang":"go","version":"1","verbose":false}`, "SUB a q 7", "SUB $SYS._INBOX. 8", "UNSUB 7 3", "PING")
		wrong.Send(`CONNECT {"user":"u","pass":"wrong"}`)
		actorstest.Advance(t, time.Second)
		c.Close()
		actorstest.Advance(t, time.Second)
		seen := e.heard()
		var lines []string
		var last uint64
		for _, r := range seen {
			if r.Kind == tap.Supervision || r.Origin == nil || r.Origin.CID != 1 {
				continue
			}
			lines = append(lines, line(&r))
			assert.Greater(t, r.Seq, last)
			last = r.Seq
			assert.Equal(t, "me", r.Origin.Name)
			assert.Equal(t, "u", r.Origin.User)
		}
		assert.Equal(t, []string{
			"authenticated",
			"subscribed a queue=q sid=7",
			"subscribed $SYS._INBOX. sid=8 (Invalid Subject)",
			"unsubscribed a queue=q sid=7 max=3",
			"disconnected (Client Closed)",
		}, lines)
		var other []string
		for _, r := range seen {
			if r.Origin != nil && r.Origin.CID == 2 {
				other = append(other, line(&r))
			}
		}
		assert.Equal(t, []string{"auth_failed (Authorization Violation)", "disconnected (Authentication Failure)"}, other)
		assert.NotContains(t, fmt.Sprintf("%+v", seen), "hush")
		assert.NotContains(t, fmt.Sprintf("%+v", seen), "wrong")
	})
}

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

		_, err := b.Spawn(t.Context(), actors.ActorSpec{Name: "inner", Produce: func() actor.Actor { // a part of the broker is no client
			return actor.ReceiveFunc(func(ctx actor.Context) {
				if _, ok := ctx.Message().(*actor.Started); ok {
					_, err := client.Join(ctx, client.Options{Internal: true})
					assert.NoError(t, err)
				}
			})
		}})
		require.NoError(t, err)
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

// TestTapOfSupervision: what becomes of the broker's actors is in the feed.
func TestTapOfSupervision(t *testing.T) {
	e := &ear{}
	tapped(t, tap.Spec{Feeds: tap.Lifecycle}, e, func(t *testing.T, b *actorstest.Broker, c *actorstest.Client) {
		_, err := b.Inject(t.Context(), actors.Fault{Target: "partitions/part-0", Kind: actors.FaultPanic})
		require.NoError(t, err)
		c.Send("PUB a 0", "")
		actorstest.Advance(t, time.Second)
		var whats []string
		for _, r := range e.heard() {
			require.NotNil(t, r.Supervision)
			whats = append(whats, string(r.Supervision.What))
		}
		assert.Equal(t, []string{"failed", "restarted"}, whats)
	})
}

// TestTapsSeeTheSame: several taps, and each gets what it wants by the numbers of
// the connection.
func TestTapsSeeTheSame(t *testing.T) {
	drops, blocks := &ear{}, &ear{}
	tapped(t, tap.Spec{Name: "drops", Feeds: tap.Commands, Payload: tap.PayloadSHA256}, drops,
		func(t *testing.T, b *actorstest.Broker, c *actorstest.Client) {
			require.NoError(t, b.AddTap(tap.Spec{Name: "blocks", Policy: tap.Block, Subjects: []string{"b"}}, blocks.produce))
			actorstest.Advance(t, time.Second)
			blocks.heard()
			c.Send("PUB a 0", "", "SUB b 1", "PUB b 1", "x", "UNSUB 1", "PUB b 0", "")
			c.Expect("MSG b 1 1", "x")
			actorstest.Advance(t, time.Second)
			dropped, blocked := drops.heard(), blocks.heard()
			require.Len(t, dropped, 3)
			require.Len(t, blocked, 4)
			sum := sha256.Sum256([]byte("x"))
			assert.Equal(t, sum[:], dropped[1].Payload)
			assert.Equal(t, "subscribed b sid=1", line(&blocked[0]))
			assert.Equal(t, "unsubscribed b sid=1", line(&blocked[2]))
			assert.Equal(t, dropped[1].Seq, blocked[1].Seq)
			assert.Equal(t, dropped[2].Seq, blocked[3].Seq)
			assert.Less(t, blocked[2].Seq, blocked[3].Seq)
			assert.Same(t, dropped[1].Origin, blocked[1].Origin)
		})
}
