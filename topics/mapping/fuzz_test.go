package mapping_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/topics"
	"github.com/troupe-mq/troupe/topics/mapping"
)

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
		m, err := mapping.New(source, target)
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
		tr, err := mapping.NewTransform(source, target)
		if err != nil || !topics.ValidSubject([]byte(subject)) || !topics.Matches(source, subject) {
			return
		}
		name := tr.Append(nil, []byte(subject), func(n int) int { return n - 1 })
		// Parts of a token may be empty, and of one with a star in it a star alone.
		if !strings.Contains(strings.ToLower(target), "split") && !strings.ContainsAny(subject, "*>") {
			require.True(t, topics.ValidSubject(name), "%q", name)
		}
	})
}
