package keepalive

import (
	"time"

	"github.com/troupe-mq/troupe/internal/instant"
)

// Whoever has begun a command has to finish it, and whoever has connected has to
// say something: else a thousand half-sent messages would stay for ever. A
// program is given seconds. A person at a telnet prompt, who has not sent
// CONNECT and announces no more than a line or two, is given minutes.
const (
	patience       = 8 * time.Second
	patienceTyping = 2 * time.Minute
	typable        = 4 << 10 // bytes of payload that a person may type
	leastGrowth    = 4 << 10 // bytes by which a payload has to grow while patience lasts
)

// patienceWith is how long a command may stay unfinished.
func patienceWith(connected bool) time.Duration {
	if connected {
		return patience
	}
	return patienceTyping
}

// IsTypable reports whether a person could type a payload of so many bytes. Before
// CONNECT nothing else is let in: until then a connection costs next to nothing, and
// this is what would change that.
func IsTypable(bytes int) bool { return bytes <= typable }

// Watch is called when everything that has come is parsed. pending is how many bytes
// are there of an unfinished command, and want how many it needs, 0 if that is not
// known; consumed is whether at least one command was complete.
func (k *Clock) Watch(pending, want int, consumed, connected bool, now func() time.Time) {
	if pending == 0 {
		k.begun = instant.Never
		return
	}
	grown := want > 0 && pending-int(k.had) >= leastGrowth
	if k.begun == instant.Never || consumed || grown {
		begun := now()
		k.begun, k.had = instant.Of(begun), int32(pending) // what grows is in time, however long it takes
		k.Within(begun, patienceWith(connected))
	}
}

// Complete is told that the command under way is complete, though it is not carried
// out yet.
func (k *Clock) Complete() { k.begun = instant.Never }

// stuck reports whether the client has kept the broker waiting too long.
func (k *Clock) stuck(now time.Time, f *Facts) bool {
	if !f.Connected && f.Last.IsZero() && now.Sub(f.Started) >= patienceTyping {
		return true // not one command
	}
	return k.begun != instant.Never && instant.Of(now) >= k.begun.In(patienceWith(f.Connected))
}
