package topics

import (
	"fmt"
	"testing"
	"unsafe"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestSizes(t *testing.T) {
	assert.EqualValues(t, 64, unsafe.Sizeof(entry[*int]{}), "an entry is a cache line")
	assert.EqualValues(t, 32, unsafe.Sizeof(literal[*int]{}))
	assert.LessOrEqual(t, unsafe.Sizeof(twig[*int]{}), uintptr(64))
	assert.LessOrEqual(t, unsafe.Sizeof(branch[*int]{}), uintptr(64))
	assert.EqualValues(t, 56, unsafe.Sizeof(record[*int]{}), "64 with one subscriber")
}

// 2^32 changes later a sum would be mistaken for an older one: the cache is
// emptied before.
func TestGenerationsComeAround(t *testing.T) {
	for _, wide := range []*Wide[*int]{nil, NewWide[*int]()} {
		for _, pattern := range []string{"a.b.*", "*.b.>"} {
			x := New(Config[*int]{Results: 10, Wide: wide})
			x.generations.total = 1<<30 - 2 - x.generations.everywhere.total.Load()
			require.True(t, x.Insert(pattern, "", new(int)))
			x.Match([]byte("x.y"))
			require.Len(t, x.Match([]byte("a.b.c")).Plain, 1)
			require.Equal(t, 2, x.Stats().Cached)
			require.True(t, x.Insert(pattern, "", new(int)))
			x.Sweep(0)
			require.Len(t, x.Match([]byte("a.b.c")).Plain, 2)
			require.Equal(t, 1, x.Stats().Cached)
			require.EqualValues(t, 1, x.generations.epochs)
		}
	}
}

// Nothing is left of a trie from which everything has been removed, and a
// branch that is needed no more is folded.
func TestTrieFolds(t *testing.T) {
	x := NewIndex[*int](0)
	s := new(int)
	patterns := []string{"a.b.*", "a.b.c.*", "a.b.c.d.*", "a.b.>", "*", ">", "*.>", "*.*.*"}
	for _, p := range patterns {
		require.True(t, x.Insert(p, "", s))
	}
	for _, p := range patterns[1:] {
		require.True(t, x.Remove(p, "", s))
	}
	require.Equal(t, 1, x.trie.root.branch.size())
	require.Nil(t, x.trie.root.branch.only().branch, "the last pattern is a twig")
	require.True(t, x.Remove(patterns[0], "", s))
	require.Nil(t, x.trie.root.branch)
}

func TestCellsAgainstMap(t *testing.T) {
	var c cells
	want := map[int]uint32{}
	// Hashes at both ends of the range collide and wrap around.
	hashOf := func(row int) uint32 {
		return [4]uint32{0, 1, 1<<32 - 1, uint32(row) * 0x9E3779B9}[row%4]
	}
	has := func(row int) bool {
		for i := c.home(hashOf(row)); c.tab[i] != 0; i = c.next(i) {
			if c.tab[i] == newCell(hashOf(row), row) {
				return true
			}
		}
		return false
	}
	for round := range 6 {
		for row := range 300 {
			_, in := want[row]
			switch add := (row*7+round*3)%5 < 3; {
			case add && !in:
				c.add(hashOf(row), row)
				want[row] = hashOf(row)
			case !add && in:
				c.remove(hashOf(row), row)
				delete(want, row)
			}
		}
		require.Equal(t, len(want), c.used)
		for row := range 300 {
			_, in := want[row]
			require.Equal(t, in, has(row), fmt.Sprint("row ", row))
		}
	}
	for row := range want {
		c.remove(hashOf(row), row)
	}
	require.Zero(t, c.used)
	require.LessOrEqual(t, len(c.tab), 4*minCells)
}
