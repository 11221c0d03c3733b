package supervisor

import (
	"fmt"
	"log/slog"
	"runtime/debug"
	"strings"

	"github.com/asynkron/protoactor-go/actor"
)

// Crash is why an actor failed: what it panicked with, and where. It is an error, and errors.Is and errors.As see
// through it to the reason.
//
//nolint:errname // an actor crashes; the name is the vocabulary of supervision
type Crash struct {
	Reason any
	Stack  []byte   // as debug.Stack prints it; nil for a deliberate failure
	Trail  []string // what the actor did last, in its own words, oldest first; nil if it keeps no account of that
}

// Fail makes a deliberate failure, to be panicked with: panic(supervisor.Fail(err)) ends the message at hand and
// lets the supervisor decide about the actor. It has no stack, because it is no bug.
func Fail(reason error) *Crash {
	return &Crash{Reason: reason}
}

// Caught makes a Crash of what recover returned. It must be called by the deferred function itself, while the
// stack of the panic still stands. A Crash stays what it is.
func Caught(r any) *Crash {
	if c, ok := r.(*Crash); ok {
		return c
	}

	return &Crash{Reason: r, Stack: debug.Stack()}
}

// Error is the reason in words.
func (c *Crash) Error() string {
	return fmt.Sprint(c.Reason)
}

// Unwrap is the reason if it is an error.
func (c *Crash) Unwrap() error {
	err, _ := c.Reason.(error)

	return err
}

// Deliberate reports whether an actor failed on purpose, with Fail.
func (c *Crash) Deliberate() bool {
	return len(c.Stack) == 0
}

// Frames are the first n calls of the stack, innermost first, each on one line; the calls that only carried the panic
// here are left out.
func (c *Crash) Frames(n int) []string {
	lines := strings.Split(strings.TrimSpace(string(c.Stack)), "\n")
	at := 1 // the first line only names the goroutine

	for i, line := range lines {
		if strings.HasPrefix(line, "panic(") {
			at = i + 2 // each call takes two lines: the function, and the place
		}
	}

	var frames []string
	for ; at+1 < len(lines) && len(frames) < n; at += 2 {
		place, _, _ := strings.Cut(strings.TrimSpace(lines[at+1]), " +0x")
		frames = append(frames, lines[at]+" "+place)
	}

	return frames
}

// Report is told of a crash that no supervisor will hear of. It may be called from any goroutine.
type Report func(name string, c *Crash)

// Guard is a receiver middleware for actors whose mailbox does not catch panics itself. It turns each panic into a
// Crash with its stack and panics again, so that the supervisor is given both.
//
// A panic in Stopping, Stopped or Restarting it does not pass on: the actor framework would bring an actor that
// fails while it stops back to life, and would never finish one that fails in Stopped. Such a last panic is
// reported instead, to the system's log if no Report is given.
//
// It costs one allocation a message.
func Guard(report ...Report) actor.ReceiverMiddleware {
	return func(next actor.ReceiverFunc) actor.ReceiverFunc {
		return func(ctx actor.ReceiverContext, e *actor.MessageEnvelope) {
			defer func() {
				r := recover()
				if r == nil {
					return
				}

				c := Caught(r)
				if !dying(e.Message) {
					panic(c)
				}

				reportTo(ctx.Logger(), report, ctx.Self().GetId(), c)
			}()

			next(ctx, e)
		}
	}
}

// dying reports whether a message belongs to the end of an instance.
func dying(message any) bool {
	switch message.(type) {
	case *actor.Stopping, *actor.Stopped, *actor.Restarting:
		return true
	default:
		return false
	}
}

// Go runs fn in a goroutine whose panic is reported and does not end the process. No supervisor stands above a plain
// goroutine, so each one needs this. A nil Report writes to slog's default logger.
func Go(report Report, name string, fn func()) {
	go func() {
		defer func() {
			if r := recover(); r != nil {
				reportTo(slog.Default(), []Report{report}, name, Caught(r))
			}
		}()

		fn()
	}()
}

// reportTo reports without ever panicking: it runs where nothing stands below to catch it.
func reportTo(l *slog.Logger, to []Report, name string, c *Crash) {
	defer func() { _ = recover() }()

	if len(to) == 0 || to[0] == nil {
		l.Error("unsupervised panic", "name", name, "reason", c.Error(), "stack", strings.Join(c.Frames(stackLines), "; "))

		return
	}

	to[0](name, c)
}

// EscalationError is the reason with which a group fails when it gives up on a child.
type EscalationError struct {
	Path string // the child
	Why  string // why the group gave up
	Err  error  // the child's last failure
}

// Error says who could not be kept running, and why.
func (e *EscalationError) Error() string {
	if e.Err == nil {
		return fmt.Sprintf("%s: %s", e.Path, e.Why)
	}

	return fmt.Sprintf("%s: %s: %v", e.Path, e.Why, e.Err)
}

// Unwrap is the child's last failure.
func (e *EscalationError) Unwrap() error {
	return e.Err
}
