package topics_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/troupe-mq/troupe/topics"
)

func TestSubject(t *testing.T) {
	for _, test := range []struct {
		name, subject   string
		routable, valid bool
	}{
		{"one token", "foo", true, true},
		{"several tokens", "foo.bar.baz", true, true},
		{"any bytes", "\x00.\xff.$SYS._INBOX", true, true},
		{"wildcard characters inside tokens", "foo*.*bar.a>b.**.>>", true, true},
		{"empty", "", false, false},
		{"a dot", ".", false, false},
		{"leading dot", ".foo", false, false},
		{"trailing dot", "foo.", false, false},
		{"two dots", "foo..bar", false, false},
		{"star", "*", true, false},
		{"star first", "*.foo", true, false},
		{"star within", "foo.*.bar", true, false},
		{"star last", "foo.*", true, false},
		{"tail", "foo.>", true, false},
		{"tail not last", "foo.>.bar", true, false},
		{"star and empty token", "foo.*.", false, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			assert.Equal(t, test.routable, topics.Routable([]byte(test.subject)), "Routable")
			assert.Equal(t, test.valid, topics.ValidSubject([]byte(test.subject)), "ValidSubject")
		})
	}
	assert.False(t, topics.Routable(nil))
}

func TestTokens(t *testing.T) {
	assert.Equal(t, 1, topics.Tokens("foo"))
	assert.Equal(t, 3, topics.Tokens("foo.bar.baz"))
	assert.Equal(t, 2000, topics.Tokens(strings.Repeat("a.", 1999)+"a"))
}

func TestNothingAllocates(t *testing.T) {
	subject := []byte("orders.eu.created.now")
	pattern := "orders.eu.*.now"
	assert.Zero(t, testing.AllocsPerRun(100, func() {
		topics.Routable(subject)
		topics.ValidSubject(subject)
		_ = topics.ValidPattern(pattern)
		_ = topics.Literal(pattern)
		_ = topics.Matches(pattern, "orders.eu.created.now")
		_ = topics.Overlap(pattern, "*.eu.>")
		topics.Partition(subject, 8)
		topics.Home(pattern, 8)
	}))
}
