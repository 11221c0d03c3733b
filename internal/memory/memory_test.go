package memory_test

import (
	"runtime"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/internal/memory"
)

func TestGiveBackEmptiesPools(t *testing.T) {
	pool, gone := sync.Pool{}, make(chan struct{})
	pooled := new([1 << 10]byte)
	runtime.AddCleanup(pooled, func(struct{}) { close(gone) }, struct{}{})
	pool.Put(pooled)
	memory.GiveBack()
	select {
	case <-gone:
	case <-time.After(time.Minute):
		require.Fail(t, "still pooled")
	}
	runtime.KeepAlive(&pool)
}
