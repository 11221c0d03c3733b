package index_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/topics"
	"github.com/troupe-mq/troupe/topics/index"
)

func match(x *index.Index[*sub], subject string) *topics.Result[*sub] {
	return x.Match([]byte(subject))
}

func TestInsertIsIdempotent(t *testing.T) {
	for _, pattern := range []string{"a.b", "a.*"} {
		x := caching(10)
		s := &sub{}
		assert.True(t, x.Insert(pattern, "", s))
		assert.False(t, x.Insert(pattern, "", s))
		assert.True(t, x.Insert(pattern, "g", s), "in a group it is another subscription")
		assert.False(t, x.Insert(pattern, "g", s))
		assert.Equal(t, 2, x.Len())
		assert.False(t, x.Remove(pattern, "h", s))
		assert.False(t, x.Remove(pattern, "", &sub{}))
		assert.True(t, x.Remove(pattern, "", s))
		assert.False(t, x.Remove(pattern, "", s))
		assert.True(t, x.Remove(pattern, "g", s))
		assert.Zero(t, x.Len())
		assert.True(t, match(x, "a.b").Empty())
	}
}

func TestInvalidPatternsAreRefused(t *testing.T) {
	x := caching(10)
	for _, pattern := range []string{"", ".", "a..b", "a.>.b", "*..>"} {
		assert.False(t, x.Insert(pattern, "", &sub{}), pattern)
		assert.False(t, x.Remove(pattern, "", &sub{}), pattern)
	}
	assert.Zero(t, x.Len())
}

func TestQueueGroupsMergeAcrossPatterns(t *testing.T) {
	x := caching(10)
	a, b, c := &sub{id: 1}, &sub{id: 2}, &sub{id: 3}
	x.Insert("q.*", "g", a)
	x.Insert("q.a", "g", b)
	x.Insert("q.a", "h", c)
	x.Insert("q.>", "", c)
	r := match(x, "q.a")
	require.Len(t, r.Groups, 2)
	for _, g := range r.Groups {
		if g.Name == "g" {
			assert.ElementsMatch(t, []*sub{a, b}, g.Members)
		} else {
			assert.Equal(t, []*sub{c}, g.Members)
		}
	}
	assert.Equal(t, []*sub{c}, r.Plain)
	assert.Len(t, match(x, "q.b").Groups, 1)
}

// A result that was handed out is what it was, whatever happens afterwards.
func TestResultsAreImmutable(t *testing.T) {
	for _, pattern := range []string{"a.b", "a.*"} {
		for _, queue := range []string{"", "g"} {
			x := caching(10)
			type snapshot struct {
				r    *topics.Result[*sub]
				want string
			}
			show := func(r *topics.Result[*sub]) string { return fmt.Sprintf("%p %v", r.Plain, r.Groups) }
			var taken []snapshot
			var in []*sub
			random := rand.New(rand.NewPCG(3, 4))
			for range 2000 {
				if len(in) == 0 || random.IntN(100) < 52 {
					in = append(in, &sub{})
					x.Insert(pattern, queue, in[len(in)-1])
				} else {
					i := random.IntN(len(in))
					x.Remove(pattern, queue, in[i])
					in[i] = in[len(in)-1]
					in = in[:len(in)-1]
				}
				r := match(x, "a.b")
				taken = append(taken, snapshot{r, fmt.Sprint(r.Plain, show(r))})
			}
			for _, s := range taken {
				require.Equal(t, s.want, fmt.Sprint(s.r.Plain, show(s.r)))
			}
		}
	}
}

func TestCrowd(t *testing.T) {
	x := caching(10)
	crowd := make([]*sub, 20_000)
	for i := range crowd {
		crowd[i] = &sub{id: i}
		require.True(t, x.Insert("foo", "", crowd[i]))
		require.True(t, x.Insert("foo", fmt.Sprint(i), crowd[i]))
	}
	require.Len(t, match(x, "foo").Plain, len(crowd))
	require.Len(t, match(x, "foo").Groups, len(crowd))
	for _, i := range rand.Perm(len(crowd))[1:] {
		require.True(t, x.Remove("foo", "", crowd[i]))
		require.True(t, x.Remove("foo", fmt.Sprint(i), crowd[i]))
	}
	require.Len(t, match(x, "foo").Plain, 1)
	require.Len(t, match(x, "foo").Groups, 1)
}

func TestTwoThousandTokens(t *testing.T) {
	x := caching(10)
	stars := strings.Repeat("*.", 1999) + "*"
	letters := strings.Repeat("a.", 1999)
	for i, p := range []string{stars, letters + "a", letters + ">", stars + ".>", letters + "*", strings.Repeat("a.*.", 999) + ">"} {
		require.True(t, x.Insert(p, "", &sub{id: i}))
	}
	r := match(x, letters+"a")
	assert.Equal(t, []int{0, 1, 2, 4, 5}, ids(r.Plain))
	r = match(x, letters+"a.b")
	assert.Equal(t, []int{3}, ids(r.Plain)[1:2])
}

func TestAllStops(t *testing.T) {
	x := caching(10)
	for i, p := range []string{"a", "b", "a.*", "b.>", "a", "b.>"} {
		x.Insert(p, []string{"", "g"}[i%2], &sub{})
	}
	for stop := 1; stop <= 6; stop++ {
		seen := 0
		x.All(func(string, string, *sub) bool {
			seen++
			return seen < stop
		})
		assert.Equal(t, stop, seen)
	}
}

func TestStats(t *testing.T) {
	x := caching(10)
	s := &sub{}
	x.Insert("a", "", s)
	x.Insert("a", "g", s)
	x.Insert("a", "g", &sub{})
	x.Insert("*", "", s)
	x.Remove("*", "", s)
	match(x, "a")
	match(x, "a")
	match(x, "b")
	assert.Equal(t, index.Stats{
		Subscriptions: 3, Cached: 2, CachedBytes: 2*80 + 128, Inserts: 4, Removes: 1, Matches: 3, Hits: 1,
		MaxFanout: 2, AvgFanout: 1,
	}, x.Stats())
}
