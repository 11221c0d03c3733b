package index_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestHitIsTheSamePointerAndAllocatesNothing(t *testing.T) {
	x := filled("orders.*.k%d", 100, 1000)
	for _, subject := range []string{"orders.new.k7", "nobody.is.here", strings.Repeat("long.", 20) + "x", "bad..subject"} {
		bytes := []byte(subject)
		r := x.Match(bytes)
		assert.Same(t, r, x.Match(bytes), subject)
		assert.Zero(t, testing.AllocsPerRun(100, func() { x.Match(bytes) }), subject)
	}
	assert.Same(t, match(x, "nobody"), match(x, "nobody.either"), "the empty result is shared")
	assert.Same(t, match(x, "orders.a.k7"), match(x, "orders.b.k7"), "so is that of one pattern")
	x.Insert("orders.>", "", &sub{})
	assert.Same(t, match(x, "orders.a.k7"), match(x, "orders.b.k7"), "and that of two")
}

func TestMatchDoesNotKeepTheSubject(t *testing.T) {
	for _, long := range []string{"", strings.Repeat("x", 40)} {
		x := caching(10)
		x.Insert("a"+long, "", &sub{})
		subject := []byte("a" + long)
		x.Match(subject)
		subject[0] = 'b'
		assert.True(t, x.Match(subject).Empty())
		assert.False(t, match(x, "a"+long).Empty())
	}
}

// Who comes and goes elsewhere must not cost others their cached result.
func TestInvalidationIsNarrow(t *testing.T) {
	for _, test := range []struct {
		name, pattern string // of the churn
		stays         bool
	}{
		{"literal inbox", "_INBOX.abc", true},
		{"wildcard inbox", "_INBOX.abc.*", true},
		{"tail inbox", "_INBOX.abc.>", true},
		{"other literal below the same first token", "orders.old", true},
		{"longer literal", "orders.new.x", true},
		{"the subject itself", "orders.new", false},
		{"star", "orders.*", false},
		{"tail", "orders.>", false},
		{"star first", "*.new", false},
		{"everything", ">", false},
	} {
		t.Run(test.name, func(t *testing.T) {
			x := caching(100)
			x.Insert("orders.new", "", &sub{})
			match(x, "orders.new")
			const rounds = 50
			for i := range rounds {
				pattern := strings.ReplaceAll(test.pattern, "abc", fmt.Sprint("abc", i))
				s := &sub{}
				require.True(t, x.Insert(pattern, "", s))
				require.Equal(t, test.stays, len(match(x, "orders.new").Plain) == 1)
				require.True(t, x.Remove(pattern, "", s))
				require.Len(t, match(x, "orders.new").Plain, 1)
			}
			if test.stays {
				// An inbox may share a counter with it, by hash: not many do.
				assert.GreaterOrEqual(t, x.Stats().Hits, uint64(2*rounds-6))
			}
		})
	}
}

// With many inboxes some share a counter with orders.new, by hash: few do.
func TestInvalidationByManyInboxesIsRare(t *testing.T) {
	x := caching(100)
	x.Insert("orders.new", "", &sub{})
	match(x, "orders.new")
	const inboxes = 10_000
	for i := range inboxes {
		x.Insert(fmt.Sprintf("_INBOX.%d.*", i), "", &sub{})
		match(x, "orders.new")
	}
	assert.Greater(t, x.Stats().Hits, uint64(inboxes-100))
}

func TestCacheIsBounded(t *testing.T) {
	for _, limit := range []int{0, 1, 7, 1000, 5000} {
		x := only("m.>", limit)
		for range 3 {
			for _, s := range names("m.%d", 10_000) {
				require.Len(t, x.Match(s).Plain, 1)
				require.LessOrEqual(t, x.Stats().Cached, limit)
			}
		}
		assert.Equal(t, limit, x.Stats().Cached)
	}
}

func TestCacheHoldsALimitOfSubjects(t *testing.T) {
	const limit = 1 << 13
	x := only("m.>", limit)
	subjects := names("m.%d", limit*3/4)
	for range 3 {
		for _, s := range subjects {
			x.Match(s)
		}
	}
	before := x.Stats()
	for _, s := range subjects {
		x.Match(s)
	}
	assert.Equal(t, before.Hits+uint64(len(subjects)), x.Stats().Hits)
}

func TestSubjectsUsedOnceAreNotKept(t *testing.T) {
	x := only("_INBOX.abc.*", 1<<15)
	for _, s := range names("_INBOX.abc.%d", 1<<15) {
		x.Match(s)
	}
	assert.Less(t, x.Stats().Cached, 1<<14+1<<10, "half of the room is for subjects that are asked for again")
}

// Entries that have gone stale are swept as subscriptions come and go.
func TestStaleEntriesAreSwept(t *testing.T) {
	x := caching(1000)
	s := &sub{}
	x.Insert("a.b.*", "", s)
	for _, subject := range names("a.b.%d", 500) {
		x.Match(subject)
	}
	require.Equal(t, 500, x.Stats().Cached)
	x.Remove("a.b.*", "", s)
	for i := range 500 {
		x.Insert(fmt.Sprintf("c.%d.*", i), "", &sub{})
	}
	assert.Zero(t, x.Stats().Cached)
}
