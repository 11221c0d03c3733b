package keepalive

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

func TestPace(t *testing.T) {
	tests := []struct {
		name    string
		clients int
		within  time.Duration
		batch   int
		pause   time.Duration
	}{
		{"nobody", 0, time.Minute, 1, 0},
		{"no time", 7, 0, 7, 0},
		{"less than no time", 7, -time.Second, 7, 0},
		{"a few", 3, 110 * time.Second, 1, time.Second},
		{"many", 1100, 110 * time.Second, 1, 100 * time.Millisecond},
		{"very many", 110_000, 110 * time.Second, 10, 10 * time.Millisecond},
		{"rounded up", 110_001, 110 * time.Second, 11, 10 * time.Millisecond},
		{"a moment", 5, time.Millisecond, 5, 10 * time.Millisecond},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			batch, pause := Pace(tt.clients, tt.within)
			assert.Equal(t, tt.batch, batch)
			assert.Equal(t, tt.pause, pause)
		})
	}
}
