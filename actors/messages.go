package actors

import "github.com/troupe-mq/troupe/actors/access"

// The messages between the broker's actors. An imperative asks, a past
// participle tells. deliver is in buffers.go, because it is a buffer as well.

// received tells a connection that its input holds new bytes.
type received struct{}

// routed tells a connection that every partition is through with its batch.
type routed struct{}

// proved tells a connection whether a secret was the right one: who says who the
// client is, nil for nobody.
type proved struct {
	of  *proof
	who *access.Identity
}

// fenceLeft tells a connection that somebody it may be waiting for is through.
type fenceLeft struct{}

// fencePassed is what a connection sends itself when all it waits for are
// through: it comes behind everything that these have posted.
type fencePassed struct{}

// disconnected tells a connection that nothing more can be read.
type disconnected struct{ err error }

// written tells a connection that its writer goroutine is done.
type written struct{ err error }

// exhausted tells a connection that a subscription of its has had its last
// delivery.
type exhausted struct{ sub *subscription }

// tick tells a connection that its timer has run out.
type tick struct{}

// closeNow asks a connection to say what it has still to say, and to close.
type closeNow struct{ reason CloseReason }

// withdraw asks a partition to forget subscriptions that are over.
type withdraw struct{ subs []*subscription }

// appeared tells a partition of subscriptions that no SUB has brought.
type appeared struct{ subs []*subscription }

// IgnoreDeadLetterLogging: a connection that has just ended is still told things
// by those who could not know. That is an everyday end and not worth a line.
func (*received) IgnoreDeadLetterLogging()     {}
func (*routed) IgnoreDeadLetterLogging()       {}
func (*proved) IgnoreDeadLetterLogging()       {}
func (*fenceLeft) IgnoreDeadLetterLogging()    {}
func (*fencePassed) IgnoreDeadLetterLogging()  {}
func (*disconnected) IgnoreDeadLetterLogging() {}
func (*written) IgnoreDeadLetterLogging()      {}
func (*exhausted) IgnoreDeadLetterLogging()    {}
func (*tick) IgnoreDeadLetterLogging()         {}
func (*closeNow) IgnoreDeadLetterLogging()     {}
func (*withdraw) IgnoreDeadLetterLogging()     {}

// The messages that carry nothing are one value each.
var (
	msgReceived  = &received{}
	msgRouted    = &routed{}
	msgFenceLeft = &fenceLeft{}
	msgPassed    = &fencePassed{}
	msgTick      = &tick{}
)
