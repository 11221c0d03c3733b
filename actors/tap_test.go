package actors_test

import (
	"context"
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
	"github.com/troupe-mq/troupe/supervisor"
)

// listener is a tap that remembers what it is told.
type ear struct {
	mu    sync.Mutex
	seen  []actors.Record
	sizes []int

	before func(*actors.TapBatch) // called with each batch, if there is one
}

func (e *ear) Receive(ctx actor.Context) {
	b, ok := ctx.Message().(*actors.TapBatch)
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
func (e *ear) heard() []actors.Record {
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

var kinds = map[actors.Kind]string{
	actors.KindGap: "gap", actors.KindConnected: "connected", actors.KindAuthenticated: "authenticated",
	actors.KindAuthFailed: "auth failed", actors.KindSubscribed: "subscribed", actors.KindUnsubscribed: "unsubscribed",
	actors.KindDenied: "denied", actors.KindEvicted: "evicted", actors.KindDisconnected: "disconnected",
	actors.KindSupervision: "supervision", actors.KindTapAdded: "tap added", actors.KindTapRemoved: "tap removed",
	actors.KindPublished: "published",
}

var outcomes = []string{"accepted", "delivered", "no interest", "denied", "refused"}

func line(r *actors.Record) string {
	s := []string{kinds[r.Kind]}
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
	add("size=%d", r.Size, r.Kind == actors.KindPublished)
	add("headers=%d", r.Headers, r.Headers != 0)
	add("payload=%q", r.Payload, r.Payload != nil)
	add("%s", outcomes[r.Outcome], r.Kind == actors.KindPublished)
	add("copies=%d", r.Copies, r.Copies != 0)
	add("(%s)", r.Reason, r.Reason != "")
	add("tap=%s", r.Tap, r.Tap != "")
	if r.Gap != nil {
		s = append(s, fmt.Sprintf("%d %s", r.Gap.Count, r.Gap.Reason))
	}
	return strings.Join(s, " ")
}

// inBubble runs a test with a broker that has one tap.
func tapped(t *testing.T, spec actors.TapSpec, e *ear, test func(t *testing.T, b *actorstest.Broker, c *actorstest.Client)) {
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

func TestTapCommands(t *testing.T) {
	for name, tc := range map[string]struct {
		spec actors.TapSpec
		want []string
	}{
		"metadata": {actors.TapSpec{}, []string{
			"published a.b reply=r size=5 delivered copies=2",
			"published a.b size=2 delivered copies=2",
			"published a.c size=0 no interest",
			"published a.b size=16 headers=14 delivered copies=2",
		}},
		"some subjects": {actors.TapSpec{Subjects: []string{"a.c", "b.>"}}, []string{"published a.c size=0 no interest"}},
		"all of the payload": {actors.TapSpec{Payload: actors.PayloadAll, Subjects: []string{"a.b"}}, []string{
			`published a.b reply=r size=5 payload="hello" delivered copies=2`,
			`published a.b size=2 payload="hi" delivered copies=2`,
			`published a.b size=16 headers=14 payload="NATS/1.0\r\n\r\n\r\nhi" delivered copies=2`,
		}},
		"one at a time": {actors.TapSpec{MaxBatch: 1, Payload: actors.PayloadFirst(1), Subjects: []string{"a.b"}}, []string{
			`published a.b reply=r size=5 payload="h" delivered copies=2`,
			`published a.b size=2 payload="h" delivered copies=2`,
			`published a.b size=16 headers=14 payload="N" delivered copies=2`,
		}},
		"those that block": {actors.TapSpec{Policy: actors.TapBlock}, []string{
			"published a.b reply=r size=5 accepted",
			"published a.b size=2 accepted",
			"published a.c size=0 accepted",
			"published a.b size=16 headers=14 accepted",
		}},
	} {
		t.Run(name, func(t *testing.T) {
			tc.spec.Feeds = actors.CommandFeed
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
		b := actorstest.Start(t, actors.Config{User: "u", Password: "hush"}, actors.WithTap(actors.TapSpec{Name: "ear"}, e.produce))
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
			if r.Kind == actors.KindSupervision || r.Origin == nil || r.Origin.CID != 1 {
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
		assert.NotContains(t, fmt.Sprintf("%+v", seen), "hush")
		assert.NotContains(t, fmt.Sprintf("%+v", seen), "wrong")
	})
}

func TestTapsComeAndGo(t *testing.T) {
	first, second := &ear{}, &ear{}
	tapped(t, actors.TapSpec{Name: "first"}, first, func(t *testing.T, b *actorstest.Broker, c *actorstest.Client) {
		spec := actors.TapSpec{Name: "second", Policy: actors.TapBlock}
		require.NoError(t, b.AddTap(spec, second.produce))
		require.ErrorIs(t, b.AddTap(spec, second.produce), actors.ErrTap)
		c.Send("PUB a 0", "")
		c.Fence()
		require.NoError(t, b.RemoveTap("second"))
		require.ErrorIs(t, b.RemoveTap("second"), actors.ErrTap)
		c.Send("PUB b 0", "")
		c.Fence()
		actorstest.Advance(t, time.Second)
		assert.Equal(t, []string{"tap added tap=second", "published a size=0 accepted", "tap removed tap=second"}, second.lines())
		lines := first.lines()
		assert.Contains(t, lines, "tap added tap=second")
		assert.Contains(t, lines, "tap removed tap=second")
		assert.Contains(t, lines, "published b size=0 no interest")
		require.Len(t, b.Taps(), 1)
		require.NoError(t, b.AddTap(spec, second.produce))
	})
}

// TestTapHasIt: with a tap that blocks, PONG means that it has what was published.
func TestTapHasIt(t *testing.T) {
	batches := make(chan *actors.TapBatch, 10)
	e := &ear{before: func(b *actors.TapBatch) { b.Hold(); batches <- b }}
	tapped(t, actors.TapSpec{Policy: actors.TapBlock, Feeds: actors.CommandFeed, Subjects: []string{"a"}}, e, func(t *testing.T, b *actorstest.Broker, c *actorstest.Client) {
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
			e := &ear{before: func(*actors.TapBatch) { <-free }}
			spec := actors.TapSpec{Policy: actors.TapBlock, Feeds: actors.CommandFeed, Deadline: time.Second, LetThrough: through}
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

func TestTapGap(t *testing.T) {
	free := make(chan struct{})
	e := &ear{before: func(*actors.TapBatch) { <-free }}
	tapped(t, actors.TapSpec{MaxBytes: 4000, Feeds: actors.CommandFeed}, e, func(t *testing.T, b *actorstest.Broker, c *actorstest.Client) {
		free = make(chan struct{})
		const all = 100
		for range all {
			c.Send("PUB a 0", "")
			actorstest.Advance(t, 10*time.Millisecond)
		}
		c.Fence()
		s := b.Taps()[0]
		assert.LessOrEqual(t, s.Bytes, 4000+1000)
		assert.Positive(t, s.Lost)
		close(free)
		actorstest.Advance(t, time.Second)
		got, lost := 0, 0
		for _, r := range e.heard() {
			if r.Kind == actors.KindGap {
				lost += int(r.Gap.Count)
				assert.Equal(t, time.Duration(lost-1)*10*time.Millisecond, r.Gap.To.Sub(r.Gap.From))
			} else {
				got++
			}
		}
		assert.Equal(t, all, got+lost)
		assert.Equal(t, b.Taps()[0].Lost, uint64(lost))
		assert.Zero(t, b.Taps()[0].Bytes)
		assert.Equal(t, []string{"losing records", "caught up"}, happened(t, b, "taps/ear"))
	})
}

// happened is the events of an actor.
func happened(t *testing.T, b *actorstest.Broker, path string) []string {
	t.Helper()
	events, err := b.History(t.Context(), 0)
	require.NoError(t, err)
	var out []string
	for i := range events {
		e := events[len(events)-1-i]
		if strings.HasSuffix(e.Path, path) && e.What != supervisor.Started {
			out = append(out, string(e.What))
		}
	}
	return out
}

// TestTapCrashes: what a tap was in the middle of is given to its successor, and
// left out when it crashes again.
func TestTapCrashes(t *testing.T) {
	for _, policy := range []actors.TapPolicy{actors.TapDrop, actors.TapBlock} {
		t.Run(fmt.Sprint(policy), func(t *testing.T) {
			poison := "a"
			e := &ear{}
			e.before = func(b *actors.TapBatch) {
				for r := range b.Records() {
					if r.Subject == poison {
						panic("a tap crashes")
					}
				}
			}
			tapped(t, actors.TapSpec{Policy: policy, Feeds: actors.CommandFeed}, e, func(t *testing.T, b *actorstest.Broker, c *actorstest.Client) {
				other := b.Client(t)
				c.Send("PUB a 0", "", "PING")
				other.Send("PUB b 0", "", "PING")
				actorstest.Advance(t, time.Second)
				if policy == actors.TapBlock {
					c.Expect("-ERR 'Message Not Recorded'")
				}
				c.Expect("PONG")
				other.Expect("+OK", "PONG")
				if policy == actors.TapBlock {
					assert.Equal(t, []string{"published b size=0 accepted"}, e.lines())
				} else {
					assert.ElementsMatch(t, []string{"published b size=0 no interest", "gap 1 the tap crashed on it"}, e.lines())
				}
				assert.Equal(t, []string{"failed", "restarted", "failed", "restarted"}, happened(t, b, "taps/ear"))
			})
		})
	}
}

// TestHeldBatchesAreGivenAgain: who dies with batches that it has not said it has,
// has not got them.
func TestHeldBatchesAreGivenAgain(t *testing.T) {
	e := &ear{}
	var first []*actors.TapBatch
	e.before = func(b *actors.TapBatch) {
		for r := range b.Records() {
			switch {
			case len(first) == 0:
				b.Hold()
				first = append(first, b)
			case r.Subject == "b" && len(first) == 1:
				first = append(first, b)
				panic("a tap crashes")
			}
		}
	}
	tapped(t, actors.TapSpec{Policy: actors.TapBlock, Feeds: actors.CommandFeed}, e, func(t *testing.T, b *actorstest.Broker, c *actorstest.Client) {
		other := b.Client(t)
		c.Send("PUB a 0", "", "PING")
		other.Send("PUB b 0", "", "PING")
		c.Quiet()
		first[0].Done(errors.New("nobody listens any more")) // it is over only when it waits again
		actorstest.Advance(t, time.Second)
		c.Expect("-ERR 'Message Not Recorded'", "PONG")
		other.Expect("+OK", "PONG")
	})
}

func TestStuckTap(t *testing.T) {
	for name, tc := range map[string]struct {
		spec   actors.TapSpec
		answer []string
		events []string
	}{
		"drop":        {actors.TapSpec{}, []string{"PONG"}, []string{"stuck", "left off"}},
		"block":       {actors.TapSpec{Policy: actors.TapBlock}, []string{"-ERR 'Message Not Recorded'", "PONG"}, []string{"stuck", "takes records again"}},
		"let through": {actors.TapSpec{Policy: actors.TapBlock, LetThrough: true}, []string{"PONG"}, []string{"stuck", "left off"}},
	} {
		t.Run(name, func(t *testing.T) {
			free := make(chan struct{})
			e := &ear{before: func(*actors.TapBatch) { <-free }}
			tc.spec.Feeds = actors.CommandFeed
			tapped(t, tc.spec, e, func(t *testing.T, b *actorstest.Broker, c *actorstest.Client) {
				free = make(chan struct{})
				c.Send("PUB a 0", "", "PING")
				actorstest.Advance(t, 31*time.Second)
				c.Expect(tc.answer...)
				assert.True(t, b.Taps()[0].Stuck)
				c.Send("PUB a 0", "", "PING")
				c.Expect(tc.answer...) // at once
				close(free)
				actorstest.Advance(t, time.Second)
				assert.Subset(t, happened(t, b, "taps/ear"), tc.events)
				if tc.events[1] != "left off" {
					c.Send("PUB a 0", "", "PING")
					c.Expect("PONG")
				}
			})
		})
	}
}

func TestStopWithATapThatHangs(t *testing.T) {
	free := make(chan struct{})
	e := &ear{before: func(*actors.TapBatch) { <-free }}
	tapped(t, actors.TapSpec{Policy: actors.TapBlock, Feeds: actors.CommandFeed}, e, func(t *testing.T, b *actorstest.Broker, c *actorstest.Client) {
		free = make(chan struct{})
		c.Send("PUB a 0", "", "PING")
		synctest.Wait()
		began := time.Now()
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		_ = b.Stop(ctx)
		assert.Less(t, time.Since(began), 2*time.Second)
		c.Expect("-ERR 'Message Not Recorded'")
		l := b.Stats().Ledger
		assert.Equal(t, uint64(1), l.Refused)
		assert.Equal(t, l.In, l.Routed+l.NoInterest+l.Refused)
		close(free)
	})
}
