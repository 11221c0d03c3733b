package rules_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/actors/access/internal/rules"
)

func TestNoRulesAreNotEmptyRules(t *testing.T) {
	none, empty := rules.New(nil), &rules.List{}
	assert.Nil(t, none)
	assert.True(t, none.Allows("a", ""))
	assert.False(t, empty.Allows("a", ""))
	assert.False(t, none.Denies("a", "q"))
	assert.False(t, none.Overlaps("a.*", ""))
}

func TestDenyList(t *testing.T) {
	l := rules.New([]string{"a.b", "c.>", "d.* workers", "d.* backup.*"})
	for _, c := range []struct {
		subject, queue string
		denied         bool
	}{
		{"a.b", "", true},
		{"a.b", "any", true},
		{"a.c", "", false},
		{"c.x.y", "", true},
		{"d.x", "", false}, // who is in no queue
		{"d.x", "workers", true},
		{"d.x", "backup.2", true},
		{"d.x", "others", false},
	} {
		assert.Equal(t, c.denied, l.Denies(c.subject, c.queue), c)
	}
}

func TestAllowList(t *testing.T) {
	l := rules.New([]string{"a.>", "a.q team"})
	assert.True(t, l.Allows("a.x", ""))
	assert.True(t, l.Allows("a.x", "any"))
	assert.False(t, l.Allows("b", ""))
	assert.True(t, l.Allows("a.q", "team"))
	assert.False(t, l.Allows("a.q", "any"), "a rule about queues speaks for all of them")
}

// TestWildByFirstToken: where a pattern is found does not depend on what it begins with.
func TestWildByFirstToken(t *testing.T) {
	l := rules.New([]string{"a.*", "*.b.c", ">.x", "b.>", "lit"})
	for subject, want := range map[string]bool{"a.x": true, "z.b.c": true, "b.q.r": true, "c.d": false, "lit": true, "a": false} {
		assert.Equal(t, want, l.Denies(subject, ""), subject)
	}
	assert.True(t, rules.New([]string{">"}).Denies("x.y", ""))
	assert.True(t, l.Overlaps("*.x", ""))
	assert.True(t, l.Overlaps("b.*", ""))
	assert.True(t, l.Overlaps("c.*.c", ""))
	assert.False(t, l.Overlaps("c.*", ""))
	assert.Equal(t, 3, l.Len())
	assert.False(t, l.NamesQueues())
	assert.True(t, rules.New([]string{"a q"}).NamesQueues())
}

func TestOverlap(t *testing.T) {
	l := rules.New([]string{"a.b", "c.*.d", "e.> team"})
	assert.True(t, l.Overlaps("a.*", ""))
	assert.True(t, l.Overlaps("c.x.*", ""))
	assert.True(t, l.Overlaps("e.*", "any"))
	assert.False(t, l.Overlaps("e.*", ""), "who is in no queue")
	assert.False(t, l.Overlaps("x.*", ""))
	assert.False(t, l.Overlaps("a.b", ""), "Denies is asked about that")
}

func TestSplit(t *testing.T) {
	subject, queue, err := rules.Split(" a.*  team ")
	require.NoError(t, err)
	assert.Equal(t, []string{"a.*", "team"}, []string{subject, queue})
	for _, bad := range []string{"", "a b c", "a..b", "> >.x y"} {
		_, _, err := rules.Split(bad)
		assert.ErrorContains(t, err, "neither a subject", bad)
	}
}
