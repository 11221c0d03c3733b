package topics

import "hash/maphash"

// seed is one per process: every partition must agree on every hash, and a
// client must not be able to choose subjects that collide.
var seed = maphash.MakeSeed()

func hash(s string) uint64 { return maphash.String(seed, s) }

// Partition returns the home of subject among n partitions, 0 <= p < n: a hash
// of its first two tokens (or its only one) modulo n. It is the same for the
// life of the process, not across processes.
func Partition(subject []byte, n int) int { return partition(view(subject), n) }

// Home returns where the subscriptions of the valid pattern live among n
// partitions. A literal pattern, and one whose first two tokens are literal,
// has one home: the [Partition] of every subject it can match. Any other
// pattern lives in all of them, and p is 0.
func Home(pattern string, n int) (p int, all bool) {
	first, second := head(pattern)
	if wild(pattern[:first]) || first < len(pattern) && wild(pattern[first+1:second]) {
		return 0, true
	}
	return partition(pattern, n), false
}

func partition(s string, n int) int {
	if n <= 1 {
		return 0
	}
	_, second := head(s)
	// The upper half of the hash: the tables inside a partition use the lower
	// one, and would be badly spread if all their keys agreed in it.
	return int(hash(s[:second]) >> 32 % uint64(n))
}
