package resident

import "sync/atomic"

// Room bounds what all actors together have said and the broker has not done. Whoever takes some leaves
// room for others, as much as a part of what is its own, so that those who hold much never keep out one that
// holds little.
type Room struct {
	used atomic.Int64
	peak atomic.Int64 // the most that it was since it was nearly empty

	// Free is told when so many bytes that were used are free. It is set before the first Take.
	Free func(bytes int64)
}

// nearly is which part of the peak is used when the rest of it is free.
const nearly = 8

// leaves is which part of its own somebody leaves free.
const leaves = 16

// Take takes room for size bytes of most. own is what whoever asks has taken already. It reports false if
// there is none. Who has none of it gets what it asks for.
func (r *Room) Take(own, size, most int) bool {
	used := r.used.Add(int64(size))
	if own == 0 || int64(own+size) <= leaves*(int64(most)-used) {
		for peak := r.peak.Load(); used > peak && !r.peak.CompareAndSwap(peak, used); peak = r.peak.Load() {
		}
		return true
	}
	r.used.Add(int64(-size))
	return false
}

// Leave gives some of it back.
func (r *Room) Leave(bytes int) {
	used, peak := r.used.Add(int64(-bytes)), r.peak.Load()
	if used < peak/nearly && r.peak.CompareAndSwap(peak, used) && r.Free != nil {
		r.Free(peak - used)
	}
}
