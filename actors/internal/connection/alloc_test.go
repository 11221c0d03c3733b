package connection

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

// TestAllocations: a message costs no memory, however many get it.
func TestAllocations(t *testing.T) {
	if raced {
		t.Skip("the race detector allocates")
	}
	one := "PUB foo.bar 16\r\n0123456789abcdef\r\n"
	for _, tt := range []struct {
		text        string
		times       int
		subscribers int
	}{
		{one, 1, 0},
		{one, 1, 1},
		{one, 1, 10},
		{one, 100, 1},
		{one, 100, 10},
		{"PUB foo.bar reply.to 5\r\nhello\r\nPUB foo.other 2\r\nhi\r\n", 20, 10},
		{"pub  foo.bar   2\nhi\r\n", 20, 1},
	} {
		t.Run(fmt.Sprintf("%dx%d", tt.times, tt.subscribers), func(t *testing.T) {
			b := newBench(t, tt.subscribers, strings.Repeat(tt.text, tt.times))
			b.run()
			if tt.subscribers > 0 {
				assert.Positive(t, b.got)
			}
			assert.Zero(t, testing.AllocsPerRun(200, b.run))
		})
	}
}
