package dense

import (
	"fmt"
	"math/rand/v2"
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
		for cells := table.Look(); cells != nil; cells = table.Rest(cells) {
			for i := cells.Home(hashOf(&key)); cells.Taken(i); i = cells.Next(i) {
				if cells.Hash(i) == hashOf(&key) && *table.At(cells.Row(i)) == key {
					return cells.Row(i)
				}
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
	require.Empty(t, table.pages)
}

// TestNoChangeMovesAll: a large table becomes larger and smaller a few cells at a time, and
// all rows are found meanwhile.
func TestNoChangeMovesAll(t *testing.T) {
	const rows, crowd = 50_000, 50
	var table Table[uint32] // of hashes
	find := func(h uint32) int {
		for cells := table.Look(); cells != nil; cells = table.Rest(cells) {
			for i := cells.Home(h); cells.Taken(i); i = cells.Next(i) {
				if cells.Hash(i) == h {
					return cells.Row(i)
				}
			}
		}
		return -1
	}
	rnd := rand.New(rand.NewPCG(1, 2))
	before, changes := move[uint32]{}, 0
	check := func(some []uint32) {
		now := move[uint32]{}
		if table.moving != nil {
			now = *table.moving
		}
		if now.from != nil && len(now.from) == len(before.from) {
			require.Positive(t, before.left-now.left)
			require.LessOrEqual(t, before.left-now.left, 2*movedAtOnce+2*crowd)
			changes++
		}
		before = now
		if len(some) > 0 {
			h := some[rnd.IntN(len(some))]
			require.Equal(t, h, *table.At(find(h)))
		}
	}
	keys := make([]uint32, rows)
	for i := range keys {
		if keys[i] = rnd.Uint32(); i < crowd {
			keys[i] |= 0xFFFFFF00 // these are at the end, and go around it
		}
		for table.Len() > 0 && find(keys[i]) >= 0 {
			keys[i]--
		}
		*table.Add(keys[i]) = keys[i]
		check(keys[:i+1])
	}
	require.Greater(t, changes, 100)
	changes = 0
	for i, h := range keys {
		table.Remove(h, find(h), func(r *uint32) uint32 { return *r })
		check(keys[i+1:])
	}
	require.Greater(t, changes, 100)
	require.LessOrEqual(t, len(table.cells), 4*minCells)
}
