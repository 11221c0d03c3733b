package certfiles

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

// TestHandshakeRate: so many handshakes begin in a second, and the next second is another one.
func TestHandshakeRate(t *testing.T) {
	var r rate
	now := time.Unix(1000, 0)
	for range 3 {
		assert.True(t, r.allow(3, now))
	}
	assert.False(t, r.allow(3, now.Add(time.Second/2)))
	assert.True(t, r.allow(3, now.Add(time.Second)))
	assert.True(t, r.allow(0, now))
}
