package actors

import (
	"time"

	"github.com/troupe-mq/troupe/wire"
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

// watchInput is called when everything that has come is parsed: consumed reports
// whether that was at least one command.
func (c *connection) watchInput(consumed bool) {
	k := &c.clock
	if c.in.pending() == 0 {
		k.begun = time.Time{}
		return
	}
	grown := c.in.want > 0 && c.in.pending()-k.had >= leastGrowth
	if k.begun.IsZero() || consumed || grown {
		k.begun, k.had = c.now(), c.in.pending() // what grows is in time, however long it takes
		k.within(k.begun, c.patience())
	}
}

// patience is how long a command may stay unfinished.
func (c *connection) patience() time.Duration {
	if c.connected {
		return patience
	}
	return patienceTyping
}

// stuck reports whether the client has kept the broker waiting too long.
func (c *connection) stuck(now time.Time) bool {
	if !c.connected && c.stats.last.IsZero() && now.Sub(c.started) >= patienceTyping {
		return true // not one command
	}
	return !c.clock.begun.IsZero() && now.Sub(c.clock.begun) >= c.patience()
}

// tooEarly refuses what nobody types: a large payload from a client that has not
// sent CONNECT. Until then a connection costs next to nothing, and this is what
// would change that.
func (c *connection) tooEarly() *wire.Error {
	if !c.connected && c.in.want > typable {
		return wire.ErrMaxPayload
	}
	return nil
}
