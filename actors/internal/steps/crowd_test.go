//go:build unix

package steps_test

import (
	"os"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/actors/internal/steps"
)

// TestCrowdLetsOthersGoFirst: of many goroutines that become ready together only a few go before one whose file
// becomes readable then.
func TestCrowdLetsOthersGoFirst(t *testing.T) {
	const many, few = 1000, 100
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1)) // so that what the system does with threads shows nowhere
	from, to, err := os.Pipe()
	require.NoError(t, err)
	defer func() { _, _ = from.Close(), to.Close() }()
	var crowd steps.Crowd
	var done atomic.Int64
	var all sync.WaitGroup
	begin := make(chan struct{})
	for range many {
		all.Go(func() {
			<-begin
			begun := crowd.Join()
			for start := time.Now(); time.Since(start) < 10*time.Microsecond; {
			}
			if done.Add(1) == many/2 {
				_, _ = to.Write([]byte{0})
			}
			crowd.Leave(begun)
		})
	}
	close(begin)
	_, err = from.Read(make([]byte, 1))
	require.NoError(t, err)
	require.Less(t, done.Load(), int64(many/2+few))
	all.Wait()
}

func TestJoinAllocatesNothing(t *testing.T) {
	var crowd steps.Crowd
	require.Zero(t, testing.AllocsPerRun(100, func() { crowd.Leave(crowd.Join()) }))
}
