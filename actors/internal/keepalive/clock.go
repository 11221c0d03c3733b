package keepalive

import (
	"math/rand/v2"
	"time"

	"github.com/troupe-mq/troupe/internal/instant"
)

// Clock is a connection's one timer: the deadline for CONNECT while there is one,
// then PINGs to a client that is silent, and the patience with unfinished commands.
// It decides, and the connection acts.
type Clock struct {
	timer      *time.Timer
	due        instant.Instant // when the client must have connected, or is sent a PING
	begun      instant.Instant // when the unfinished command began, or its payload last grew; Never if there is none
	had        int32           // bytes of it that were there then
	unanswered int32           // PINGs without a PONG
	armed      instant.Instant // when the timer runs out, which may be earlier than necessary
	asked      instant.Instant // when the last PING was sent; Never if none was
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
	k.due = instant.Of(now).In(d)
	d = min(d, firstPing)
	k.armed = instant.Of(now).In(d)
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
	if then := instant.Of(now).In(d); k.armed > then {
		k.armed = then
		k.timer.Reset(d)
	}
}

// arm sets the timer to what comes next.
func (k *Clock) arm(now time.Time, f *Facts) {
	k.armed = k.due
	if k.begun != instant.Never {
		k.armed = min(k.armed, k.begun.In(patienceWith(f.Connected)))
	}
	if !f.Until.IsZero() {
		k.armed = min(k.armed, instant.Of(now).In(f.Until.Sub(now))) // by the clock that people set
	}
	k.timer.Reset(k.armed.Sub(instant.Of(now)))
}

// ExpectPing moves the first PING near. It is spread a little, so that clients
// that came together are not asked together.
func (k *Clock) ExpectPing(now time.Time, f *Facts) {
	if k.RTT == 0 {
		k.RTT = max(now.Sub(f.Started), 1) // the first guess: INFO there, CONNECT back
	}
	d := min(f.Interval, firstPing)
	d += rand.N(d/5 + 1)
	k.due = instant.Of(now).In(d)
	k.Within(now, d)
}

// Answered is told of a PONG.
func (k *Clock) Answered(now time.Time) {
	if k.unanswered > 0 {
		k.RTT = instant.Of(now).Sub(k.asked)
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
	case instant.Of(now) < k.due:
		k.arm(now, f)
		return Wait
	case !f.Authorized:
		return Late
	}
	k.due = instant.Of(now).In(f.Interval)
	k.arm(now, f)
	known := k.RTT > 0 && k.asked != instant.Never && instant.Of(now) < k.asked.In(rttWorth)
	switch {
	case k.unanswered == 0 && known && now.Sub(f.Last) < f.Interval:
		return Wait // it is alive, and we have just heard it
	case int(k.unanswered) >= f.PingMax:
		return Stale
	}
	k.unanswered++
	k.asked = instant.Of(now)
	return Ping
}
