package host_test

import (
	"testing"
	"time"

	"github.com/hashicorp/go-hclog"
	"github.com/stretchr/testify/assert"

	"github.com/troupe-mq/troupe/actors/internal/host"
)

// A line says how many like it were held back, if any were.
func TestAllowed(t *testing.T) {
	h := host.New(hclog.NewNullLogger(), nil)
	now := time.Unix(1000, 0)
	for range 2 {
		pairs, ok := h.Allowed("cause", now, "cid", 1)
		assert.True(t, ok)
		assert.Equal(t, []any{"cid", 1}, pairs)
	}
	for range 7 {
		_, ok := h.Allowed("cause", now, "cid", 1)
		assert.False(t, ok)
	}
	pairs, ok := h.Allowed("another", now)
	assert.True(t, ok)
	assert.Empty(t, pairs)
	pairs, ok = h.Allowed("cause", now.Add(time.Second), "cid", 1)
	assert.True(t, ok)
	assert.Equal(t, []any{"cid", 1, "suppressed", 7}, pairs)
}
