package cache

import "github.com/troupe-mq/troupe/topics/internal/subscribers"

// budget is what a cache may hold and does hold, in bytes:
// entries, subjects, combinations, and the results that these refer to, each
// counted once.
//
// What is heavy, a result of many subscribers or a long subject, may take half
// of it. So whoever makes others' messages go to thousands, or has long subjects,
// displaces his like and not the small entries of everybody else.
type budget struct {
	max, used int
	heavy     int // the part of used that is heavy
	dice      dice
}

const (
	heavyBytes = 2 << 10 // a result that takes more is heavy
	longBytes  = 128     // and so is a subject
	heavyShare = 2       // of the budget, one part
	single     = 4       // of the budget; nothing that is larger is kept
)

// take notes that something refers to a record.
func take[T comparable](b *budget, r *subscribers.Record[T]) {
	if r.Take() {
		b.add(r.Bytes(), heavyBytes)
	}
}

// release notes that something does so no longer.
func release[T comparable](b *budget, r *subscribers.Record[T]) {
	if r.Release() {
		b.add(-r.Bytes(), heavyBytes)
	}
}

// add counts so many bytes more, or fewer; they are heavy beyond a limit.
func (b *budget) add(bytes, limit int) {
	b.used += bytes
	if max(bytes, -bytes) > limit {
		b.heavy += bytes
	}
}

// refuses reports whether something is too large to be kept at all.
func (b *budget) refuses(bytes int) bool { return bytes > heavyBytes && bytes > b.max/single }

func (b *budget) tooHeavy() bool { return b.heavy > b.max/heavyShare }
func (b *budget) over() bool     { return b.used > b.max }

// dice is a small random generator, xorshift: who is evicted must be cheap to
// say and hard to foresee, no more.
type dice uint64

// roll returns a number from 0 to n-1.
func (d *dice) roll(n int) int {
	x := max(*d, 1)
	x ^= x << 13
	x ^= x >> 7
	x ^= x << 17
	*d = x
	return int(uint64(x) >> 32 * uint64(n) >> 32)
}
