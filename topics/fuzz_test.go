package topics_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/topics"
)

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
