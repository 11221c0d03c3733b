package actors

import (
	"math/rand/v2"
	"time"

	"github.com/troupe-mq/troupe/wire"
)

// clock is a connection's one timer: the deadline for CONNECT while there is
// one, then PINGs to a client that is silent.
type clock struct {
	timer   *time.Timer
	asked   time.Time // when the last PING was sent
	unheard int       // PINGs without a PONG
	rtt     time.Duration
}

// firstPing is when a client that has connected is asked for the first time: at
// once, to learn the round trip, but not so soon that it gets in the way.
const firstPing = 2 * time.Second

func (c *connection) startClock() {
	d := c.config.PingInterval
	if !c.authorized {
		d = c.config.AuthTimeout
	}
	root, pid := c.system.Root, c.to.pid
	c.clock.timer = time.AfterFunc(d, func() { root.Send(pid, msgTick) })
}

// connected moves the first PING near. It is spread a little, so that clients
// that came together are not asked together.
func (k *clock) connected(c *connection) {
	if k.rtt == 0 {
		k.rtt = max(c.now().Sub(c.started), 1) // the first guess: INFO there, CONNECT back
	}
	d := min(c.config.PingInterval, firstPing)
	k.timer.Reset(d + rand.N(d/5+1))
}

// answered is told of a PONG.
func (k *clock) answered(now time.Time) {
	if k.unheard > 0 {
		k.rtt = now.Sub(k.asked)
	}
	k.unheard = 0
}

func (k *clock) stop() {
	if k.timer != nil {
		k.timer.Stop()
	}
}

// rttWorth is how long a measured round trip is good for.
const rttWorth = time.Hour

// tick is told that the timer has run out.
func (c *connection) tick() {
	if c.leaving {
		return
	}
	if !c.authorized {
		c.refuse(wire.ErrAuthTimeout)
		return
	}
	c.clock.timer.Reset(c.config.PingInterval)
	now := c.now()
	known := c.clock.rtt > 0 && now.Sub(c.clock.asked) < rttWorth
	if c.clock.unheard == 0 && known && now.Sub(c.stats.last) < c.config.PingInterval {
		return // it is alive, and we have just heard it
	}
	if c.clock.unheard >= c.config.PingMax {
		c.counters.stale.Add(1)
		c.refuse(wire.ErrStaleConnection)
		return
	}
	c.clock.unheard++
	c.clock.asked = now
	c.say(wire.Ping)
}
