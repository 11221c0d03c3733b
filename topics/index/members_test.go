package index_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/troupe-mq/troupe/topics/index"
)

// TestSubscribers: how many a pattern has is known for literals, wildcards and what concerns all partitions,
// each queue group by itself.
func TestSubscribers(t *testing.T) {
	for _, pattern := range []string{"a.b.c", "a.b.*", "a.>", "*.b", ">"} {
		x := index.New(index.Config[int]{Wide: index.NewWide[int]()})
		assert.Zero(t, x.Subscribers(pattern, ""), pattern)
		x.Insert(pattern, "", 1)
		assert.Equal(t, 1, x.Subscribers(pattern, ""), pattern)
		assert.Zero(t, x.Subscribers(pattern, "q"), pattern)
		x.Insert(pattern, "", 2)
		x.Insert(pattern, "q", 3)
		x.Insert(pattern, "q", 4)
		x.Insert(pattern, "r", 5)
		x.Insert(pattern, "q", 4)
		assert.Equal(t, []int{2, 2, 1, 0}, []int{x.Subscribers(pattern, ""), x.Subscribers(pattern, "q"), x.Subscribers(pattern, "r"), x.Subscribers(pattern, "s")}, pattern)
		var members []int
		x.EachSubscriber(pattern, "q", func(n int) bool { members = append(members, n); return true })
		slices.Sort(members)
		assert.Equal(t, []int{3, 4}, members, pattern)
		x.Remove(pattern, "q", 3)
		x.Remove(pattern, "", 1)
		assert.Equal(t, []int{1, 1, 1}, []int{x.Subscribers(pattern, ""), x.Subscribers(pattern, "q"), x.Subscribers(pattern, "r")}, pattern)
		for queue, n := range map[string]int{"": 2, "q": 4, "r": 5} {
			x.Remove(pattern, queue, n)
		}
		assert.Zero(t, x.Subscribers(pattern, "q"), pattern)
		assert.Zero(t, x.Subscribers(pattern, ""), pattern)
		assert.Zero(t, x.Subscribers("other.*", ""), pattern)
	}
	assert.Zero(t, index.New(index.Config[int]{}).Subscribers("", ""))
}
