package transport

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/actors/internal/inbound"
	"github.com/troupe-mq/troupe/actors/report"
)

// TestReaderIsPaced: it waits for a congestion to be over, but for so long only, and
// not when there is something else to do.
func TestReaderIsPaced(t *testing.T) {
	r := NewReader(&inbound.Budget{}, nil, nil, nil)
	over := make(chan struct{})
	_, early := r.rest(Pause{Until: over, Most: time.Millisecond})
	require.False(t, early, "long enough")
	r.Stop(report.NotClosed)
	next, early := r.rest(Pause{Until: over, Most: time.Millisecond})
	require.True(t, early)
	require.Equal(t, turnStop, next.do)
	close(over)
	_, early = r.rest(Pause{Until: over, Most: time.Millisecond})
	require.False(t, early, "over")
}
