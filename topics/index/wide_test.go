package index_test

import (
	"fmt"
	"runtime"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/topics/index"
)

// partitions is indexes that share a Wide.
func partitions(n, results int) ([]*index.Index[*sub], *index.Wide[*sub]) {
	w := index.NewWide[*sub]()
	all := make([]*index.Index[*sub], n)
	for i := range all {
		all[i] = index.New(index.Config[*sub]{Results: results, Wide: w})
	}
	return all, w
}

func TestWideIsSeenByAll(t *testing.T) {
	all, w := partitions(3, 100)
	a, b := &sub{id: 1}, &sub{id: 2}
	require.True(t, all[0].Insert("*.b.>", "", a), "passed on")
	require.False(t, all[1].Insert("*.b.>", "", a), "held already")
	require.True(t, w.Insert("*.b.>", "g", b))
	for _, x := range all {
		assert.Zero(t, x.Len())
		r := match(x, "a.b.c")
		assert.Equal(t, []*sub{a}, r.Plain)
		require.Len(t, r.Groups, 1)
		assert.Same(t, r, match(x, "x.b.c"), "one result for all subjects")
	}
	require.True(t, all[2].Remove("*.b.>", "", a))
	require.False(t, w.Remove("*.b.>", "", a))
	for _, x := range all {
		assert.Empty(t, match(x, "a.b.c").Plain)
		assert.Len(t, match(x, "a.b.c").Groups, 1)
	}
	assert.Equal(t, index.Stats{Subscriptions: 1, Inserts: 2, Removes: 1}, w.Count())
	seen := 0
	w.All(func(pattern, queue string, s *sub) bool {
		assert.Equal(t, "*.b.>"+"g", pattern+queue)
		seen++
		return true
	})
	assert.Equal(t, 1, seen)
}

func TestWideTakesOnlyWhatIsWide(t *testing.T) {
	w := index.NewWide[*sub]()
	for _, pattern := range []string{"", "a", "a.b", "a.b.*", "a.b.>", "*..b", ">.a"} {
		assert.False(t, w.Insert(pattern, "", &sub{}), pattern)
		assert.False(t, w.Remove(pattern, "", &sub{}), pattern)
	}
	for _, pattern := range []string{"*", ">", "a.*", "a.>", "*.b", "a.*.c"} {
		assert.True(t, w.Insert(pattern, "", &sub{}), pattern)
	}
}

// What ends a change by a panic: a subscription that cannot be compared with another.
func TestWideTellsThatItIsBroken(t *testing.T) {
	w := index.NewWide[any]()
	told := 0
	w.IfBroken(func() { told++ })
	require.True(t, w.Insert("*", "", []int{1}))
	require.False(t, w.Remove(">", "", "nobody"))
	require.Zero(t, told)
	require.Panics(t, func() { w.Insert("*", "", []int{2}) })
	require.Equal(t, 1, told)
	require.Panics(t, func() { w.Remove("*", "", []int{1}) })
	require.Equal(t, 2, told, "each time, and nobody is locked out")
}

// A change of one first token costs those below others nothing, in any partition.
func TestInvalidationByWideIsNarrow(t *testing.T) {
	all, w := partitions(2, 100)
	match(all[1], "orders.new")
	for i := range 1000 {
		require.True(t, w.Insert(fmt.Sprintf("inbox%d.*", i), "", &sub{}))
		match(all[1], "orders.new")
	}
	assert.Greater(t, all[1].Stats().Hits, uint64(990))
	for _, pattern := range []string{"orders.*", "*.new", ">"} {
		hits := all[1].Stats().Hits
		require.True(t, w.Insert(pattern, "", &sub{}))
		match(all[1], "orders.new")
		assert.Equal(t, hits, all[1].Stats().Hits)
	}
	assert.Len(t, match(all[1], "orders.new").Plain, 3)
}

// Attack: 50,000 patterns that concern each of 64 partitions. Each is held once.
func TestMemoryOfWideSubscriptions(t *testing.T) {
	const n = 50_000
	all, w := partitions(64, 1000)
	subs := make([]*sub, n)
	for i := range subs {
		subs[i] = &sub{pattern: fmt.Sprintf("*.*.a.%d", i)}
	}
	empty := heap()
	for _, s := range subs {
		w.Insert(s.pattern, "", s)
	}
	for _, x := range all {
		require.Len(t, match(x, "x.y.a.77").Plain, 1)
	}
	each := (heap() - empty) / n
	t.Logf("%d bytes for each", each)
	assert.Less(t, each, 200)
	for _, s := range subs {
		w.Remove(s.pattern, "", s)
	}
	for _, x := range all {
		for x.Sweep(1000) {
		}
	}
	left := heap() - empty
	t.Logf("%d bytes left of all", left)
	assert.Less(t, left, 1<<18)
	runtime.KeepAlive(all)
	runtime.KeepAlive(subs)
}

// Many match while one changes what they match; whoever was there all the time
// is in every result.
func TestWideWhileItChanges(t *testing.T) {
	all, w := partitions(4, 50)
	stays := []*sub{{id: 1}, {id: 2}, {id: 3}}
	for i, pattern := range []string{"*.b.c", "a.>", "*.*.*"} {
		w.Insert(pattern, "", stays[i])
	}
	subjects := [][]byte{[]byte("a.b.c"), []byte("a.b.c.d"), []byte("x.y.z"), []byte("x.b.c")}
	want := []int{3, 1, 1, 2} // of those who stay
	var readers sync.WaitGroup
	over := make(chan struct{})
	for _, x := range all {
		readers.Go(func() {
			for i := 0; ; i++ {
				select {
				case <-over:
					return
				default:
				}
				subject := i % len(subjects)
				r, _, l := x.Start(subjects[subject], 1+i%5)
				for r == nil {
					r, _ = l.Step(1 + i%3)
				}
				n := 0
				for _, s := range r.Plain {
					if s.id > 0 {
						n++
					}
				}
				if n != want[subject] {
					t.Errorf("%s: %d", subjects[subject], n)
					return
				}
				x.Sweep(3)
			}
		})
	}
	for i := range 3000 {
		pattern := []string{"*.b.>", "a.*.c", "a.*.d", ">", "*.*.*.*", "*.b.c", "x.*"}[i%7]
		queue := []string{"", "g"}[i%2]
		crowd := make([]*sub, 1+i%40)
		for j := range crowd {
			crowd[j] = &sub{}
			w.Insert(pattern, queue, crowd[j])
		}
		for _, s := range crowd {
			w.Remove(pattern, queue, s)
		}
	}
	close(over)
	readers.Wait()
	for _, x := range all {
		for i, s := range subjects {
			assert.Len(t, x.Match(s).Plain, want[i])
		}
	}
}

// TestSearchLetsChangesIn: a search that goes everywhere holds up those who change the Wide
// for a few visits at a time, and what they have waited is told.
func TestSearchLetsChangesIn(t *testing.T) {
	all, w := partitions(2, 100)
	overlapping(w, 1<<14)
	found := make(chan int)
	go func() { found <- len(match(all[0], letters+"end").Plain) }()
	changes, s := 0, &sub{}
	for {
		select {
		case n := <-found:
			t.Logf("%d changes, waited %v", changes, all[1].Waited())
			assert.Equal(t, 3<<12, n, "those that are wide")
			assert.Greater(t, changes, 10)
			assert.Zero(t, all[1].Waited(), "it is told once")
			return
		default:
			require.True(t, all[1].Insert("*.x", "", s))
			require.True(t, all[1].Remove("*.x", "", s))
			changes += 2
		}
	}
}
