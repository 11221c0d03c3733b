package fair_test

import (
	"fmt"
	"math/rand/v2"
	"runtime"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/actors/internal/fair"
)

var epoch = time.Unix(1000, 0)

// TestWhoHoldsMostPays: one account with two clients against another with one.
func TestWhoHoldsMostPays(t *testing.T) {
	p := fair.NewPool[string]()
	assert.Nil(t, p.Excess())
	add := func(name string, account, client uint64, cost int) {
		p.Add(name, fair.Owner{Account: account, Client: client}, cost, epoch, time.Minute)
	}
	add("a1 first", 1, 1, 10)
	add("b", 2, 3, 26)
	add("a2", 1, 2, 5)
	add("a1 second", 1, 1, 20)
	var order []string
	for i := p.Excess(); i != nil; i = p.Excess() {
		order = append(order, i.Value)
		require.True(t, p.Remove(i))
		require.False(t, p.Remove(i), "twice")
	}
	assert.Equal(t, []string{"a1 first", "b", "a1 second", "a2"}, order)
	assert.Zero(t, p.Bytes())
	assert.Empty(t, p.Accounts())
}

// TestPoolIsWhatItSays compares it with a plain list, whatever is done to it.
func TestPoolIsWhatItSays(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	type thing struct {
		item *fair.Item[int]
		by   fair.Owner
		cost int
	}
	p, all := fair.NewPool[int](), map[int]thing{}
	drop := func(n int) {
		require.True(t, p.Remove(all[n].item))
		delete(all, n)
	}
	for n := range 20_000 {
		by := fair.Owner{Account: rng.Uint64N(4), Client: rng.Uint64N(5)}
		cost := 1 + rng.IntN(50)
		all[n] = thing{p.Add(n, by, cost, epoch, time.Duration(rng.IntN(100))), by, cost}
		switch victim := rng.IntN(n + 1); {
		case rng.IntN(3) == 0 && all[victim].item != nil:
			drop(victim)
		case all[victim].item != nil:
			p.Extend(all[victim].item, epoch)
		}
		for p.Bytes() > 2000 {
			i := p.Excess()
			accounts, clients := map[uint64]int{}, map[fair.Owner]int{}
			oldest := i.Value
			for n, x := range all {
				accounts[x.by.Account] += x.cost
				clients[x.by] += x.cost
				if x.by == i.Owner() {
					oldest = min(oldest, n)
				}
			}
			for a, held := range accounts {
				require.LessOrEqual(t, held, accounts[i.Owner().Account], "account %d", a)
			}
			for c, held := range clients {
				if c.Account == i.Owner().Account {
					require.LessOrEqual(t, held, clients[i.Owner()])
				}
			}
			require.Equal(t, oldest, i.Value)
			drop(i.Value)
		}
		sum := 0
		for _, x := range all {
			sum += x.cost
		}
		require.Equal(t, sum, p.Bytes())
		require.Equal(t, len(all), p.Len())
	}
	for _, a := range p.Accounts() {
		for i := p.Of(a); i != nil; i = p.Of(a) {
			require.Equal(t, a, i.Owner().Account)
			drop(i.Value)
		}
	}
	assert.Empty(t, all)
}

// TestOverdue: the ends come in their order, whatever was put in first.
func TestOverdue(t *testing.T) {
	p := fair.NewPool[int]()
	var items []*fair.Item[int]
	for i := range 100 {
		items = append(items, p.Add(i, fair.Owner{Client: uint64(i)}, 1, epoch.Add(time.Duration(i/10)), time.Duration(10*(i%10))))
	}
	p.Extend(items[0], epoch.Add(1000)) // it lasts no time at all
	now := epoch.Add(-1)
	for range 99 {
		i := p.Overdue(epoch.Add(99))
		require.NotNil(t, i)
		until := epoch.Add(time.Duration(i.Value/10 + 10*(i.Value%10)))
		require.False(t, until.Before(now))
		now = until
		require.Nil(t, p.Overdue(until.Add(-1)))
		p.Remove(i)
	}
	assert.Nil(t, p.Overdue(epoch.Add(999)))
	assert.Same(t, items[0], p.Overdue(epoch.Add(1000)))
}

// TestPoolGivesBack: what was large keeps nothing when it is empty.
func TestPoolGivesBack(t *testing.T) {
	p := fair.NewPool[[64]byte]()
	before := heap()
	var items []*fair.Item[[64]byte]
	for i := range 100_000 {
		items = append(items, p.Add([64]byte{}, fair.Owner{Account: uint64(i % 100), Client: uint64(i)}, 1, epoch, time.Duration(i%1000)))
	}
	for _, i := range items {
		p.Remove(i)
	}
	items = nil
	assert.Less(t, heap()-before, 100<<10)
	assert.Zero(t, p.Len())
	runtime.KeepAlive(items)
	runtime.KeepAlive(p)
}

func heap() int {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int(m.HeapAlloc)
}

// BenchmarkFull is one more into a pool that is full, of one owner or of many.
func BenchmarkFull(b *testing.B) {
	for _, owners := range []uint64{1, 30_000} {
		b.Run(fmt.Sprint(owners), func(b *testing.B) {
			p := fair.NewPool[int]()
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				p.Add(i, fair.Owner{Account: uint64(i) % owners / 10, Client: uint64(i) % owners}, 1, epoch.Add(time.Duration(i)), time.Minute)
				if p.Bytes() > 60_000 {
					p.Remove(p.Excess())
				}
			}
		})
	}
}
