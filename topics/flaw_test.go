package topics_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/troupe-mq/troupe/topics"
)

func TestFlaw(t *testing.T) {
	for subject, want := range map[string]string{
		"":      "it is empty",
		".a":    "it begins with a dot",
		"a.":    "it ends with a dot",
		"a..b":  "there is nothing between two dots",
		"a.>.b": "> is only ever the last token",
		"a.*.>": "",
		"a>.b":  "",
	} {
		assert.Equal(t, want, topics.Flaw(subject, true), "%q", subject)
	}
	assert.Contains(t, topics.Flaw("a.*", false), "wildcards are for subscriptions")
	assert.Empty(t, topics.Flaw("a.b*", false))
}

// A flaw is found exactly where a subject or a pattern is refused.
func FuzzFlaw(f *testing.F) {
	for _, s := range []string{"", "a", "a.*", ">", "a.>.b", "..", "*a.>b"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		assert.Equal(t, topics.ValidPattern(s), topics.Flaw(s, true) == "", "%q", s)
		assert.Equal(t, topics.ValidSubject([]byte(s)), topics.Flaw(s, false) == "", "%q", s)
	})
}
