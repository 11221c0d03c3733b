package supervisor

import (
	"errors"
	"fmt"
	"strings"
	"time"
)

// What names the thing that happened to a child.
type What string

// All that can happen to a child. A Temporary child makes one event only, when it fails: it comes and goes too often
// for more.
const (
	Started   What = "started"   // it was spawned
	Failed    What = "failed"    // it failed; Directive and Delay say what follows
	Restarted What = "restarted" // its restart was ordered: the back-off is over
	Resumed   What = "resumed"   // it goes on with the next message
	Stopped   What = "stopped"   // it is gone
	Escalated What = "escalated" // its group gave up on it and fails in turn
)

// ErrOrdered is what an actor fails with whose failure was ordered, by a test or a lesson. Wrap it to say by whom.
var ErrOrdered = errors.New("a fault was ordered")

// stackLines is how many calls of a stack an event and a node keep.
const stackLines = 8

// Event is one thing that happened to one child, told by its group in the order in which it happened.
type Event struct {
	Time      time.Time     `json:"time"`
	What      What          `json:"what"`
	Path      string        `json:"path"`
	Role      string        `json:"role,omitempty"`
	Directive Directive     `json:"directive,omitempty"`
	Delay     time.Duration `json:"delay_ns,omitempty"`
	Failure   string        `json:"failure,omitempty"` // what it failed with, in words
	Reason    string        `json:"reason,omitempty"`  // why the directive was chosen
	Stack     []string      `json:"stack,omitempty"`   // the innermost calls; none for a deliberate failure
	Trail     []string      `json:"trail,omitempty"`   // what it did last, in its own words, oldest first: see Crash.Trail
	Restarts  int           `json:"restarts"`
	GivenUp   bool          `json:"given_up,omitempty"` // it was to be kept running, and will not be started again
	Ordered   bool          `json:"ordered,omitempty"`  // it failed because somebody wanted to see what becomes of it: ErrOrdered

	// Err is the failure itself, for errors.Is and errors.As.
	Err error `json:"-"`
}

// String prints the event on one line, without the time and the stack.
func (e Event) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s", e.Path, e.What)

	if e.Failure != "" {
		fmt.Fprintf(&b, ": %s", oneLine(e.Failure))
	}

	if e.Directive != "" {
		fmt.Fprintf(&b, " -> %s", e.Directive)
	}

	if e.GivenUp {
		b.WriteString(", given up")
	}

	if e.Delay > 0 {
		fmt.Fprintf(&b, " in %v", e.Delay)
	}

	if e.Reason != "" {
		fmt.Fprintf(&b, " (%s)", e.Reason)
	}

	return b.String()
}

// Pairs are the keys and values for a structured log line; the message is the What.
func (e Event) Pairs() []any {
	pairs := []any{"path", e.Path}

	add := func(key string, value any, given bool) {
		if given {
			pairs = append(pairs, key, value)
		}
	}

	add("role", e.Role, e.Role != "")
	add("failure", oneLine(e.Failure), e.Failure != "")
	add("directive", string(e.Directive), e.Directive != "")
	add("delay", e.Delay, e.Delay > 0)
	add("reason", e.Reason, e.Reason != "")
	add("restarts", e.Restarts, e.Restarts > 0)
	add("given_up", true, e.GivenUp)
	add("ordered", true, e.Ordered)
	add("stack", strings.Join(e.Stack, "; "), len(e.Stack) > 0)
	add("trail", strings.Join(e.Trail, "; "), len(e.Trail) > 0)

	return pairs
}

// asError makes an error of whatever an actor panicked with, one that can be asked without risk: a nil pointer with an
// Error method would panic again, in the supervisor.
func asError(reason any) (err error) {
	defer func() {
		if recover() != nil {
			err = &Crash{Reason: fmt.Sprintf("a %T that cannot say what it is", reason)}
		}
	}()

	switch r := reason.(type) {
	case nil:
		return &Crash{Reason: "no reason given"}
	case error:
		_ = r.Error()
		_ = errors.Is(r, ErrNoChild) // walks the whole chain

		return r
	default:
		return &Crash{Reason: r}
	}
}

// framesOf are the first calls of the stack that a failure carries, however deeply it is wrapped.
func framesOf(err error) []string {
	if c, ok := errors.AsType[*Crash](err); ok {
		return c.Frames(stackLines)
	}

	return nil
}

// trailOf is what the actor did last that a failure is of.
func trailOf(err error) []string {
	if c, ok := errors.AsType[*Crash](err); ok {
		return c.Trail
	}

	return nil
}

// oneLine makes text from a failure fit for a log or a terminal: such text may quote what a stranger sent.
func oneLine(s string) string {
	const most = 200

	clean := strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || r >= 0x80 && r < 0xa0 {
			return ' '
		}

		return r
	}, strings.ToValidUTF8(s, "?"))

	if runes := []rune(clean); len(runes) > most {
		return string(runes[:most]) + "…"
	}

	return clean
}
