package commit

import (
	"fmt"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/actors/internal/account"
	"github.com/troupe-mq/troupe/actors/internal/batch"
	"github.com/troupe-mq/troupe/actors/internal/interest"
	"github.com/troupe-mq/troupe/actors/internal/outbox"
	"github.com/troupe-mq/troupe/actors/internal/stats"
	"github.com/troupe-mq/troupe/actors/internal/steps"
	"github.com/troupe-mq/troupe/wire"
)

// asker is a publisher that has subscriptions to patterns of its own, and wants to know of requests that nobody gets.
func asker(patterns int, pattern func(i int) string) *Publisher {
	p := &Publisher{
		Env: &Env{Links: &interest.Links{}}, Target: &interest.Target{ID: 1, Account: &account.Account{}},
		Subs: &interest.Subscriptions{}, Out: &outbox.Outbox{}, Counts: &stats.Connection{}, NoResponders: true, Full: 1 << 30,
	}
	for i := range patterns {
		p.Subs.Put(interest.NewSubscription(p.Target, []byte(pattern(i)), nil, []byte(strconv.Itoa(i))))
	}
	return p
}

// requests are of one batch, each with a reply subject of its own, that nobody gets.
func requests(n int, reply func(i int) string) *batch.Batch {
	b := batch.New(nil, 1, 0)
	for i := range n {
		at := len(b.Buf)
		b.Buf = append(b.Buf, "nobody "+reply(i)...)
		e := b.Add(wire.OpPub)
		e.Subject = wire.Span{Off: uint32(at), Len: uint32(len("nobody"))}
		e.Reply = wire.Span{Off: uint32(at + len("nobody ")), Len: uint32(len(reply(i)))}
		e.Result = &batch.Result{}
	}
	return b
}

// stepsOf is how many steps a batch takes. None of them is much longer than a step.
func stepsOf(t *testing.T, p *Publisher, b *batch.Batch) (n int) {
	t.Helper()
	for through := false; !through; n++ {
		k := New(p, b, len(b.Entries))
		k.Run()
		assert.Greater(t, k.work.Left(), -steps.Slice/10)
		k.Send()
		through = p.IsThrough(b, len(b.Entries))
		require.Less(t, n, 1000, "it gets on")
	}
	return n
}

func said(p *Publisher) string {
	var all strings.Builder
	for _, d := range p.Out.Queue {
		all.Write(d.Bytes)
	}
	return all.String()
}

// TestInboxesAreIndexedInSteps: the first request that nobody gets has all subscriptions of its client looked at, of
// which there may be a hundred thousand.
func TestInboxesAreIndexedInSteps(t *testing.T) {
	const subs, looks = 50_000, 5
	in := func(i int) string { return fmt.Sprint("in.", i) }
	p := asker(subs, in)
	n := stepsOf(t, p, requests(1, func(int) string { return in(subs - 1) }))
	assert.InDelta(t, subs*looks*steps.Look/steps.Step, n, 2)
	assert.Contains(t, said(p), "HMSG in.49999 49999 ")
	assert.Equal(t, 1, stepsOf(t, p, requests(100, in)), "it is done once")
	assert.Equal(t, 101, strings.Count(said(p), "NATS/1.0 503"))
}

// TestInboxesAreSearchedInSteps: of subscriptions with wildcards each is looked at for each request.
func TestInboxesAreSearchedInSteps(t *testing.T) {
	const subs, asked = 20_000, 50
	p := asker(subs, func(i int) string { return fmt.Sprintf("in.%d.*", i) })
	n := stepsOf(t, p, requests(asked, func(i int) string { return fmt.Sprint("in.", subs-1-i, ".x") }))
	assert.InDelta(t, asked*subs*steps.Look/steps.Step, n, asked/2)
	for i, line := range strings.SplitAfter(said(p), "\r\n\r\n\r\n")[:asked] {
		assert.Contains(t, line, fmt.Sprintf("HMSG in.%d.x ", subs-1-i), "in their order")
	}
	n = stepsOf(t, p, requests(asked, func(int) string { return "somewhere.else" }))
	assert.InDelta(t, asked*subs*steps.Look/steps.Step, n, asked/2)
	assert.Equal(t, asked, strings.Count(said(p), "NATS/1.0 503"), "there is no subscription for an answer")
}
