package index_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/topics"
	"github.com/troupe-mq/troupe/topics/index"
)

// sub is a subscription of the model: identity is by pointer, as in a broker.
type sub struct {
	pattern, queue string
	id             int
}

// model is what an Index must behave like: a list, matched naively.
type model []*sub

// match returns what subject gets, in a form that two of them can be compared in.
func (m model) match(subject string) (plain []int, groups map[string][]int) {
	groups = map[string][]int{}
	for _, s := range m {
		switch {
		case !topics.Matches(s.pattern, subject):
		case s.queue == "":
			plain = append(plain, s.id)
		default:
			groups[s.queue] = append(groups[s.queue], s.id)
		}
	}
	slices.Sort(plain)
	for _, ids := range groups {
		slices.Sort(ids)
	}
	return plain, groups
}

func ids(subs []*sub) (ids []int) {
	for _, s := range subs {
		ids = append(ids, s.id)
	}
	slices.Sort(ids)
	return ids
}

func (m model) check(t *testing.T, x *index.Index[*sub], subject string) {
	t.Helper()
	plain, groups := m.match(subject)
	r := x.Match([]byte(subject))
	require.Equal(t, plain, ids(r.Plain), "plain of %q", subject)
	got := map[string][]int{}
	for _, g := range r.Groups {
		require.NotContains(t, got, g.Name, "a group twice for %q", subject)
		got[g.Name] = ids(g.Members)
	}
	require.Equal(t, groups, got, "groups of %q", subject)
	require.Equal(t, len(plain) == 0 && len(groups) == 0, r.Empty())
}

// caching is an empty index that remembers so many results.
func caching(results int) *index.Index[*sub] {
	return index.New(index.Config[*sub]{Results: results})
}

// FuzzMatch compares an Index with the rules, for any pattern and any subject.
func FuzzMatch(f *testing.F) {
	for _, s := range []string{"", ".", "a", "a.b", "a..b", "a.", "*", "a.>", ">.a", "a*.>b", "*.*.>"} {
		f.Add(s, s)
		f.Add(s, "a.b.c")
	}
	for _, s := range [][2]string{{"a.*", "a."}, {"a.*", "a.*"}, {"a.>", "a.>.b"}, {"*.>", "a.b.c"}, {"a*", "ab"}, {">", "a..b"}} {
		f.Add(s[0], s[1])
	}
	f.Fuzz(func(t *testing.T, pattern, subject string) {
		x := caching(10)
		require.Equal(t, topics.ValidPattern(pattern), x.Insert(pattern, "", &sub{}))
		x.Insert("x.*.>", "", &sub{id: 1})
		want := model{{pattern: "x.*.>", id: 1}}
		if topics.ValidPattern(pattern) {
			want = append(want, &sub{pattern: pattern})
		}
		want.check(t, x, subject)
		want.check(t, x, subject) // this time from the cache
	})
}
