package connection

import (
	"github.com/troupe-mq/troupe/actors/internal/transport"
	"github.com/troupe-mq/troupe/actors/report"
)

// fencePassed is what a connection sends itself when all it waits for are
// through: it comes behind everything that these have posted.
type fencePassed struct{}

// nextStep is what a connection sends itself when the step of a commit is over: others
// have their turn before.
type nextStep struct{}

// written tells a connection that its writer goroutine is done.
type written struct{ err error }

// tick tells a connection that its timer has run out.
type tick struct{}

// CloseNow asks a connection to say what it has still to say, and to close.
type CloseNow struct{ Reason report.CloseReason }

// Kick asks a connection to end.
type Kick struct{ Answer chan<- error }

// TellTrail asks a connection what its client did last. There is room for the lines.
type TellTrail struct {
	Lines  chan<- []string
	Answer chan<- error
}

// GoElsewhere asks a connection to tell its client that this broker will be gone
// soon, if it is a client that understands it.
type GoElsewhere struct{ Answer chan<- error } // nil if nobody wants one

// TellAgain asks a connection to tell its client what INFO says now, if it is a client that understands it, and has come by one of
// the endpoints where INFO says something new.
type TellAgain struct{ At []*transport.Endpoint }

// IgnoreDeadLetterLogging is as below.
func (*TellAgain) IgnoreDeadLetterLogging() {}

// Tell asks a link to say a line to its server.
type Tell struct{ Line []byte }

// IgnoreDeadLetterLogging is as below.
func (*Tell) IgnoreDeadLetterLogging() {}

// ApplySettings asks a connection to look at itself by the settings in force.
type ApplySettings struct {
	Surplus bool        // there are more connections than there may be: this one is to go
	Done    chan<- bool // told true when it has, false if the connection is gone
}

// Report asks a connection for its report.Connection. Everybody who is asked is
// sent the same message. The channel has room for all of them, so that an answer
// never blocks; one that is gone answers nil.
type Report struct {
	Answers chan<- *report.Connection
	Subs    bool // list the subscriptions

	Overlapping string // list only those that overlap with this pattern; empty: all
}

// Count asks a connection how many of its subscriptions match nothing but what Within does. Everybody who is asked is sent the
// same message, and answers in every case. The channel has room for all of them.
type Count struct {
	Account, Within string
	Queue           string // only those in this group; empty: all
	Answers         chan<- int
}

// IgnoreDeadLetterLogging is as below.
func (*Count) IgnoreDeadLetterLogging() {}

// IgnoreDeadLetterLogging keeps it out of the log: a connection that has just ended is still told things
// by those who could not know. That is an everyday end and not worth a line.
func (*fencePassed) IgnoreDeadLetterLogging() {}

func (*nextStep) IgnoreDeadLetterLogging() {}
func (*written) IgnoreDeadLetterLogging()  {}

func (*tick) IgnoreDeadLetterLogging() {}

// IgnoreDeadLetterLogging is as above.
func (*CloseNow) IgnoreDeadLetterLogging() {}

// IgnoreDeadLetterLogging is as above.
func (*Kick) IgnoreDeadLetterLogging() {}

// IgnoreDeadLetterLogging is as above.
func (*TellTrail) IgnoreDeadLetterLogging() {}

// IgnoreDeadLetterLogging is as above.
func (*GoElsewhere) IgnoreDeadLetterLogging() {}

// IgnoreDeadLetterLogging is as above.
func (*ApplySettings) IgnoreDeadLetterLogging() {}

// IgnoreDeadLetterLogging is as above.
func (*Report) IgnoreDeadLetterLogging() {}

// The messages that carry nothing are one value each.
var (
	msgPassed   = &fencePassed{}
	msgNextStep = &nextStep{}
	msgTick     = &tick{}
)
