package peer

import "bytes"

var ackPrefix = []byte("$JS.ACK.")

// ackDots is how many dots stand in front of the @ at least.
const ackDots = 8

// Shown looks for the subject under which a message of a stream is to be shown: servers put it
// behind an @ in the reply by which it is acknowledged. at is where it begins, and cut where the
// reply ends.
func Shown(reply []byte) (at, cut int, ok bool) {
	if !bytes.HasPrefix(reply, ackPrefix) {
		return 0, 0, false
	}
	dots := 0
	for i, ch := range reply {
		switch {
		case ch == '.':
			dots++
		case ch == '@' && dots >= ackDots && i+1 < len(reply):
			return i + 1, i, true
		}
	}
	return 0, 0, false
}
