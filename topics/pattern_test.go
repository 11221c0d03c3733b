package topics_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/troupe-mq/troupe/topics"
)

func TestPattern(t *testing.T) {
	for _, test := range []struct {
		name, pattern  string
		valid, literal bool
	}{
		{"literal", "foo.bar", true, true},
		{"star", "*", true, false},
		{"star within", "foo.*.bar", true, false},
		{"stars", "*.*.*", true, false},
		{"tail", ">", true, false},
		{"tail last", "foo.>", true, false},
		{"star and tail", "foo.*.>", true, false},
		{"star at the end of a token", "foo*", true, true},
		{"star at the start of a token", "*bar", true, true},
		{"tail character inside a token", "a>b", true, true},
		{"tail character at the start", ">x.y", true, true},
		{"two stars", "**", true, true},
		{"two tails", "foo.>>.bar", true, true},
		{"tail not last", "foo.>.bar", false, false},
		{"tail first", ">.foo", false, false},
		{"two tail tokens", ">.>", false, false},
		{"empty", "", false, true},
		{"leading dot", ".foo", false, true},
		{"trailing dot", "foo.", false, true},
		{"trailing dot after tail", "foo.>.", false, false},
		{"two dots", "foo..*", false, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			assert.Equal(t, test.valid, topics.ValidPattern(test.pattern), "ValidPattern")
			assert.Equal(t, test.literal, topics.Literal(test.pattern), "Literal")
		})
	}
}

func TestMatches(t *testing.T) {
	for _, test := range []struct {
		name, pattern, subject string
		want                   bool
	}{
		{"same", "foo.bar", "foo.bar", true},
		{"case", "foo", "Foo", false},
		{"longer subject", "foo", "foo.bar", false},
		{"longer pattern", "foo.bar", "foo", false},
		{"prefix of a token", "foo", "foob", false},
		{"star is one token", "foo.*", "foo.bar", true},
		{"star is not two tokens", "foo.*", "foo.bar.baz", false},
		{"star is not no token", "foo.*", "foo", false},
		{"star is not an empty token", "foo.*", "foo.", false},
		{"star within", "foo.*.baz", "foo.bar.baz", true},
		{"tail is one token", "foo.>", "foo.bar", true},
		{"tail is many tokens", "foo.>", "foo.bar.baz.x", true},
		{"tail is not no token", "foo.>", "foo", false},
		{"tail alone", ">", "foo", true},
		{"tail and empty subject", ">", "", false},
		{"tail and empty token", ">", "foo..bar", false},
		{"star and tail", "*.>", "foo.bar.baz", true},
		{"literal star in a token", "foo*", "foobar", false},
		{"subject with a star, literally", "foo.bar", "foo.*", false},
		{"subject with a star, star", "foo.*", "foo.*", true},
		{"subject with a tail, star", "foo.*", "foo.>", true},
		{"subject with a tail, tail", "foo.>", "foo.>", true},
		{"subject with a tail in the middle", "foo.>", "foo.>.bar", true},
	} {
		t.Run(test.name, func(t *testing.T) {
			assert.Equal(t, test.want, topics.Matches(test.pattern, test.subject))
		})
	}
}

func TestOverlap(t *testing.T) {
	for _, test := range []struct {
		name, a, b string
		want       bool
	}{
		{"same literal", "a.b", "a.b", true},
		{"other literal", "a.b", "a.c", false},
		{"shorter literal", "a", "a.b", false},
		{"star and literal", "a.*", "a.b", true},
		{"stars crossed", "a.*", "*.b", true},
		{"stars crossed, third differs", "a.*.c", "*.b.d", false},
		{"star and tail", "*.b", ">", true},
		{"tail needs a token", "a.>", "a", false},
		{"tail and tail", "a.>", "a.b.c.>", true},
		{"tails below different tokens", "a.>", "b.>", false},
		{"tail below a star", "*.x.>", "b.>", true},
		{"star needs a token", "a.*", "a", false},
	} {
		t.Run(test.name, func(t *testing.T) {
			assert.Equal(t, test.want, topics.Overlap(test.a, test.b))
			assert.Equal(t, test.want, topics.Overlap(test.b, test.a), "the other way around")
		})
	}
}

func TestCovers(t *testing.T) {
	for _, tt := range []struct {
		wide, narrow string
		want         bool
	}{
		{"a", "a", true},
		{"a", "b", false},
		{"*", "a", true},
		{"a", "*", false},
		{">", "a.*.>", true},
		{"a.>", "a", false},
		{"a.>", "a.b", true},
		{"a.*", "a.>", false},
		{"a.*", "a.*", true},
		{"a.*", "a.b.c", false},
		{"a.b.c", "a.b", false},
		{"a.>", ">", false},
	} {
		assert.Equal(t, tt.want, topics.Covers(tt.wide, tt.narrow), tt)
	}
}
