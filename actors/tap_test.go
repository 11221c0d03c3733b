package actors_test

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/asynkron/protoactor-go/actor"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/actors"
	"github.com/troupe-mq/troupe/actors/actorstest"
	"github.com/troupe-mq/troupe/actors/client"
	"github.com/troupe-mq/troupe/actors/tap"
)

// listener is a tap that remembers what it is told.
type ear struct {
	mu    sync.Mutex
	seen  []tap.Record
	sizes []int

	before func(*tap.Batch) // called with each batch, if there is one
}

func (e *ear) Receive(ctx actor.Context) {
	b, ok := ctx.Message().(*tap.Batch)
	if !ok {
		return
	}
	if e.before != nil {
		e.before(b)
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	e.sizes = append(e.sizes, b.Len())
	for r := range b.Records() {
		e.seen = append(e.seen, *r)
	}
}

func (e *ear) produce() actor.Actor { return e }

// heard is what came so far, and forgets it.
func (e *ear) heard() []tap.Record {
	synctest.Wait()
	e.mu.Lock()
	defer e.mu.Unlock()
	seen := e.seen
	e.seen, e.sizes = nil, nil
	return seen
}

// lines is heard, a line for each record.
func (e *ear) lines() []string {
	var out []string
	for _, r := range e.heard() {
		out = append(out, line(&r))
	}
	return out
}

func line(r *tap.Record) string {
	s := []string{r.Kind.String()}
	add := func(format string, v any, given bool) {
		if given {
			s = append(s, fmt.Sprintf(format, v))
		}
	}
	add("%s", r.Subject, r.Subject != "")
	add("reply=%s", r.Reply, r.Reply != "")
	add("queue=%s", r.Queue, r.Queue != "")
	add("sid=%s", r.SID, r.SID != "")
	add("max=%d", r.Max, r.Max != 0)
	add("size=%d", r.Size, r.Kind == tap.Published)
	add("headers=%d", r.Headers, r.Headers != 0)
	add("payload=%q", r.Payload, r.Payload != nil)
	add("%s", r.Outcome, r.Kind == tap.Published)
	add("copies=%d", r.Copies, r.Copies != 0)
	add("(%s)", r.Reason, r.Reason != "")
	add("tap=%s", r.Tap, r.Tap != "")
	if r.Gap != nil {
		s = append(s, fmt.Sprintf("%d %s", r.Gap.Count, r.Gap.Reason))
	}
	return strings.Join(s, " ")
}

// inBubble runs a test with a broker that has one tap.
func tapped(t *testing.T, spec tap.Spec, e *ear, test func(t *testing.T, b *actorstest.Broker, c *actorstest.Client)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		if spec.Name == "" {
			spec.Name = "ear"
		}
		b := actorstest.Start(t, actors.Config{PingInterval: time.Hour}, actors.WithTap(spec, e.produce))
		c := b.Client(t)
		c.Send(`CONNECT {"verbose":false,"pedantic":false,"headers":true,"no_responders":false}`)
		actorstest.Advance(t, 3*time.Second)
		c.Expect("PING")
		c.Send("PONG")
		e.heard()
		test(t, b, c)
	})
}

func TestWordsOfRecords(t *testing.T) {
	words := map[string]bool{}
	for k := range tap.LameDuck + 1 {
		words[k.String()] = true
	}
	for o := range tap.OutcomeRefused + 1 {
		words[o.String()+"!"] = true
	}
	assert.Len(t, words, int(tap.LameDuck)+1+int(tap.OutcomeRefused)+1, "each has its own: %v", words)
	assert.NotContains(t, words, "")
	assert.Equal(t, "unknown", tap.Kind(99).String())
	assert.Equal(t, "drop block", fmt.Sprint(tap.Drop, " ", tap.Block))
}

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

func TestTapsComeAndGo(t *testing.T) {
	first, second := &ear{}, &ear{}
	tapped(t, tap.Spec{Name: "first"}, first, func(t *testing.T, b *actorstest.Broker, c *actorstest.Client) {
		spec := tap.Spec{Name: "second", Policy: tap.Block}
		require.NoError(t, b.AddTap(spec, second.produce))
		require.ErrorIs(t, b.AddTap(spec, second.produce), tap.ErrSpec)
		c.Send("PUB a 0", "")
		c.Fence()
		require.NoError(t, b.RemoveTap("second"))
		require.ErrorIs(t, b.RemoveTap("second"), tap.ErrSpec)
		c.Send("PUB b 0", "")
		c.Fence()
		actorstest.Advance(t, time.Second)
		assert.Equal(t, []string{"tap_added tap=second", "published a size=0 accepted", "tap_removed tap=second"}, second.lines())
		lines := first.lines()
		assert.Contains(t, lines, "tap_added tap=second")
		assert.Contains(t, lines, "tap_removed tap=second")
		assert.Contains(t, lines, "published b size=0 no_interest")
		require.Len(t, b.Taps(), 1)
		require.NoError(t, b.AddTap(spec, second.produce))
	})
}

// TestTapHasIt: with a tap that blocks, PONG means that it has what was published.
func TestTapHasIt(t *testing.T) {
	batches := make(chan *tap.Batch, 10)
	e := &ear{before: func(b *tap.Batch) { b.Hold(); batches <- b }}
	tapped(t, tap.Spec{Policy: tap.Block, Feeds: tap.Commands, Subjects: []string{"a"}}, e, func(t *testing.T, b *actorstest.Broker, c *actorstest.Client) {
		sub := b.Client(t)
		sub.Send("SUB > 1")
		sub.Expect("+OK")
		c.Send("PUB a 0", "", "PUB b 0", "", "PING")
		synctest.Wait()
		sub.Quiet()
		c.Quiet()
		held := <-batches
		held.Done(nil)
		held.Done(errors.New("too late"))
		c.Expect("PONG")
		sub.Expect("MSG a 1 0", "", "MSG b 1 0", "")
		c.Send("PUB b 0", "", "PING")
		c.Expect("PONG")
		assert.Empty(t, batches)

		c.Send("PUB a 0", "", "PUB a 0", "", "PUB b 0", "", "PING")
		synctest.Wait()
		(<-batches).Done(errors.New("disk full"))
		c.Expect("-ERR 'Message Not Recorded'", "-ERR 'Message Not Recorded'", "PONG")
		sub.Expect("MSG b 1 0", "", "MSG b 1 0", "")
		l := b.Stats().Ledger
		assert.Equal(t, uint64(2), l.Refused)
		assert.Equal(t, l.In, l.Routed+l.NoInterest+l.Refused)
	})
}

func TestTapDeadline(t *testing.T) {
	for _, through := range []bool{false, true} {
		t.Run(fmt.Sprint("let through ", through), func(t *testing.T) {
			free := make(chan struct{})
			e := &ear{before: func(*tap.Batch) { <-free }}
			spec := tap.Spec{Policy: tap.Block, Feeds: tap.Commands, Deadline: time.Second, LetThrough: through}
			tapped(t, spec, e, func(t *testing.T, b *actorstest.Broker, c *actorstest.Client) {
				free = make(chan struct{})
				other := b.Client(t)
				c.Send("PUB a 0", "", "PING")
				other.Send("PUB b 0", "", "PING")
				actorstest.Advance(t, time.Second-1)
				c.Quiet()
				actorstest.Advance(t, 1)
				if through {
					c.Expect("PONG")
					other.Expect("+OK", "PONG")
				} else {
					c.Expect("-ERR 'Message Not Recorded'", "PONG")
					other.Expect("-ERR 'Message Not Recorded'", "PONG")
				}
				close(free)
				actorstest.Advance(t, time.Second)
				if through { // the second was never given to the tap
					assert.Equal(t, []string{"published a size=0 accepted", "gap 1 it was published before the tap had taken it"}, e.lines())
				} else {
					assert.Equal(t, []string{"published a size=0 accepted", "published a size=0 refused (Message Not Recorded)"}, e.lines())
				}
				c.Send("PUB c 0", "", "PING")
				c.Expect("PONG")
			})
		})
	}
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

// TestRefusalsInTheirPlace: who is verbose hears of each command in its place.
func TestRefusalsInTheirPlace(t *testing.T) {
	e := &ear{before: func(b *tap.Batch) { b.Hold(); b.Done(errors.New("no")) }}
	tapped(t, tap.Spec{Policy: tap.Block, Feeds: tap.Commands, Subjects: []string{"a"}}, e,
		func(t *testing.T, b *actorstest.Broker, _ *actorstest.Client) {
			c := b.Client(t)
			c.Send("PUB b 0", "", "PUB a 0", "", "SUB x 1", "PUB a 0", "", "PUB a 0", "", "PING", "PUB x 0", "")
			c.Expect("+OK", "-ERR 'Message Not Recorded'", "+OK", "-ERR 'Message Not Recorded'", "-ERR 'Message Not Recorded'", "PONG", "+OK",
				"MSG x 1 0", "")
		})
}

// TestTapSeesTheEnd: a broker that stops leaves nothing untold.
func TestTapSeesTheEnd(t *testing.T) {
	e := &ear{}
	tapped(t, tap.Spec{MaxDelay: time.Hour}, e, func(t *testing.T, b *actorstest.Broker, c *actorstest.Client) {
		c.Send("PUB a 0", "")
		c.Fence()
		require.NoError(t, b.Stop(t.Context()))
		lines := e.lines()
		require.NotEmpty(t, lines)
		assert.Contains(t, lines, "published a size=0 no_interest")
		assert.Contains(t, lines, "disconnected (Server Shutdown)")
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

// speaker is a tap that is a client as well.
type speaker struct{ client *client.Client }

func (s *speaker) Receive(ctx actor.Context) {
	switch m := ctx.Message().(type) {
	case *actor.Started:
		s.client, _ = client.Join(ctx, client.Options{})
	case *tap.Batch:
		for r := range m.Records() {
			_ = s.client.Publish(&client.Message{Subject: "seen." + r.Subject, Data: r.Payload})
		}
	}
}

// TestTapThatPublishes: what actors publish passes by the taps too, and a tap may
// be one of them.
func TestTapThatPublishes(t *testing.T) {
	e := &ear{}
	tapped(t, tap.Spec{Policy: tap.Block, Feeds: tap.Commands, Subjects: []string{"seen.>"}}, e,
		func(t *testing.T, b *actorstest.Broker, c *actorstest.Client) {
			spec := tap.Spec{Name: "speaker", Feeds: tap.Commands, Subjects: []string{"a"}, Payload: tap.PayloadAll}
			require.NoError(t, b.AddTap(spec, func() actor.Actor { return new(speaker) }))
			c.Send("SUB seen.* 1", "PUB a 1", "x")
			actorstest.Advance(t, time.Second)
			c.Expect("MSG seen.a 1 1", "x")
			seen := e.heard()
			require.Len(t, seen, 1)
			assert.Equal(t, "actor", seen[0].Origin.Kind)
		})
}

func TestTapSpecs(t *testing.T) {
	for name, spec := range map[string]tap.Spec{
		"no name":        {},
		"a path":         {Name: "a/b"},
		"no subject":     {Name: "a", Subjects: []string{"a..b"}},
		"no policy":      {Name: "a", Policy: 7},
		"no feed":        {Name: "a", Feeds: 8},
		"negative":       {Name: "a", MaxBytes: -1},
		"negative bytes": {Name: "a", Payload: tap.PayloadFirst(-1)},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := actors.Start(t.Context(), actors.Config{NoListen: true}, actors.WithTap(spec, nil))
			require.ErrorIs(t, err, tap.ErrSpec)
		})
	}
}

// TestNewTapBatch is how a tap is tested without a broker.
func TestNewTapBatch(t *testing.T) {
	var done error
	b := tap.NewBatch("ear", func(err error) { done = err }, tap.Record{Subject: "a"}, tap.Record{Subject: "b"})
	assert.Equal(t, 2, b.Len())
	for r := range b.Records() {
		assert.Equal(t, "a", r.Subject)
		break
	}
	b.Hold()
	b.Done(assert.AnError)
	assert.Equal(t, assert.AnError, done)
}
