package supervisor

import (
	"errors"
	"fmt"
	"slices"
	"time"
)

// startFloor is the least delay after a failure to start. Such a failure needs no message to happen again, so
// without a delay it would repeat as fast as the machine can.
const startFloor = 50 * time.Millisecond

// Failure is one thing that went wrong with a child, or its normal end.
type Failure struct {
	Reason   any     // what it failed with, usually a *Crash
	Normal   bool    // it did not fail: it stopped by itself
	Starting bool    // it failed before it ever ran: in its producer, in Started or while being restarted
	Rnd      float64 // in [0,1): the randomness of the back-off, handed in
}

// History is what is remembered of a child's earlier failures.
type History struct {
	Failures []time.Time // those that may still count, oldest first
	Streak   int         // failures in a row, none of them followed by a calm time
	Up       time.Time   // when it was last started; zero: not known
}

// Decision is what shall be done, with the reason in words.
type Decision struct {
	Directive Directive
	Delay     time.Duration // before a Restart
	Scope     Scope
	Reason    string
}

// Decide maps a failure to what shall be done about it. It knows no actors, no clock and no chance: equal arguments
// give equal decisions. The caller keeps the history with After.
func Decide(p Policy, h History, f Failure, now time.Time) Decision {
	if !f.Normal && !f.Starting && p.resumes(f.Reason) {
		return Decision{Directive: Resume, Scope: OneForOne, Reason: "this reason only costs the message"}
	}

	switch {
	case p.Kind != Permanent && p.Kind != Transient: // temporary, and anything misspelt: better gone than looping
		return Decision{Directive: Stop, Scope: OneForOne, Reason: "temporary: never restarted"}
	case p.Kind == Transient && f.Normal:
		return Decision{Directive: Stop, Scope: OneForOne, Reason: "stopped by itself"}
	}

	count := h.recent(p, now) + 1
	if p.Intensity >= 0 && count > p.Intensity {
		return Decision{
			Directive: p.exceeded(),
			Scope:     p.scope(),
			Reason:    fmt.Sprintf("%s, %d allowed", failures(count, p.Period), p.Intensity),
		}
	}

	delay := p.Backoff.Delay(h.streak(p, now)+1, f.Rnd)
	if f.Starting {
		delay = max(delay, startFloor)
	}

	reason := failures(count, p.Period)
	if p.Intensity < 0 {
		reason = fmt.Sprintf("failure %d in a row", h.streak(p, now)+1)
	}

	return Decision{Directive: Restart, Delay: delay, Scope: p.scope(), Reason: reason}
}

// After is the history with one more failure, freed of all that can never count again.
func (h History) After(p Policy, now time.Time) History {
	next := History{Streak: h.streak(p, now) + 1, Up: h.Up}
	if p.Intensity < 0 {
		return next // nobody counts them: remembering would only grow
	}

	for _, t := range append(slices.Clip(h.Failures), now) {
		if p.counts(t, now) {
			next.Failures = append(next.Failures, t)
		}
	}

	// More than one over the budget changes nothing any more.
	if over := len(next.Failures) - (p.Intensity + 1); over > 0 {
		next.Failures = next.Failures[over:]
	}

	return next
}

// Started is the history of a child that has just been started.
func (h History) Started(now time.Time) History {
	h.Up = now

	return h
}

// recent counts the failures that still count.
func (h History) recent(p Policy, now time.Time) int {
	n := 0

	for _, t := range h.Failures {
		if p.counts(t, now) {
			n++
		}
	}

	return n
}

// streak is the number of failures in a row, 0 if the child has run long enough since to be called healthy.
func (h History) streak(p Policy, now time.Time) int {
	calm := p.Period
	if calm <= 0 {
		calm = p.Backoff.Max
	}

	if !h.Up.IsZero() && now.Sub(h.Up) > calm {
		return 0
	}

	return h.Streak
}

func (p Policy) counts(t, now time.Time) bool {
	return p.Period <= 0 || now.Sub(t) < p.Period
}

func (p Policy) resumes(reason any) bool {
	err, ok := reason.(error)
	if !ok {
		return false
	}

	for _, r := range p.Resume {
		if errors.Is(err, r) {
			return true
		}
	}

	return false
}

func failures(n int, period time.Duration) string {
	text := fmt.Sprintf("%d failures", n)
	if n == 1 {
		text = "1 failure"
	}

	if period > 0 {
		text += fmt.Sprintf(" in %v", period)
	}

	return text
}
