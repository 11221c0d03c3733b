package dense

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestTableAgainstMap(t *testing.T) {
	var table Table[int] // of keys
	// Hashes at both ends of the range collide and wrap around.
	hashOf := func(key *int) uint32 {
		return [4]uint32{0, 1, 1<<32 - 1, uint32(*key) * 0x9E3779B9}[*key%4]
	}
	find := func(key int) int {
		if table.Len() == 0 {
			return -1
		}
		for i := table.Home(hashOf(&key)); table.Taken(i); i = table.Next(i) {
			if table.Hash(i) == hashOf(&key) && *table.At(table.Row(i)) == key {
				return table.Row(i)
			}
		}
		return -1
	}
	want := map[int]bool{}
	for round := range 6 {
		for key := range 3000 {
			switch add := (key*7+round*3)%5 < 3; {
			case add && !want[key]:
				*table.Add(hashOf(&key)) = key
				want[key] = true
			case !add && want[key]:
				table.Remove(hashOf(&key), find(key), hashOf)
				delete(want, key)
			}
		}
		require.Equal(t, len(want), table.Len())
		for key := range 3000 {
			require.Equal(t, want[key], find(key) >= 0, fmt.Sprint("key ", key))
		}
	}
	for key := range want {
		table.Remove(hashOf(&key), find(key), hashOf)
	}
	require.Zero(t, table.Len())
	require.LessOrEqual(t, len(table.cells), 4*minCells)
	require.LessOrEqual(t, len(table.pages), 1)
}
