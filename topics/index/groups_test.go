package index_test

import (
	"fmt"
	"runtime"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/topics"
)

// Queue groups come and go while a match is in the middle of them, and leave it room to meet one twice: each that
// stays is in the result once, with each of its members once.
func TestGroupsLeaveDuringAMatch(t *testing.T) {
	for _, patterns := range [][]string{{"a.b"}, {"a.*"}, {"a.b", "a.*", ">"}, {"*.b", ">"}} {
		for _, n := range []int{20, 100, 5000} {
			t.Run(fmt.Sprint(patterns, n), func(t *testing.T) { groupsLeave(t, patterns, n) })
		}
	}
}

func groupsLeave(t *testing.T, patterns []string, n int) {
	x := caching(1000)
	stays := map[string][]*sub{}
	type member struct {
		pattern, queue string
		s              *sub
	}
	var leaves []member
	for i := range n {
		for j, pattern := range patterns {
			queue := fmt.Sprint("g", i*(j+1)) // Some have members under several patterns.
			for range 1 + i%2 {
				s := &sub{id: i}
				x.Insert(pattern, queue, s)
				if i%3 == 0 {
					leaves = append(leaves, member{pattern, queue, s})
				} else {
					stays[queue] = append(stays[queue], s)
				}
			}
		}
	}
	subject := []byte("a.b")
	r, _, l := x.Start(subject, 1)
	for steps := 0; r == nil; steps++ {
		for range min(len(leaves), 2) {
			m := leaves[0]
			leaves = leaves[1:]
			require.True(t, x.Remove(m.pattern, m.queue, m.s))
		}
		x.Insert(patterns[0], fmt.Sprint("new", steps), &sub{id: -1})
		r, _ = l.Step(2)
	}
	requireMembers(t, r, stays)
	for _, m := range leaves {
		require.True(t, x.Remove(m.pattern, m.queue, m.s))
	}
	r = x.Match(subject)
	requireMembers(t, r, stays)
}

// requireMembers requires each of these once, and nobody twice.
func requireMembers(t *testing.T, r *topics.Result[*sub], stays map[string][]*sub) {
	t.Helper()
	got := map[*sub]string{}
	names := map[string]bool{}
	for _, g := range r.Groups {
		require.False(t, names[g.Name], "%s is there twice", g.Name)
		names[g.Name] = true
		for _, s := range g.Members {
			require.Empty(t, got[s], "a member of %s is there twice", g.Name)
			got[s] = g.Name
		}
	}
	for queue, members := range stays {
		for _, s := range members {
			require.Equal(t, queue, got[s])
		}
	}
}

// A queue group of a pattern that has very many is little more than its name.
func TestMemoryOfGroups(t *testing.T) {
	subs, queues := make([]*sub, many), make([]string, many)
	for i := range subs {
		subs[i], queues[i] = &sub{id: i}, fmt.Sprint("g", i)
	}
	empty := heap()
	x := caching(0)
	for i, s := range subs {
		x.Insert("m", queues[i], s)
	}
	each := (heap() - empty) / many
	t.Logf("%d bytes", each)
	assert.Less(t, each, 60)
	for i, s := range subs {
		x.Remove("m", queues[i], s)
	}
	assert.Less(t, heap()-empty, 1<<18)
}

// What a match takes for the groups of several patterns is what it shows of them, and little more: it is not made again and again as there
// are more of them.
func TestMatchOfManyGroupsTakesWhatItShows(t *testing.T) {
	const each = 10_000
	patterns := []string{"a.b.c", "a.b.*", "a.*.c", "*.b.c", "a.>", "*.*.c", "a.*.*", "*.b.*", "*.>", "a.b.>"}
	for name, tt := range map[string]struct {
		queue func(pattern, i int) string
		want  int // groups
		most  int // bytes for each
	}{
		"different":      {func(pattern, i int) string { return fmt.Sprint(pattern, ".", i) }, each * len(patterns), 90},
		"half different": {func(pattern, i int) string { return fmt.Sprint(pattern*(i%2), ".", i) }, each/2*len(patterns) + each/2, 170},
	} {
		t.Run(name, func(t *testing.T) {
			x := caching(0)
			for p, pattern := range patterns {
				for i := range each {
					x.Insert(pattern, tt.queue(p, i), &sub{id: i})
				}
			}
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			r := x.Match([]byte("a.b.c"))
			runtime.ReadMemStats(&after)
			require.Len(t, r.Groups, tt.want)
			assert.Less(t, int(after.TotalAlloc-before.TotalAlloc)/tt.want, tt.most)
		})
	}
}
