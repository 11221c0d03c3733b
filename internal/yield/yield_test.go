//go:build unix

package yield

import (
	"os"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestReadableGoesFirst: whoever waits for something that has become readable runs before those
// who yield have had more than a few turns, however many of them there are.
func TestReadableGoesFirst(t *testing.T) {
	const rounds, busyOnes, few = 100, 8, 100
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1)) // so that what the system does with threads shows nowhere
	from, to, err := os.Pipe()
	require.NoError(t, err)
	defer func() { _, _ = from.Close(), to.Close() }()
	var lane Lane
	var turns, written atomic.Int64
	var over atomic.Bool
	var busy sync.WaitGroup
	for i := range busyOnes {
		busy.Go(func() {
			for !over.Load() {
				lane.Yield()
				if n := turns.Add(1); i == 0 && written.CompareAndSwap(0, n) {
					_, _ = to.Write([]byte{0})
				}
			}
		})
	}
	most := int64(0)
	for range rounds {
		_, err := from.Read(make([]byte, 1))
		require.NoError(t, err)
		most = max(most, turns.Load()-written.Load())
		written.Store(0)
	}
	over.Store(true)
	busy.Wait()
	require.Less(t, most, int64(few))
}

// TestBrokenLane: who cannot be kept waiting goes on.
func TestBrokenLane(t *testing.T) {
	var lane Lane
	lane.Yield()
	require.NoError(t, lane.pipe.ends[1].Close())
	lane.Yield()
	require.Nil(t, lane.pipe)
	lane.Yield()
}

func TestYieldAllocatesNothing(t *testing.T) {
	var lane Lane
	lane.Yield()
	require.Zero(t, testing.AllocsPerRun(100, lane.Yield))
}

func BenchmarkYield(b *testing.B) {
	var lane Lane
	b.ReportAllocs()
	b.RunParallel(func(p *testing.PB) {
		for p.Next() {
			lane.Yield()
		}
	})
}
