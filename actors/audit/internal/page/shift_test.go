package page

import (
	"hash/crc32"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/troupe-mq/troupe/actors/audit/internal/chain"
)

func TestSum(t *testing.T) {
	var r rest
	known := make(Shifts)
	for n := range 3 * maxShifts {
		line := make([]byte, 1+n)
		for i := range line {
			line[i] = byte(rand.Uint32())
		}
		cut := rand.IntN(len(line))
		for time := range 4 {
			for i := range line[:cut] {
				line[i]++
			}
			want := crc32.Update(0, chain.Castagnoli, line)
			assert.Equal(t, want, r.sum(line[:cut], line[cut:], time > 0, known), "%d bytes, cut at %d", len(line), cut)
		}
	}
	assert.LessOrEqual(t, len(known), maxShifts)
}
