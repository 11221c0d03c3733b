package interest

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

// TestPending: what is posted and what is held share one limit, and one that is to go
// is made nothing more.
func TestPending(t *testing.T) {
	p := NewPending()
	p.SetLimit(100, false)
	assert.True(t, p.Post(1000), "one alone always fits")
	p.Receive(1000)
	p.Hold(60)
	assert.True(t, p.Post(30))
	assert.False(t, p.Post(20))
	p.Hold(0)
	assert.True(t, p.Post(20), "the outbox has emptied")
	assert.True(t, p.Refuse(1))
	assert.False(t, p.Refuse(1), "it is told once")
	p.Receive(50)
	assert.False(t, p.Post(1))
	assert.Zero(t, p.Lost())

	dropping := NewPending()
	dropping.SetLimit(100, true)
	assert.True(t, dropping.Post(90))
	assert.False(t, dropping.Post(20))
	assert.False(t, dropping.Refuse(3), "it stays")
	assert.Equal(t, 3, dropping.Lost())
	assert.Zero(t, dropping.Lost())
	assert.True(t, dropping.Post(10))
}
