package interest

// The messages to a connection that others in the broker send. An imperative asks, a
// past participle tells.

// FenceLeft tells a connection that somebody it may be waiting for is through.
type FenceLeft struct{}

// Exhausted tells a connection that a subscription of its has had its last
// delivery.
type Exhausted struct{ Sub *Subscription }

// IgnoreDeadLetterLogging keeps it out of the log: a connection that has just ended is still told things
// by those who could not know. That is an everyday end and not worth a line.
func (*FenceLeft) IgnoreDeadLetterLogging() {}

// IgnoreDeadLetterLogging is as above.
func (*Exhausted) IgnoreDeadLetterLogging() {}

// MsgFenceLeft is the one FenceLeft.
var MsgFenceLeft = &FenceLeft{}
