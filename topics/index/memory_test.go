package index_test

import (
	"fmt"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/topics/index"
)

func heap() int {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int(m.HeapAlloc)
}

// The ceilings are generous; what is measured is logged.
func TestMemoryPerSubscription(t *testing.T) {
	for _, test := range []struct {
		format  string
		ceiling int // bytes, without the caller's string and object
	}{
		{"m.7.k%d.x", 70},
		{"m.7.*.k%d", 150},
		{"_INBOX.%d.*", 150},
		{"%d.a.*.b.*.c.>", 150},
	} {
		subs := make([]*sub, many)
		for i := range subs {
			subs[i] = &sub{pattern: fmt.Sprintf(test.format, i)}
		}
		empty := heap()
		x := caching(0)
		for _, s := range subs {
			x.Insert(s.pattern, "", s)
		}
		each := (heap() - empty) / many
		t.Logf("%-16s %d bytes", test.format, each)
		assert.Less(t, each, test.ceiling, test.format)
		for _, s := range subs {
			x.Remove(s.pattern, "", s)
		}
		left := heap() - empty
		t.Logf("%-16s %d bytes left of all", test.format, left)
		assert.Less(t, left, 1<<18, test.format)
		runtime.KeepAlive(subs)
		runtime.KeepAlive(x)
	}
}

func TestMemoryOfTheCache(t *testing.T) {
	x := only("m.>", limit)
	subjects := names("m.7.k%d.x", many)
	empty := heap()
	for range 2 {
		for _, s := range subjects {
			x.Match(s)
		}
	}
	each := (heap() - empty) / many
	t.Logf("%d bytes an entry", each)
	assert.Less(t, each, 100)
	runtime.KeepAlive(subjects)
	runtime.KeepAlive(x)
}

// Attack: 10,000 subscribe to everything, and to nine things that are nearly as
// wide, and 120,000 subjects are used once each. Results that are alike are one,
// and when the 10,000 have left nothing is kept of them.
func TestMemoryOfManySubjectsForEverybody(t *testing.T) {
	const subscribers, subjects = 10_000, 120_000
	x := caching(limit)
	subs := make([]*sub, subscribers)
	wider := []string{">", "*.>", "*.*.>", "*.*.*", "m.>", "m.*.>", "m.*.*", "m.7.>", "m.7.*", "*.7.>"}
	published := names("m.7.k%d", subjects)
	for i := range subs {
		subs[i] = &sub{id: i}
		x.Insert(">", "", subs[i])
	}
	for _, pattern := range wider[1:] {
		x.Insert(pattern, "", subs[0])
	}
	empty := heap()
	for _, s := range published {
		x.Match(s)
	}
	require.Len(t, match(x, "m.7.k1").Plain, subscribers+len(wider)-1)
	used := heap() - empty
	t.Logf("%d kB used, %d kB by its own account", used>>10, x.Stats().CachedBytes>>10)
	assert.Less(t, used, 20<<20)
	assert.Less(t, x.Stats().CachedBytes, 16<<20)
	for i, s := range subs {
		x.Remove(">", "", s)
		if i%1000 == 0 {
			match(x, "m.7.k1") // so that there is a view of those who are left
		}
	}
	for x.Sweep(1000) {
	}
	left := heap() - empty
	t.Logf("%d kB left", left>>10)
	assert.Less(t, left, 1<<20)
	assert.Zero(t, x.Stats().Cached)
	runtime.KeepAlive(published)
	runtime.KeepAlive(x)
}

// Results that nothing has in common with one another: the budget holds anyway,
// and the small ones of others stay.
func TestBytesAreBounded(t *testing.T) {
	const budget, subscribers = 4 << 20, 2000
	x := index.New(index.Config[*sub]{Results: limit, Bytes: budget})
	for i := range subscribers {
		x.Insert("m.>", "", &sub{id: i})
	}
	subjects := names("m.7.k%d", 2000)
	for _, s := range subjects {
		x.Insert(string(s), "", &sub{}) // 16 kB a result, each its own
	}
	small := names("other.%d", 1000)
	for _, s := range small {
		x.Match(s)
	}
	long := names(strings.Repeat("long", 500)+".%d", 10_000)
	for i, s := range subjects {
		x.Match(s)
		for _, l := range long[5*i : 5*i+5] {
			x.Match(l)
		}
		require.LessOrEqual(t, x.Stats().CachedBytes, budget)
	}
	assert.Greater(t, x.Stats().Cached, 1100)
	require.NoError(t, x.Audit())
	before := x.Stats().Hits
	for _, s := range small {
		x.Match(s)
	}
	assert.Equal(t, before+1000, x.Stats().Hits)
}

// Attack: a queue group, and a plain pattern, of 100,000 members that are looked
// at all the time while they leave.
func TestCrowdLeavesWhileItIsLookedAt(t *testing.T) {
	for _, queue := range []string{"", "g"} {
		x := caching(limit)
		subs := make([]*sub, many)
		for i := range subs {
			subs[i] = &sub{id: i}
			x.Insert("x", queue, subs[i])
		}
		copied := 0
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		before := m.TotalAlloc
		for i, s := range subs {
			require.True(t, x.Remove("x", queue, s))
			if i%1000 == 0 {
				match(x, "x")
				copied++
			}
		}
		runtime.ReadMemStats(&m)
		allocated := int(m.TotalAlloc - before)
		t.Logf("%d kB for %d looks", allocated>>10, copied)
		assert.Less(t, allocated, copied*many*8+8<<20, "a copy for each look, not for each removal")
	}
}
