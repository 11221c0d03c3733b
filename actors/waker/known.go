package waker

import "time"

// This file is which consumers there are, as far as that is known. A pull for one that there is not is answered by nobody:
// a client of the server itself is told so at once, but on a link all requests to JetStream look as if somebody answered.
// So the first pull for a consumer has it asked for.

// known are consumers that there were not long ago, and since when they are believed in.
type known map[consumer]time.Time

const (
	believed = time.Minute // how long, without news
	// maxKnown is how many are known in an account. Beyond it all are asked for anew.
	maxKnown = 16 << 10
)

// believe reports whether a consumer is known, and has it be so from now on: whoever asks first finds out.
func (k known) believe(c consumer, now time.Time) bool {
	if since, ok := k[c]; ok && now.Sub(since) < believed {
		return true
	}
	if len(k) >= maxKnown {
		clear(k)
	}
	k[c] = now
	return false
}

// forget is told that a consumer has been deleted, or, without a name, that a stream has.
func (m *memory) forget(account string, c consumer) {
	m.mu.Lock()
	defer m.mu.Unlock()
	a := m.accounts[account]
	switch {
	case a == nil:
	case c.name == "":
		clear(a.known) // whose they are is not worth a look at each
	default:
		delete(a.known, c)
	}
}
