package topics_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/troupe-mq/troupe/topics"
)

func TestHome(t *testing.T) {
	for _, test := range []struct {
		name, pattern string
		all           bool
		subject       string // that must have the same home
	}{
		{"one token", "foo", false, "foo"},
		{"two tokens", "foo.bar", false, "foo.bar"},
		{"third token does not count", "foo.bar.baz", false, "foo.bar"},
		{"star third", "foo.bar.*", false, "foo.bar.x"},
		{"tail third", "foo.bar.>", false, "foo.bar.x.y.z"},
		{"star far behind", "foo.bar.x.*", false, "foo.bar.x.y"},
		{"star inside a token", "foo*.b*r.>", false, "foo*.b*r.x"},
		{"star first", "*.bar", true, ""},
		{"star alone", "*", true, ""},
		{"star second", "foo.*.bar", true, ""},
		{"star second and last", "foo.*", true, ""},
		{"tail second", "foo.>", true, ""},
		{"tail alone", ">", true, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			for n := 1; n < 40; n++ {
				p, all := topics.Home(test.pattern, n)
				assert.Equal(t, test.all, all)
				if all {
					assert.Zero(t, p)
				} else {
					assert.Equal(t, topics.Partition([]byte(test.subject), n), p)
				}
			}
		})
	}
}

func TestPartitionSpreads(t *testing.T) {
	const n, each = 8, 1000
	var count [n]int
	for i := range n * each {
		count[topics.Partition(fmt.Appendf(nil, "m.k%d.x", i), n)]++
	}
	for p, got := range count {
		// Eight standard deviations: it fails for a bad hash and nothing else.
		assert.InDelta(t, each, got, 8*31, "partition %d", p)
	}
}

func TestPartitionOfAnything(t *testing.T) {
	for _, s := range []string{"", ".", "..", "a", "a.", ".a", "a..b"} {
		assert.Zero(t, topics.Partition([]byte(s), 1))
		assert.Zero(t, topics.Partition([]byte(s), 0))
		p := topics.Partition([]byte(s), 3)
		assert.True(t, p >= 0 && p < 3)
	}
}
