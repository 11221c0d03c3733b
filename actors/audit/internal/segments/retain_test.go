package segments_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/troupe-mq/troupe/actors/audit/internal/segments"
)

func TestOldestKept(t *testing.T) {
	tests := []struct{ oldest, count, aged, want int }{
		{0, 0, 0, 1},
		{2, 0, 0, 2},
		{2, 9, 0, 2},
		{2, 1, 0, 6},
		{2, 0, 5, 5},
		{2, 0, 8, 7},
		{6, 0, 5, 6},
		{2, 3, 5, 5},
	}
	for _, tt := range tests {
		assert.Equal(t, tt.want, segments.OldestKept(tt.oldest, 7, tt.count, tt.aged), "%+v", tt)
	}
}
