package host

import (
	"testing"
	"time"

	"github.com/hashicorp/go-hclog"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/supervisor"
)

func TestWorkersWorkAgain(t *testing.T) {
	crashes := make(chan supervisor.Event, 1)
	h := New(hclog.NewNullLogger(), func(e supervisor.Event) { crashes <- e })
	done := make(chan struct{})
	for range 3 * workersIdle {
		h.Spawn("task", func() { done <- struct{}{} })
	}
	h.Spawn("crash", func() { panic("the others go on") })
	for range 3 * workersIdle {
		<-done
	}
	require.Equal(t, "troupe/crash", (<-crashes).Path)
	require.Eventually(t, func() bool { return h.workers.idle.Load() > 0 }, time.Minute, time.Millisecond)
	require.Eventually(t, func() bool { return h.workers.idle.Load() == 0 }, time.Minute, time.Millisecond)
}
