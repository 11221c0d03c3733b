package account

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/actors/access"
)

// TestAnswersThatAreDue: a reply route takes as many answers as the service has
// promised, and none that comes too late.
func TestAnswersThatAreDue(t *testing.T) {
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
			synctest.Test(t, func(t *testing.T) {
				set := NewSet(&access.Policy{Accounts: []access.Account{{Name: "A"}, {Name: "B"}}}, nil)
				offers, asks := set.Named("A"), set.Named("B")
				now := time.Now()
				r, payer := set.Replies.Open(Request{By: asks, Client: 1, From: asks, Into: offers, Reply: "in.1", Due: tt.due}, now)
				require.Empty(t, payer)
				assert.True(t, access.ReservedReply([]byte(r.Token)))
				for _, take := range tt.takes {
					now = now.Add(take.after)
					got := set.Replies.Take(offers, []byte(r.Token), take.size, now)
					assert.Equal(t, take.found, got == r, take)
				}
				set.Replies.Retain(nil)
				<-time.After(time.Minute) // its timers run out
			})
		})
	}
}
