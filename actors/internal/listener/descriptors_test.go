package listener

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
)

// Some descriptors are left for the monitoring and for those who are told that they are
// too many.
func TestPlaces(t *testing.T) {
	for _, tt := range []struct{ clients, descriptors, want int }{
		{64 << 10, 1 << 20, 64 << 10},
		{64 << 10, math.MaxInt32, 64 << 10},
		{64 << 10, 64 << 10, 62 << 10},
		{64 << 10, 1024, 896},
		{100, 1024, 100},
		{-1, 1024, -1},
	} {
		assert.Equal(t, tt.want, placesOf(tt.clients, tt.descriptors), "%+v", tt)
	}
}
