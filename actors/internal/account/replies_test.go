package account

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/actors/access"
)

func TestReplyRoutes(t *testing.T) {
	type take struct {
		after time.Duration // since the one before
		size  int
		found bool
	}
	tests := []struct {
		name  string
		due   Answers
		takes []take
	}{
		{"one answer", Answers{}, []take{{0, 1, true}, {0, 1, false}}},
		{"one answer that is empty", Answers{}, []take{{0, 0, true}, {0, 1, false}}},
		{"one answer in time", Answers{in: time.Second}, []take{{time.Second - 1, 1, true}}},
		{"too late", Answers{in: time.Second}, []take{{time.Second, 1, false}, {0, 1, false}}},
		{"the usual time", Answers{}, []take{{access.DefaultThreshold - 1, 1, true}}},
		{"later than usual", Answers{}, []take{{access.DefaultThreshold, 1, false}}},
		{"many", Answers{kind: access.Stream, in: time.Second}, []take{{999, 1, true}, {time.Second - 1, 1, true}, {time.Second - 1, 0, true}, {0, 1, false}}},
		{"in pieces", Answers{kind: access.Chunked, in: time.Second}, []take{{0, 1, true}, {0, 0, true}, {0, 0, false}}},
		{"a piece that is too late", Answers{kind: access.Chunked, in: time.Second}, []take{{0, 1, true}, {time.Second, 1, false}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var rs replyRoutes
			now := time.Unix(1, 0)
			w, lost := rs.Open(&Account{Name: "B"}, "in.1", tt.due, now)
			require.False(t, lost)
			assert.True(t, access.ReservedReply([]byte(w.Token)))
			for _, take := range tt.takes {
				now = now.Add(take.after)
				got := rs.Take([]byte(w.Token), take.size, now)
				assert.Equal(t, take.found, got == w, take)
			}
		})
	}
}

// TestReplyRoutesAreBounded: by number and by bytes, the oldest are forgotten first, and
// closed ones keep nobody out.
func TestReplyRoutesAreBounded(t *testing.T) {
	back, now := &Account{Name: "B"}, time.Unix(1, 0)
	t.Run("number", func(t *testing.T) {
		var rs replyRoutes
		first, _ := rs.Open(back, "x", Answers{}, now)
		for range maxReplyRoutes - 1 {
			_, lost := rs.Open(back, "x", Answers{}, now)
			require.False(t, lost)
		}
		_, lost := rs.Open(back, "x", Answers{}, now)
		assert.True(t, lost)
		assert.Nil(t, rs.Take([]byte(first.Token), 1, now))
		assert.Len(t, rs.known, maxReplyRoutes)
	})
	t.Run("bytes", func(t *testing.T) {
		var rs replyRoutes
		long := strings.Repeat("x", 1<<20)
		for i := range 20 {
			_, lost := rs.Open(back, long, Answers{}, now)
			assert.Equal(t, i >= maxReplyBytes>>20, lost)
		}
		assert.LessOrEqual(t, rs.bytes, maxReplyBytes)
	})
	t.Run("behind one that stays open", func(t *testing.T) {
		var rs replyRoutes
		stays, _ := rs.Open(back, "x", Answers{kind: access.Stream}, now)
		for i := range 3 * maxReplyRoutes {
			w, lost := rs.Open(back, fmt.Sprint(i), Answers{}, now)
			require.False(t, lost)
			require.NotNil(t, rs.Take([]byte(w.Token), 1, now))
		}
		assert.LessOrEqual(t, len(rs.order), 2*maxReplyRoutes)
		assert.NotNil(t, rs.Take([]byte(stays.Token), 1, now))
	})
	t.Run("out of date", func(t *testing.T) {
		var rs replyRoutes
		for range maxReplyRoutes {
			rs.Open(back, "x", Answers{}, now)
		}
		_, lost := rs.Open(back, "x", Answers{}, now.Add(access.DefaultThreshold))
		assert.False(t, lost)
		assert.Len(t, rs.known, 1)
	})
}
