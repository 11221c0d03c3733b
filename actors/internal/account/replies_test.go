package account_test

import (
	"fmt"
	"runtime"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/actors/access"
	"github.com/troupe-mq/troupe/actors/actorstest"
	"github.com/troupe-mq/troupe/actors/internal/account"
)

// bazaar is an account that offers services, and many that import them.
func bazaar(importers int) *account.Set {
	x := access.Account{Name: "X", Exports: []access.Export{
		{Service: "once"}, {Service: "stream", Responses: access.Stream, Threshold: 10 * time.Second},
	}}
	p := access.Policy{Accounts: []access.Account{x}}
	for i := range importers {
		p.Accounts = append(p.Accounts, access.Account{Name: fmt.Sprintf("I%d", i), Imports: []access.Import{{Account: "X", Service: "once"}, {Account: "X", Service: "stream"}}})
	}
	return account.NewSet(&p, nil)
}

// asker asks the service once, or stream, of X.
type asker struct {
	set    *account.Set
	name   string
	client uint64
}

func (a asker) ask(now time.Time, reply string, stream bool) (*account.ReplyRoute, string) {
	by := a.set.Named(a.name)
	due := by.Services[0].Answers
	if stream {
		due = by.Services[1].Answers
	}
	return a.set.Replies.Open(account.Request{By: by, Client: a.client, From: by, Into: a.set.Named("X"), Reply: reply, Due: due}, now)
}

func (a asker) take(w *account.ReplyRoute, size int, now time.Time) *account.ReplyRoute {
	return a.set.Replies.Take(a.set.Named("X"), []byte(w.Token), size, now)
}

// TestFloodDisplacesItself: whoever asks without end loses its own routes, the oldest
// first, and neither another account, nor another client of its own does.
func TestFloodDisplacesItself(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for _, size := range []int{10, 3900} {
			set, now := bazaar(2), time.Now()
			flood, neighbour, other := asker{set, "I0", 1}, asker{set, "I0", 2}, asker{set, "I1", 3}
			near, _ := neighbour.ask(now, "in", false)
			far, _ := other.ask(now, "in", false)
			first, payer := flood.ask(now, strings.Repeat("x", size), false)
			require.Empty(t, payer)
			open := 1
			for ; payer == ""; open++ {
				_, payer = flood.ask(now, strings.Repeat("x", size), false)
			}
			assert.Equal(t, "I0", payer)
			assert.Less(t, open, 16<<20/size)
			assert.Nil(t, flood.take(first, 1, now), "the oldest")
			for range 2 * open {
				last, payer := flood.ask(now, strings.Repeat("x", size), false)
				require.Equal(t, "I0", payer)
				require.True(t, set.Replies.Knows(set.Named("X"), []byte(last.Token)))
			}
			_, payer = other.ask(now, "in", false)
			assert.Equal(t, "I0", payer, "it is another one that pays")
			assert.NotNil(t, neighbour.take(near, 1, now))
			assert.NotNil(t, other.take(far, 1, now))
			set.Replies.Retain(nil)
			actorstest.Advance(t, time.Minute)
		}
	})
}

// TestManyImportersShare: twenty that flood leave a place to the one that does not.
func TestManyImportersShare(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		set, now := bazaar(21), time.Now()
		quiet := asker{set, "I20", 20}
		w, _ := quiet.ask(now, strings.Repeat("q", 3900), false)
		for range 1000 {
			for i := range uint64(20) {
				asker{set, fmt.Sprintf("I%d", i), i}.ask(now, strings.Repeat("x", 3900), false)
			}
		}
		assert.NotNil(t, quiet.take(w, 1, now))
		set.Replies.Retain(nil)
		actorstest.Advance(t, time.Minute)
	})
}

// TestReplyRoutesEnd: without a question behind them, each at its time.
func TestReplyRoutesEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		set := bazaar(1)
		a, x := asker{set, "I0", 1}, set.Named("X")
		once, _ := a.ask(time.Now(), "in", false)
		stream, _ := a.ask(time.Now(), "in", true)
		knows := func(w *account.ReplyRoute) bool { return set.Replies.Knows(x, []byte(w.Token)) }
		actorstest.Advance(t, 8*time.Second)
		require.NotNil(t, a.take(stream, 1, time.Now()), "it goes on from here")
		actorstest.Advance(t, 8*time.Second)
		assert.True(t, knows(stream))
		actorstest.Advance(t, 3*time.Second)
		assert.False(t, knows(stream))
		actorstest.Advance(t, access.DefaultThreshold-20*time.Second)
		assert.True(t, knows(once))
		assert.Nil(t, a.take(once, 1, time.Now().Add(time.Minute)), "its time is up, though nobody has looked")
		assert.False(t, knows(once))
		stream, _ = a.ask(time.Now(), "in", true)
		assert.NotNil(t, a.take(stream, 0, time.Now()), "an empty one is the last")
		assert.Nil(t, a.take(stream, 1, time.Now()))
		actorstest.Advance(t, time.Minute)
	})
}

// TestMemoryOfReplyRoutes: what they cost is what is counted, and it is given back, also when
// nobody asks any more.
func TestMemoryOfReplyRoutes(t *testing.T) {
	for _, size := range []int{10, 3900} {
		for _, clients := range []int{1, 20_000} {
			synctest.Test(t, func(t *testing.T) {
				set := bazaar(1)
				before, payer := heap(), ""
				for i := 0; payer == ""; i++ {
					_, payer = asker{set, "I0", uint64(i % clients)}.ask(time.Now(), strings.Repeat("x", size), false)
				}
				cost := heap() - before
				t.Logf("%d bytes, %d clients: %.1f MB", size, clients, float64(cost)/(1<<20))
				assert.Less(t, cost, 18<<20, "size %d clients %d", size, clients)
				actorstest.Advance(t, access.DefaultThreshold+10*time.Second)
				assert.Less(t, heap()-before, 100<<10, "size %d clients %d", size, clients)
				runtime.KeepAlive(set)
			})
		}
	}
}

func heap() int {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int(m.HeapAlloc)
}

// TestReplyRoutesOfAccountsThatAreGone: neither those into them, nor those that they have
// asked for.
func TestReplyRoutesOfAccountsThatAreGone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for _, gone := range []string{"X", "I0"} {
			set, now := bazaar(2), time.Now()
			var mine, others []*account.ReplyRoute
			for i := range uint64(1000) {
				w, _ := asker{set, "I0", i}.ask(now, "in", false)
				v, _ := asker{set, "I1", i}.ask(now, "in", false)
				mine, others = append(mine, w), append(others, v)
			}
			live := set.Live()
			delete(live, set.Named(gone).Number)
			set.Replies.Retain(live)
			for i := range mine {
				require.False(t, set.Replies.Knows(set.Named("X"), []byte(mine[i].Token)))
				require.Equal(t, gone == "I0", set.Replies.Knows(set.Named("X"), []byte(others[i].Token)))
			}
			set.Replies.Retain(nil)
		}
		actorstest.Advance(t, time.Minute)
	})
}

// BenchmarkOpen is a request and its answer, where there is no room for another route.
func BenchmarkOpen(b *testing.B) {
	set, now := bazaar(2), time.Now()
	for range 60_000 {
		asker{set, "I0", 1}.ask(now, "in", false)
	}
	b.ReportAllocs()
	for b.Loop() {
		w, _ := asker{set, "I1", 2}.ask(now, "in", false)
		asker{set, "I1", 2}.take(w, 1, now)
	}
	set.Replies.Retain(nil)
}
