package tap

import (
	"time"

	"github.com/troupe-mq/troupe/actors/report"
	"github.com/troupe-mq/troupe/supervisor"
)

// Kind is what a Record tells of.
type Kind uint8

// The kinds of records.
const (
	Lost Kind = iota
	Connected
	Authenticated
	AuthFailed
	Subscribed // with OutcomeRefused if it could not be; Reason says why
	Unsubscribed
	Denied // a SUB that permissions forbid; a PUB is Published with the outcome OutcomeDenied
	Evicted
	Disconnected
	Supervision // an actor has started, failed, been restarted or stopped
	TapAdded
	TapRemoved
	Published
	LameDuck // the broker asks its clients to go elsewhere
)

// InPresence reports whether the kind belongs to the PresenceFeed.
func (k Kind) InPresence() bool {
	switch k {
	case Connected, Authenticated, AuthFailed, Evicted, Disconnected, LameDuck:
		return true
	default:
		return false
	}
}

// Outcome is what became of a command.
type Outcome uint8

// The outcomes.
const (
	// OutcomeAccepted: it is being carried out. A tap that blocks is asked before
	// it is known who gets the message, so that it sees no other good outcome.
	OutcomeAccepted Outcome = iota
	// OutcomeDelivered: there were Record.Copies copies of it.
	OutcomeDelivered
	// OutcomeNoInterest: nobody got it.
	OutcomeNoInterest
	// OutcomeDenied: permissions forbid it.
	OutcomeDenied
	// OutcomeRefused: the broker could not carry it out; Record.Reason says why.
	OutcomeRefused
)

// Record is one event of a feed.
type Record struct {
	Kind    Kind
	Outcome Outcome
	Time    time.Time
	Origin  *report.Origin // nil for what no client did
	Seq     uint64         // counts what the connection has told its taps: the order of its records

	Subject string
	Reply   string
	Queue   string
	SID     string
	Max     int    // UNSUB's
	Size    int    // bytes of payload, headers included
	Headers int    // bytes of headers among them
	Payload []byte // as much as the tap's Payload says; its hash for PayloadSHA256
	Copies  int    // with OutcomeDelivered
	Reason  string // of AuthFailed, Denied, Evicted, Disconnected, and OutcomeRefused

	Last        *report.Connection // of KindDisconnected: what it was like
	Gap         *Gap               // of KindGap
	Supervision *supervisor.Event  // of KindSupervision
	Tap         string             // of KindTapAdded and KindTapRemoved
}

// Gap is records that a tap has not been given.
type Gap struct {
	From, To time.Time // when the first and the last of them were made
	Count    uint64
	Reason   string
}
