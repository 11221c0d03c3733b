package index_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/topics/index"
)

// overlapping is patterns of 16 tokens, each of which is a star or a letter, and
// one more. Whatever begins with the 16 letters makes a search go everywhere.
func overlapping(x interface {
	Insert(pattern, queue string, s *sub) bool
}, n int,
) {
	for i := range n {
		parts := make([]string, 17)
		for j := range 16 {
			parts[j] = "*"
			if i>>j&1 == 1 {
				parts[j] = string(rune('a' + j))
			}
		}
		parts[16] = "end"
		x.Insert(strings.Join(parts, "."), "", &sub{id: i})
	}
}

const letters = "a.b.c.d.e.f.g.h.i.j.k.l.m.n.o.p."

// Attack: one subject visits 130,000 nodes. Each step takes what it may.
func TestStepsAreBounded(t *testing.T) {
	const budget, slack = 1000, 20
	x := index.New(index.Config[*sub]{Results: 1000, Bytes: 8 << 20})
	overlapping(x, 1<<16)
	for subject, want := range map[string]int{
		letters + "end":                         1 << 16,
		letters + "nowhere":                     0,
		letters + strings.Repeat("nowhere", 99): 0,
	} {
		r, cost, l := x.Start([]byte(subject), budget)
		steps := 1
		for ; r == nil; steps++ {
			require.LessOrEqual(t, cost, budget+slack)
			r, cost = l.Step(budget)
		}
		assert.Greater(t, steps, 100)
		assert.Len(t, r.Plain, want)
		again, cost, l := x.Start([]byte(subject), 1)
		require.Nil(t, l, "long subjects and empty results are cached, too")
		assert.Same(t, r, again)
		assert.Equal(t, 1, cost)
	}
	// Nothing below has that many tokens.
	_, cost, l := x.Start([]byte(letters+"end.end"), budget)
	assert.Nil(t, l)
	assert.Less(t, cost, 5)
}

// Copying is work as well, and looking at many groups.
func TestCopyingIsBounded(t *testing.T) {
	const n, budget = 50_000, 100
	x := caching(1000)
	for i := range n {
		s := &sub{id: i}
		x.Insert("foo.bar", "", s)
		x.Insert(">", "", s)
		x.Insert(">", "g", s)
		x.Insert("foo.bar", "g", s)
		x.Insert("one", fmt.Sprint("g", i), s)
	}
	for subject, groups := range map[string]int{"foo.bar": 1, "one": n + 1} {
		r, cost, l := x.Start([]byte(subject), budget)
		steps := 1
		for ; r == nil; steps++ {
			// Members of a group, before they are copied, are at least seen.
			require.LessOrEqual(t, cost, budget+4*n/32)
			r, cost = l.Step(budget)
		}
		assert.Greater(t, steps, 20)
		assert.Len(t, r.Groups, groups)
		assert.GreaterOrEqual(t, len(r.Plain), n)
	}
}

func TestSeveralLookupsAtATime(t *testing.T) {
	x := caching(1000)
	overlapping(x, 1<<8)
	subject := []byte(letters + "end")
	var all []*index.Lookup[*sub]
	for range 3 {
		r, _, l := x.Start(subject, 10)
		require.Nil(t, r)
		all = append(all, l)
	}
	subject[0] = 'z' // It is not kept.
	all[0].Abandon()
	late := &sub{id: -1}
	x.Insert("a.>", "", late)
	for _, l := range all[1:] {
		r, _ := l.Step(1)
		for r == nil {
			r, _ = l.Step(100)
		}
		assert.GreaterOrEqual(t, len(r.Plain), 1<<8)
	}
	assert.Contains(t, match(x, letters+"end").Plain, late)
	assert.Len(t, match(x, letters+"end").Plain, 1<<8+1)
}

func TestStartOfACachedMatchAllocatesNothing(t *testing.T) {
	all, w := partitions(2, 100)
	w.Insert("*.b", "", &sub{})
	subject := []byte("a.b")
	all[0].Match(subject)
	assert.Zero(t, testing.AllocsPerRun(100, func() { all[0].Start(subject, 10) }))
}
