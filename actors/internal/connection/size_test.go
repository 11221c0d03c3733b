package connection

import (
	"testing"
	"unsafe"

	"github.com/stretchr/testify/assert"

	"github.com/troupe-mq/troupe/actors/internal/interest"
	"github.com/troupe-mq/troupe/actors/mailbox"
)

// TestSizeOfAConnection: memory comes in sizes of which 1,024 bytes are one, and the
// next is 1,152. Of them a word belongs to the runtime. An idle connection pays for a word too many with sixteen.
func TestSizeOfAConnection(t *testing.T) {
	assert.LessOrEqual(t, unsafe.Sizeof(connection{}), uintptr(1016))
	assert.LessOrEqual(t, unsafe.Sizeof(mailbox.Mailbox{}), uintptr(224))
	assert.LessOrEqual(t, unsafe.Sizeof(interest.Target{}), uintptr(80))
	assert.LessOrEqual(t, unsafe.Sizeof(interest.Subscription{}), uintptr(48))
}
