package resident_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/troupe-mq/troupe/actors/internal/resident"
)

// TestRoomIsLeftForOthers: however many take what they can get, all of it together is bounded, they get the
// same, and whoever comes then gets some too.
func TestRoomIsLeftForOthers(t *testing.T) {
	const most, size = 1 << 20, 128
	for _, hogs := range []int{1, 2, 4, 16} {
		var room resident.Room
		own, all := make([]int, hogs), 0
		for took := true; took; {
			took = false
			for i := range own {
				if own[i] > 0 && !room.Take(own[i], size, most) {
					continue
				}
				if own[i] == 0 {
					room.Take(0, size, most)
				}
				own[i] += size
				all += size
				took = true
			}
		}
		assert.LessOrEqual(t, all, most)
		assert.Greater(t, all, most*9/10)
		for i := range own {
			assert.InDelta(t, own[0], own[i], size)
		}
		late := 0
		for room.Take(late, size, most) {
			late += size
		}
		assert.GreaterOrEqual(t, late, most/(17*(hogs+1)), "%d hogs", hogs)
		assert.LessOrEqual(t, all+late, most)
		for i := range own {
			room.Leave(own[i])
		}
		assert.True(t, room.Take(late, most/2, most))
	}
}

// TestRoomForOne: one message alone always fits, and what is refused takes no room.
func TestRoomForOne(t *testing.T) {
	var room resident.Room
	assert.True(t, room.Take(0, 5000, 1000))
	assert.False(t, room.Take(5000, 1, 1000))
	assert.True(t, room.Take(0, 1, 1000))
	room.Leave(5001)
	assert.True(t, room.Take(1, 900, 1000))
}
