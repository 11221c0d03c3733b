package keepalive

import (
	"math/rand/v2"
	"time"
)

// Clock is a connection's one timer: the deadline for CONNECT while there is one,
// then PINGs to a client that is silent, and the patience with unfinished commands.
// It decides, and the connection acts.
type Clock struct {
	timer      *time.Timer
	due        time.Time // when the client must have connected, or is sent a PING
	begun      time.Time // when the unfinished command began, or its payload last grew; zero if there is none
	had        int32     // bytes of it that were there then
	unanswered int32     // PINGs without a PONG
	armed      time.Time // when the timer runs out, which may be earlier than necessary
	asked      time.Time // when the last PING was sent
	RTT        time.Duration
}

// Facts is what the clock must know of its connection.
type Facts struct {
	Connected  bool      // the client has sent CONNECT
	Authorized bool      // it is known who it is
	Started    time.Time // when it came
	Last       time.Time // when it last did something; zero if it has done nothing
	Until      time.Time // when what it has come in with ends; zero for never
	Interval   time.Duration
	PingMax    int
}

// verdict is what is to be done when the timer has run out.
type verdict uint8

// What is to be done.
const (
	Wait  verdict = iota // nothing
	Ping                 // the client is sent a PING
	Stale                // it has kept the broker waiting for too long
	Late                 // it has not said in time who it is
)

// firstPing is when a client that has connected is asked for the first time: at
// once, to learn the round trip, but not so soon that it gets in the way.
const firstPing = 2 * time.Second

// Start arms the timer for what comes first if the client connects at once, so that
// CONNECT need not set it again: a timer that is moved forward costs as much as the
// rest of a CONNECT. d is until when the client must connect, or is sent a PING.
func (k *Clock) Start(now time.Time, d time.Duration, fire func()) {
	k.due = now.Add(d)
	d = min(d, firstPing)
	k.armed = now.Add(d)
	k.timer = time.AfterFunc(d, fire)
}

// Stop ends it.
func (k *Clock) Stop() {
	if k.timer != nil {
		k.timer.Stop()
	}
}

// Within makes the timer run out no later than in d. It is left alone if it does
// that already: to set it anew for everything would cost more than to look
// around once in vain.
func (k *Clock) Within(now time.Time, d time.Duration) {
	if k.timer == nil {
		return
	}
	if at := now.Add(d); k.armed.After(at) {
		k.armed = at
		k.timer.Reset(d)
	}
}

// arm sets the timer to what comes next.
func (k *Clock) arm(now time.Time, f *Facts) {
	k.armed = k.due
	if last := k.begun.Add(patienceWith(f.Connected)); !k.begun.IsZero() && last.Before(k.due) {
		k.armed = last
	}
	if !f.Until.IsZero() && f.Until.Before(k.armed) {
		k.armed = f.Until
	}
	k.timer.Reset(k.armed.Sub(now))
}

// ExpectPing moves the first PING near. It is spread a little, so that clients
// that came together are not asked together.
func (k *Clock) ExpectPing(now time.Time, f *Facts) {
	if k.RTT == 0 {
		k.RTT = max(now.Sub(f.Started), 1) // the first guess: INFO there, CONNECT back
	}
	d := min(f.Interval, firstPing)
	d += rand.N(d/5 + 1)
	k.due = now.Add(d)
	k.Within(now, d)
}

// Answered is told of a PONG.
func (k *Clock) Answered(now time.Time) {
	if k.unanswered > 0 {
		k.RTT = now.Sub(k.asked)
	}
	k.unanswered = 0
}

// rttWorth is how long a measured round trip is good for.
const rttWorth = time.Hour

// Tick is what is to be done, now that the timer has run out.
func (k *Clock) Tick(now time.Time, f *Facts) verdict {
	switch {
	case k.stuck(now, f):
		return Stale
	case now.Before(k.due):
		k.arm(now, f)
		return Wait
	case !f.Authorized:
		return Late
	}
	k.due = now.Add(f.Interval)
	k.arm(now, f)
	known := k.RTT > 0 && now.Sub(k.asked) < rttWorth
	switch {
	case k.unanswered == 0 && known && now.Sub(f.Last) < f.Interval:
		return Wait // it is alive, and we have just heard it
	case int(k.unanswered) >= f.PingMax:
		return Stale
	}
	k.unanswered++
	k.asked = now
	return Ping
}
