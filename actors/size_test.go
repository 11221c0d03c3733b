package actors

import (
	"testing"
	"unsafe"

	"github.com/stretchr/testify/assert"
)

// TestSizeOfAConnection: memory comes in sizes of which 1,152 bytes are one, and the
// next is 1,280. An idle connection pays for a word too many with sixteen.
func TestSizeOfAConnection(t *testing.T) {
	assert.LessOrEqual(t, unsafe.Sizeof(connection{}), uintptr(1152))
	assert.LessOrEqual(t, unsafe.Sizeof(target{}), uintptr(80))
	assert.LessOrEqual(t, unsafe.Sizeof(subscription{}), uintptr(48))
}
