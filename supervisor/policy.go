package supervisor

import (
	"fmt"
	"math"
	"strings"
	"time"
)

// Kind says when a child is started again.
type Kind string

// The three kinds, in the words of the actor world. The zero Kind means "whatever the group says".
const (
	Permanent Kind = "permanent" // always started again, even when it stopped by itself
	Transient Kind = "transient" // started again after a failure only
	Temporary Kind = "temporary" // never started again
)

// Scope says whom a failure concerns. The zero Scope is OneForOne.
type Scope string

// The three scopes.
const (
	OneForOne  Scope = "one-for-one"  // the failed child alone
	RestForOne Scope = "rest-for-one" // it, and those that were started after it: they build on it
	AllForOne  Scope = "all-for-one"  // every child of the group: they make sense only together
)

// Directive is what is done about a failure.
type Directive string

// The four directives.
const (
	Resume   Directive = "resume"   // go on with the next message, state and all; only the poisoned message is lost
	Restart  Directive = "restart"  // a new instance, the queued messages are kept
	Stop     Directive = "stop"     // the end, queued messages are lost
	Escalate Directive = "escalate" // the group itself fails: its parent decides
)

// Policy is the written crash policy of one child: plain data, so that it can be printed, compared by eye and
// tested as a table.
type Policy struct {
	Kind  Kind
	Scope Scope

	// Intensity failures within Period are tolerated, one more is one too many and Exceeded applies. 0 tolerates
	// none, a negative number any amount. A Period of 0 counts over the whole life of the child. Waiting time
	// counts too: a Period shorter than a few back-offs can never be exceeded.
	Intensity int
	Period    time.Duration

	// Backoff spaces the restarts.
	Backoff Backoff

	// Exceeded is Stop (the default) or Escalate.
	Exceeded Directive

	// Resume lists reasons (matched by errors.Is) after which the child simply goes on: it failed on that one
	// message and its state is known to be whole. They do not count as failures.
	Resume []error
}

// DefaultPolicy is what a group applies when neither it nor the child names a policy: always started again, five
// times in ten seconds, after 100 ms that double up to ten seconds; then the child is stopped.
func DefaultPolicy() Policy {
	return Policy{
		Kind:      Permanent,
		Scope:     OneForOne,
		Intensity: 5,
		Period:    10 * time.Second,
		Backoff:   Backoff{Min: 100 * time.Millisecond, Max: 10 * time.Second, Factor: 2, Jitter: 0.2},
		Exceeded:  Stop,
	}
}

// or returns the policy itself, or the given one if this one is left open.
func (p Policy) or(other Policy) Policy {
	if p.Kind == "" {
		return other
	}

	return p
}

// scope is the policy's scope with the default filled in.
func (p Policy) scope() Scope {
	if p.Scope == AllForOne || p.Scope == RestForOne {
		return p.Scope
	}

	return OneForOne
}

// String prints the policy on one line, as the tree shows it.
func (p Policy) String() string {
	if p.Kind == "" {
		return "inherited"
	}

	if p.Kind == Temporary {
		return string(Temporary)
	}

	var b strings.Builder
	fmt.Fprintf(&b, "%s, %s", p.Kind, p.scope())

	switch {
	case p.Intensity < 0:
		b.WriteString(", any number of times")
	case p.Period <= 0:
		fmt.Fprintf(&b, ", %d times", p.Intensity)
	default:
		fmt.Fprintf(&b, ", %d in %v", p.Intensity, p.Period)
	}

	if p.Backoff.Min > 0 {
		fmt.Fprintf(&b, ", after %v", p.Backoff.Min)

		if p.Backoff.Max > p.Backoff.Min {
			fmt.Fprintf(&b, " to %v", p.Backoff.Max)
		}
	}

	if p.Intensity >= 0 {
		fmt.Fprintf(&b, ", then %s", p.exceeded())
	}

	return b.String()
}

func (p Policy) exceeded() Directive {
	if p.Exceeded == Escalate {
		return Escalate
	}

	return Stop
}

// Backoff is the waiting time before a restart: Min, then Factor times as long for each failure in a row, never more
// than Max. Jitter, a fraction from 0 to 1, spreads it to both sides, so that children which fell together do not
// get up together.
type Backoff struct {
	Min, Max time.Duration // Max below Min means Min: a constant back-off
	Factor   float64       // below 1 means 2
	Jitter   float64
}

// Delay is the waiting time before the attempt-th restart in a row, counted from 1; rnd in [0,1) is the only
// randomness, so that equal arguments give equal delays.
func (b Backoff) Delay(attempt int, rnd float64) time.Duration {
	if b.Min <= 0 {
		return 0
	}

	limit := float64(max(b.Min, b.Max))

	factor := b.Factor
	if factor < 1 {
		factor = 2
	}

	// A float cannot overflow into a negative duration: it becomes +Inf, and min brings it back.
	d := math.Min(float64(b.Min)*math.Pow(factor, float64(max(attempt, 1)-1)), limit)
	jitter := math.Max(0, math.Min(b.Jitter, 1))
	d *= 1 + jitter*(2*rnd-1)

	return time.Duration(math.Min(d, limit))
}
