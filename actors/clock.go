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
	due     time.Time // when the client must have connected, or is sent a PING
	begun   time.Time // when the unfinished command began, or its payload last grew; zero if there is none
	had     int       // bytes of it that were there then
	armed   time.Time // when the timer runs out, which may be earlier than necessary
	asked   time.Time // when the last PING was sent
	unheard int       // PINGs without a PONG
	rtt     time.Duration
}

// firstPing is when a client that has connected is asked for the first time: at
// once, to learn the round trip, but not so soon that it gets in the way.
const firstPing = 2 * time.Second

// startClock arms the timer for what comes first if the client connects at once,
// so that CONNECT need not set it again: a timer that is moved forward costs as
// much as the rest of a CONNECT.
func (c *connection) startClock() {
	k, now := &c.clock, c.now()
	d := c.config().PingInterval
	if !c.authorized() {
		d = c.config().AuthTimeout
	}
	k.due = now.Add(d)
	d = min(d, firstPing)
	k.armed = now.Add(d)
	root, pid := c.system.Root, c.to.pid
	k.timer = time.AfterFunc(d, func() { root.Send(pid, msgTick) })
}

// dueIn says when tick has something to do.
func (k *clock) dueIn(now time.Time, d time.Duration) {
	k.due = now.Add(d)
	k.within(now, d)
}

// within makes the timer run out no later than in d. It is left alone if it does
// that already: to set it anew for everything would cost more than to look
// around once in vain.
func (k *clock) within(now time.Time, d time.Duration) {
	if at := now.Add(d); k.armed.After(at) {
		k.armed = at
		k.timer.Reset(d)
	}
}

// arm sets the timer to what comes next.
func (c *connection) arm(now time.Time) {
	k := &c.clock
	k.armed = k.due
	if last := k.begun.Add(c.patience()); !k.begun.IsZero() && last.Before(k.due) {
		k.armed = last
	}
	if until := c.who.Until(); !until.IsZero() && until.Before(k.armed) {
		k.armed = until
	}
	k.timer.Reset(k.armed.Sub(now))
}

// expectPing moves the first PING near. It is spread a little, so that clients
// that came together are not asked together.
func (c *connection) expectPing() {
	now, k := c.now(), &c.clock
	if k.rtt == 0 {
		k.rtt = max(now.Sub(c.started), 1) // the first guess: INFO there, CONNECT back
	}
	d := min(c.config().PingInterval, firstPing)
	k.dueIn(now, d+rand.N(d/5+1))
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
	now := c.now()
	if e := c.over(now); e != nil {
		c.refuse(e)
		return
	}
	if c.stuck(now) {
		c.counters.stale.Add(1)
		c.refuse(wire.ErrStaleConnection)
		return
	}
	if now.Before(c.clock.due) {
		c.arm(now)
		return
	}
	if !c.authorized() {
		c.refuse(wire.ErrAuthTimeout)
		return
	}
	c.clock.due = now.Add(c.config().PingInterval)
	c.arm(now)
	known := c.clock.rtt > 0 && now.Sub(c.clock.asked) < rttWorth
	if c.clock.unheard == 0 && known && now.Sub(c.stats.last) < c.config().PingInterval {
		return // it is alive, and we have just heard it
	}
	if c.clock.unheard >= c.config().PingMax {
		c.counters.stale.Add(1)
		c.refuse(wire.ErrStaleConnection)
		return
	}
	c.clock.unheard++
	c.clock.asked = now
	c.say(wire.Ping)
}
