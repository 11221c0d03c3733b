package tap_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/asynkron/protoactor-go/actor"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/actors"
	"github.com/troupe-mq/troupe/actors/actorstest"
	"github.com/troupe-mq/troupe/actors/tap"
	"github.com/troupe-mq/troupe/supervisor"
)

// ear is a tap that remembers what it is told.
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

// tapped runs a test with a broker that has one tap.
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

// happened is the events of the tap.
func happened(t *testing.T, b *actorstest.Broker) []string {
	t.Helper()
	events, err := b.History(t.Context(), 0)
	require.NoError(t, err)
	var out []string
	for i := range events {
		e := events[len(events)-1-i]
		if strings.HasSuffix(e.Path, "taps/ear") && e.What != supervisor.Started {
			out = append(out, string(e.What))
		}
	}
	return out
}
