package subscribers

import (
	"testing"
	"unsafe"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestSizes(t *testing.T) {
	assert.EqualValues(t, 32, unsafe.Sizeof(literal[*int]{}))
	assert.LessOrEqual(t, unsafe.Sizeof(twig[*int]{}), uintptr(64))
	assert.LessOrEqual(t, unsafe.Sizeof(branch[*int]{}), uintptr(64))
	assert.EqualValues(t, 56, unsafe.Sizeof(Record[*int]{}), "64 with one subscriber")
}

// Nothing is left of a trie from which everything has been removed, and a
// branch that is needed no more is folded.
func TestTrieFolds(t *testing.T) {
	var trie Trie[*int]
	s := new(int)
	patterns := []string{"a.b.*", "a.b.c.*", "a.b.c.d.*", "a.b.>", "*", ">", "*.>", "*.*.*"}
	for _, p := range patterns {
		require.NotNil(t, trie.Insert(p, "", s))
	}
	for _, p := range patterns[1:] {
		require.NotNil(t, trie.Remove(p, "", s))
	}
	require.Equal(t, 1, trie.root.branch.size())
	require.Nil(t, trie.root.branch.only().branch, "the last pattern is a twig")
	require.NotNil(t, trie.Remove(patterns[0], "", s))
	require.True(t, trie.Empty())
}
