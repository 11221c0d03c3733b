package observer

import (
	"runtime"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Clients come as soon as their port is open, and count on the monitoring: nothing is
// packed before somebody asks for it.
func TestStartPacksNothing(t *testing.T) {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	a, err := loadAssets()
	runtime.ReadMemStats(&after)
	require.NoError(t, err)
	assert.Less(t, after.TotalAlloc-before.TotalAlloc, uint64(600<<10), "one packer takes more")
	assert.NotEmpty(t, a.files["index.html"].packed())
}
