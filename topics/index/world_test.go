package index_test

import (
	"strings"

	"github.com/troupe-mq/troupe/topics"
)

// guest is a subscription of the model. It comes once and goes once.
type guest struct {
	pattern      int
	queue        string
	joined, left int // when; not left is never
	seen         int // in which check
}

const never = 1 << 62

// world is the names that scripts are about, and which pattern matches which
// subject, by the definition.
type world struct {
	patterns, subjects []string
	matching           [][]int // patterns, by subject
}

func newWorld() *world {
	w := &world{
		patterns: []string{
			"a", "a.b", "a.b.c", "b.a.c", "*", ">", "*.b", "*.*", "a.*", "a.>", "*.>", "*.*.*", "*.b.*", "*.*.c", "a.*.c",
			"a.b.*", "a.b.>", "a.b.*.d", "a.b.*.*", "a.b.c.>", "a.b.*.>", "b.a.*", "b.a.>", "b.a.*.d.*", "b.a.*.d.>",
			"b.a.*.d.e.f", "*.a.*.d.>", "a.b.a.b.a.b", "a.b.*.b.*.b", "a.b.*.b.*.c", "*.b.*.b.*.b", "a.b.a.*.a.*", "*.*.*.*.*.*",
			"a*.b", "a.>b.*",
		},
		subjects: []string{
			"a", "b", "a.b", "b.a", "b.b", "a.b.c", "a.b.a", "b.a.c", "b.b.c", "a.b.c.d", "a.b.a.a", "b.a.c.d", "b.a.a.d.e",
			"b.a.c.d.e.f", "a.b.a.b.a.b", "a.b.a.b.a.c", "b.b.b.b.b.b", "a*.b", "a.>b.c", "a.*", "a.b.>", "a..b", "",
			"a.b." + strings.Repeat("x", 50), "a.b." + strings.Repeat("y", 200), "q." + strings.Repeat("z", 300),
		},
	}
	for _, l := range "abcdefghijkl" { // enough of them for a map
		w.patterns = append(w.patterns, "b.a."+string(l)+".*", "*.a."+string(l))
		w.subjects = append(w.subjects, "b.a."+string(l), "b.a."+string(l)+".d")
	}
	for _, s := range w.subjects {
		var matching []int
		for i, p := range w.patterns {
			if topics.Matches(p, s) {
				matching = append(matching, i)
			}
		}
		w.matching = append(w.matching, matching)
	}
	return w
}
