package pressure

import (
	"time"

	"github.com/troupe-mq/troupe/actors/internal/outbox"
)

// Overrun is what happens to a client for which more than MaxPending bytes wait.
type Overrun string

// What can happen. What is dropped is counted and announced, never silent.
const (
	Evict   Overrun = "evict"    // the connection is closed as a slow consumer
	DropNew Overrun = "drop_new" // what does not fit is dropped
	DropOld Overrun = "drop_old" // what has waited longest is dropped
)

// Fill is how full an outbox is of what it may hold, and what became of what did
// not fit. The connection's actor owns it.
type Fill struct {
	Policy Overrun // the user's, or everybody's
	level  int     // the last threshold that was announced, in percent
	drops  *drops  // nil as long as there are none: few clients ever get so far
}

// drops is what a client has not got.
type drops struct {
	all       uint64    // messages
	unsaid    uint64    // of them, those since drops were last announced
	announced time.Time // when that was
}

// Dropped is how many messages the client has not got.
func (p *Fill) Dropped() uint64 {
	if p.drops == nil {
		return 0
	}
	return p.drops.all
}

// The thresholds of MaxPending that make an event, in percent.
var pressureLevels = [...]int{100, 75, 50}

// Reached is the threshold that pending bytes of most have just come to, 0 if they
// have come to none. A threshold counts again when half of it is free.
func (p *Fill) Reached(pending, most int) (level int) {
	percent := int(int64(pending) * 100 / int64(most))
	for _, level := range pressureLevels {
		if percent >= level && p.level < level {
			p.level = level
			return level
		}
	}
	if percent < p.level/2 {
		p.level = 0
	}
	return 0
}

// Drop counts messages that the client will not get. Once a second at most it returns
// how many these were since it last did, to be announced.
func (p *Fill) Drop(messages int, now time.Time) (unsaid uint64) {
	if p.drops == nil {
		p.drops = new(drops)
	}
	d := p.drops
	d.all += uint64(messages)
	d.unsaid += uint64(messages)
	if now.Sub(d.announced) < time.Second {
		return 0
	}
	unsaid = d.unsaid
	d.announced, d.unsaid = now, 0
	return unsaid
}

// Much waits for a client when it is congestionShare of MaxPending, and
// leastCongestion bytes at least: less than that is on its way in any case.
const (
	congestionShare = 8
	leastCongestion = outbox.WriterQuota
)

// CongestedAt is how many bytes that is.
func CongestedAt(maxPending int) int { return max(maxPending/congestionShare, leastCongestion) }
