package segments

import (
	"time"

	"github.com/nats-io/nkeys"

	"github.com/troupe-mq/troupe/actors/audit/internal/chain"
)

// OldestKept is the number of the oldest segment that stays when the segment of
// a number is begun: not one before the oldest that stayed so far. Whether files
// are there has no part in it, so that one which somebody has removed is missed.
// count is how many closed ones stay, 0 for any number, and aged the oldest one that is not too old.
func OldestKept(oldest, begun, count, aged int) int {
	if count > 0 {
		oldest = max(oldest, begun-count)
	}
	return min(max(oldest, aged, 1), begun)
}

// OldestAged is the oldest segment that was not closed before a time, 0 if there is
// none. A segment was closed when the next one began, and when that was is taken
// from what is sealed and not from a file's name, which anybody can give it. Of a
// file that is not this log's nothing is believed.
func OldestAged(closed []chain.Segment, from int, since time.Time, key nkeys.KeyPair) int {
	aged := 0
	for _, s := range closed {
		if s.Number < from {
			continue // it is being removed
		}
		b, err := chain.BeginningOf(s.Path, key)
		switch {
		case err != nil || b.Head.Segment != s.Number: // verifying the log tells
		case !b.Began.Before(since):
			return aged
		default:
			aged = s.Number
		}
	}
	return aged
}
