package mapping_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/topics/mapping"
)

// The names are those that nats-server 2.15.2 gives. But it sometimes forgets to hash
// a subject that is a source itself, and makes an empty token where one begins with
// two separators.
func TestTransform(t *testing.T) {
	for _, tt := range []struct{ source, target, subject, want string }{
		{"a", "b", "a", "b"},
		{"orders.*.*", "orders.$2.$1", "orders.1.2", "orders.2.1"},
		{"gone.*", "here", "gone.a", "here"},
		{"a.*.*", "{{wildcard(2)}}.$x", "a.b.c", "c.$x"},
		{"x.*.>", "y.$1.>", "x.a.b.c", "y.a.b.c"},
		{">", "p.>", "x.y", "p.x.y"},
		{"p.>", ">", "p.x.y", "x.y"},
		{"p.*.*", "p.{{partition(5,1,2)}}.$1", "p.a.b", "p.1.a"},
		{"p.*.*", "p.{{ Partition( 5 , 1, 2 ) }}.$1", "p.a.c", "p.0.a"},
		{"lit", "lit.{{partition(7)}}", "lit", "lit.4"},
		{"rnd", "rnd.{{random(30)}}", "rnd", "rnd.29"},
		{"bad.*", "bad.{{split(1,-)}}", "bad.a-b--c-", "bad.a.b.c"},
		{"bad.*", "bad.{{split(1,-)}}", "bad.-a", "bad.a"},
		{"bad.*", "bad.{{split(1,-)}}", "bad.--a", "bad.a"},
		{"bad.*", "bad.{{split(1,-)}}", "bad.-", "bad."},
		{"s.*", "{{splitfromleft(1,2)}}", "s.abcde", "ab.cde"},
		{"s.*", "{{splitFromRight(1,2)}}", "s.abcde", "abc.de"},
		{"s.*", "{{slicefromleft(1,2)}}", "s.abcde", "ab.cd.e"},
		{"s.*", "{{slicefromright(1,2)}}", "s.abcde", "a.bc.de"},
		{"s.*", "{{slicefromright(1,2)}}", "s.abcd", "ab.cd"},
		{"s.*", "{{left(1,2)}}.{{right(1,2)}}", "s.abcde", "ab.de"},
		{"s.*", "{{left(1,5)}}.{{slicefromleft(1,9)}}", "s.abcde", "abcde.abcde"},
	} {
		tr, err := mapping.NewTransform(tt.source, tt.target)
		require.NoError(t, err, tt)
		assert.Equal(t, tt.source, tr.Source())
		got := tr.Append([]byte("in front:"), []byte(tt.subject), func(n int) int { return n - 1 })
		assert.Equal(t, "in front:"+tt.want, string(got), tt)
	}
}

func TestTransformThatCannotBe(t *testing.T) {
	for _, tt := range [][2]string{
		{"a..b", "c"},
		{"a b", "c"},
		{"a", ""},
		{"a", "b..c"},
		{"a", "b.*"},
		{"a.*", "b.*"},
		{"a", "$1"},
		{"a.*", "$2"},
		{"a.*", "$0"},
		{"a.>", "b"},
		{"a", "b.>"},
		{"a", "b.>.c"},
		{"a.*", "x{{left(1,2)}}"},
		{"a.*", "{{middle(1,2)}}"},
		{"a.*", "{{left(1)}}"},
		{"a.*", "{{left(2,1)}}"},
		{"a.*", "{{left(1,0)}}"},
		{"a.*", "{{left(1,x)}}"},
		{"a.*", "{{left(1,2,3)}}"},
		{"a.*", "{{split(1)}}"},
		{"a.*", "{{split(1,)}}"},
		{"a.*", "{{split(1,*)}}"},
		{"a.*", "{{split(2,-)}}"},
		{"a.*", "{{partition()}}"},
		{"a.*", "{{partition(0)}}"},
		{"a.*", "{{partition(5,2)}}"},
		{"a.*", "{{partition(99999999999)}}"},
		{"a.*", "{{random(1,2)}}"},
		{"a.*", "{{random(-1)}}"},
	} {
		_, err := mapping.NewTransform(tt[0], tt[1])
		assert.Error(t, err, tt)
	}
}
