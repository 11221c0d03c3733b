package cache

import (
	"testing"
	"unsafe"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/topics/internal/subscribers"
	"github.com/troupe-mq/troupe/topics/internal/tokens"
)

func TestAnEntryIsACacheLine(t *testing.T) {
	assert.EqualValues(t, 64, unsafe.Sizeof(Entry[*int]{}))
}

// remembered is the entry of a subject, which nobody gets a message on.
func (c *Cache[T]) remembered(subject string) *Entry[T] {
	var m Moment
	h := uint32(tokens.Hash(subject))
	c.Begin(&m, h, subject, c.Find(h, subject))
	c.Keep(&m, subject, &subscribers.Record[T]{}, false)
	return c.Find(h, subject)
}

// 2^32 changes later a sum would be mistaken for an older one: the cache is
// emptied before.
func TestCountersComeAround(t *testing.T) {
	for _, pattern := range []string{"a.b.*", "*.b.>"} {
		var c Cache[*int]
		c.Init(10, 10_000, &Everywhere{})
		c.counters.total = 1<<30 - 2
		c.Changed(pattern)
		c.remembered("x.y")
		require.True(t, c.Fresh(c.remembered("a.b.c")))
		require.Equal(t, 2, c.Len())
		c.Changed(pattern)
		require.Equal(t, pattern == "*.b.>", c.Find(uint32(tokens.Hash("x.y")), "x.y") == nil)
		c.Sweep(0)
		require.Zero(t, c.Len())
		require.EqualValues(t, 1, c.counters.epochs)
	}
}

// Nothing is taken for counters before there is something to count, and what
// others count is not noticed.
func TestCountersAreTakenWhenNeeded(t *testing.T) {
	var a, b Cache[*int]
	a.Init(10, 10_000, &Everywhere{})
	b.Init(10, 10_000, &Everywhere{})
	assert.Less(t, unsafe.Sizeof(a), uintptr(2<<10))
	a.remembered("a.b.c")
	theirs := b.remembered("a.b.c")
	a.Changed("a.b.*")
	assert.Zero(t, a.Len())
	assert.True(t, b.Fresh(theirs))
	assert.Zero(t, untouched)
}
