package topics

import "github.com/troupe-mq/troupe/topics/internal/tokens"

// Partition returns the home of subject among n partitions, 0 <= p < n: a hash
// of its first two tokens (or its only one) modulo n. It is the same for the
// life of the process, not across processes.
func Partition(subject []byte, n int) int { return partition(tokens.View(subject), n) }

// Home returns where the subscriptions of the valid pattern live among n
// partitions. A literal pattern, and one whose first two tokens are literal,
// has one home: the [Partition] of every subject it can match. Any other
// pattern lives in all of them, and p is 0.
func Home(pattern string, n int) (p int, all bool) {
	first, second := tokens.Head(pattern)
	if tokens.Wild(pattern[:first]) || first < len(pattern) && tokens.Wild(pattern[first+1:second]) {
		return 0, true
	}
	return partition(pattern, n), false
}

func partition(s string, n int) int {
	if n <= 1 {
		return 0
	}
	_, second := tokens.Head(s)
	// The upper half of the hash: the tables inside a partition use the lower
	// one, and would be badly spread if all their keys agreed in it.
	return int(tokens.Hash(s[:second]) >> 32 % uint64(n))
}
