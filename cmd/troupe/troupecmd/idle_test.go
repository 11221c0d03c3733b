package troupecmd

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/actors"
	"github.com/troupe-mq/troupe/actors/report"
)

func TestIdle(t *testing.T) {
	const some, much, more = 1 << 10, worthIt, worthMore
	type moment struct { // what has happened when a tick comes
		messages  uint64
		allocated uint64
	}
	tests := []struct {
		name    string
		moments []moment // the first one is the start
		freed   []int    // at which of them
	}{
		{"never busy", []moment{{0, 0}, {0, much}, {0, 2 * much}, {0, 3 * much}}, nil},
		{"once after a burst", []moment{{0, 0}, {9, much}, {9, much}, {9, much}, {9, much}, {9, 9 * much}, {9, 9 * much}}, []int{3}},
		{"not in traffic", []moment{{0, 0}, {1, much}, {2, much}, {3, much}, {4, much}, {5, much}}, nil},
		{"not in a short pause", []moment{{0, 0}, {1, much}, {1, much}, {2, much}, {2, much}, {2, much}}, []int{5}},
		{"after each burst", []moment{{0, 0}, {1, much}, {1, much}, {1, much}, {2, 2 * much}, {2, 2 * much}, {2, 2 * much}}, []int{3, 6}},
		{"not for a trickle", []moment{{0, 0}, {1, some}, {1, some}, {1, some}, {2, 2 * some}, {2, 2 * some}, {2, 2 * some}}, nil},
		{"in traffic, after a burst of something else", []moment{{0, 0}, {1, more}, {2, more}, {3, more}, {4, more}, {5, more}, {6, more}}, []int{5}},
		{"not in the middle of it", []moment{{0, 0}, {1, more}, {2, 2 * more}, {3, 3 * more}, {4, 4 * more}, {5, 5 * more}, {6, 6 * more}}, nil},
		{"but for what it adds up to", []moment{{0, 0}, {1, some}, {1, some}, {1, some}, {2, much}, {2, much}, {2, much}}, []int{6}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			at, freed := -1, []int(nil)
			ticks, quit, ended := make(chan time.Time), make(chan struct{}), make(chan struct{})
			i := &idle{
				ticks: ticks,
				stats: func() report.Stats {
					at++
					return report.Stats{InMessages: tt.moments[at].messages}
				},
				allocated: func() uint64 { return tt.moments[at].allocated },
				free:      func() { freed = append(freed, at) },
			}
			go func() {
				defer close(ended)
				i.run(quit)
			}()
			for range tt.moments[1:] {
				ticks <- time.Time{}
			}
			close(quit)
			<-ended
			assert.Equal(t, tt.freed, freed)
		})
	}
}

// Whatever moves makes the broker busy.
func TestActionOf(t *testing.T) {
	quiet := actionOf(report.Stats{})
	for _, s := range []report.Stats{
		{Connections: 1},
		{TotalConnections: 1},
		{Subscriptions: 1},
		{TotalSubscribed: 1},
		{InMessages: 1},
		{OutMessages: 1},
		{Ledger: report.Ledger{Delivered: 1}},
	} {
		assert.NotEqual(t, quiet, actionOf(s), "%+v", s)
	}
	assert.Equal(t, quiet, actionOf(report.Stats{Start: time.Now(), SlowConsumers: 1}))
}

func TestWatchIdleEnds(t *testing.T) {
	broker, err := actors.Start(t.Context(), actors.Config{NoListen: true})
	require.NoError(t, err)
	stop := watchIdle(broker)
	require.NoError(t, broker.Stop(t.Context()))
	stop() // in this order too, or this is where it hangs
}

func TestAllocatedCounts(t *testing.T) {
	before := allocated()
	kept = make([]byte, worthIt)
	assert.GreaterOrEqual(t, allocated()-before, uint64(worthIt))
}

// kept keeps the compiler from leaving the allocation out.
var kept []byte
