package topics_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/topics"
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

func (m model) check(t *testing.T, x *topics.Index[*sub], subject string) {
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

// FuzzOverlap compares Overlap with trying every subject that could tell.
func FuzzOverlap(f *testing.F) {
	f.Add("a.*", "*.b")
	f.Add("a.>", "a.b.c")
	f.Add("*.>", "a")
	var subjects []string
	level := []string{""}
	for range 4 {
		var next []string
		for _, s := range level {
			for _, token := range []string{"a", "b", "z"} {
				next = append(next, strings.TrimPrefix(s+"."+token, "."))
			}
		}
		subjects = append(subjects, next...)
		level = next
	}
	// Patterns are of at most 3 tokens out of a, b and wildcards, so a subject
	// that both match is among those of 4 tokens out of a, b and another.
	usable := func(p string) bool {
		return topics.ValidPattern(p) && topics.Tokens(p) <= 3 && strings.Trim(p, "ab.*>") == "" &&
			!slices.ContainsFunc(strings.Split(p, "."), func(token string) bool { return len(token) > 1 })
	}
	f.Fuzz(func(t *testing.T, a, b string) {
		if !usable(a) || !usable(b) {
			t.Skip()
		}
		want := slices.ContainsFunc(subjects, func(s string) bool {
			return topics.Matches(a, s) && topics.Matches(b, s)
		})
		require.Equal(t, want, topics.Overlap(a, b), "%q %q", a, b)
		require.Equal(t, want, topics.Overlap(b, a), "%q %q", b, a)
	})
}

// FuzzRules compares the rules with their plainest wording.
func FuzzRules(f *testing.F) {
	for _, s := range []string{"", ".", "a", "a.b", "a..b", "a.", "*", "a.>", ">.a", "a*.>b", "*.*.>"} {
		f.Add(s, s)
		f.Add(s, "a.b.c")
	}
	f.Fuzz(func(t *testing.T, pattern, subject string) {
		parts := strings.Split(pattern, ".")
		valid := !slices.Contains(parts, "") && !slices.Contains(parts[:len(parts)-1], ">")
		literal := !slices.Contains(parts, "*") && !slices.Contains(parts, ">")
		require.Equal(t, valid, topics.ValidPattern(pattern))
		require.Equal(t, literal, topics.Literal(pattern))
		require.Equal(t, !slices.Contains(parts, ""), topics.Routable([]byte(pattern)))
		require.Equal(t, !slices.Contains(parts, "") && literal, topics.ValidSubject([]byte(pattern)))
		require.Len(t, parts, topics.Tokens(pattern))
		if !valid {
			return
		}
		if literal {
			require.Equal(t, pattern == subject, topics.Matches(pattern, subject))
		}
		matches := topics.Matches(pattern, subject)
		require.Equal(t, plainly(parts, strings.Split(subject, ".")), matches)
		// A pattern lives where every subject lives that it matches.
		if p, all := topics.Home(pattern, 7); matches && !all {
			require.Equal(t, topics.Partition([]byte(subject), 7), p)
		}
		x := topics.NewIndex[*sub](1)
		x.Insert(pattern, "", &sub{})
		x.Insert("x.*.>", "", &sub{id: 1})
		want := model{{pattern: pattern}, {pattern: "x.*.>", id: 1}}
		want.check(t, x, subject)
	})
}

// plainly is Matches on lists of tokens.
func plainly(pattern, subject []string) bool {
	if slices.Contains(subject, "") {
		return false
	}
	for i, p := range pattern {
		switch {
		case i >= len(subject):
			return false
		case p == ">" && i == len(pattern)-1:
			return true
		case p != "*" && p != subject[i]:
			return false
		}
	}
	return len(pattern) == len(subject)
}

// FuzzMapping: a name that a subject is given is one of those that the mapping
// promises, and the pattern before a pattern finds the subject that it came from.
func FuzzMapping(f *testing.F) {
	for _, seed := range [][4]string{
		{"a.*", "b.*", "a.x", "b.>"},
		{"*.*", "$2.$1", "x.y", "*.x"},
		{"a.>", ">", "a.b.c", "b.c"},
		{"*.b.>", "{{wildcard(1)}}.c.>", "a.b.x.y", "a.c.x.*"},
		{">", "p.>", "x", ">"},
		{"a", "b", "a", "b"},
		{"*.*.*", "$1.$1.$3.$2", "x.y.z", "x.x.>"},
	} {
		f.Add(seed[0], seed[1], seed[2], seed[3])
	}
	f.Fuzz(func(t *testing.T, source, target, subject, pattern string) {
		m, err := topics.NewMapping(source, target)
		if err != nil {
			return
		}
		require.True(t, topics.ValidPattern(m.Target()), m.Target())
		name, ok := m.Append(nil, []byte(subject))
		require.Equal(t, topics.Matches(source, subject), ok)
		if !ok {
			return
		}
		require.True(t, topics.Matches(m.Target(), string(name)), "%q is no %q", name, m.Target())
		if !topics.ValidPattern(pattern) {
			return
		}
		before, some := m.Before(pattern)
		if some {
			require.True(t, topics.ValidPattern(before), before)
			require.True(t, topics.Covers(source, before), "%q is not in %q", before, source)
		}
		if topics.Matches(pattern, string(name)) {
			require.True(t, some)
			require.True(t, topics.Matches(before, subject), "%q before %q misses %q", before, pattern, subject)
		}
	})
}

// FuzzTransform: whatever subject matches has a name, and it is a subject unless
// one of its tokens was made of separators alone.
func FuzzTransform(f *testing.F) {
	for _, seed := range [][3]string{
		{"a.*", "{{split(1,-)}}", "a.b-c"},
		{"*.*", "{{partition(3,2)}}.{{ random( 5 ) }}", "x.y"},
		{"*.>", "{{slicefromright(1,2)}}.{{left(1,1)}}.>", "abc.b.c"},
		{"*", "{{SplitFromLeft(1,2)}}.{{right(1,3)}}.{{wildcard(1)}}.$1", "abcdef"},
		{"a", "b.{{partition(1)}}", "a"},
	} {
		f.Add(seed[0], seed[1], seed[2])
	}
	f.Fuzz(func(t *testing.T, source, target, subject string) {
		tr, err := topics.NewTransform(source, target)
		if err != nil || !topics.ValidSubject([]byte(subject)) || !topics.Matches(source, subject) {
			return
		}
		name := tr.Append(nil, []byte(subject), func(n int) int { return n - 1 })
		if !strings.Contains(strings.ToLower(target), "split") {
			require.True(t, topics.ValidSubject(name), "%q", name)
		}
	})
}
