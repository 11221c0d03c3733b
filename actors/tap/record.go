package tap

import (
	"time"

	"github.com/troupe-mq/troupe/actors/report"
	"github.com/troupe-mq/troupe/supervisor"
)

// Kind is what a [Record] tells of.
type Kind uint8

// The kinds of records.
const (
	Lost          Kind = iota // records that the tap was not given: Gap has their number
	Connected                 // a client has come
	Authenticated             // it is known who the client is
	AuthFailed                // a client could not say who it is: Reason says why
	Subscribed                // a SUB; with OutcomeRefused it could not be done, and Reason says why
	Unsubscribed              // an UNSUB
	Denied                    // a SUB that permissions forbid. A PUB that they forbid is Published with OutcomeDenied
	Evicted                   // a slow consumer has to go: Reason says why
	Disconnected              // a connection has ended: Reason says why, and Last is what it was like
	Supervision               // an actor has started, failed, been restarted or stopped: Supervision is the event
	TapAdded                  // a tap has come: Tap is its name
	TapRemoved                // a tap has gone, or was left off: Tap is its name, and Reason says why
	Published                 // a PUB or an HPUB
	LameDuck                  // the broker asks its clients to go elsewhere
)

// InPresence reports whether records of the kind are in the [Presence] feed.
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
	// OutcomeAccepted: the command is being carried out. A tap with Block is told before it is
	// known who gets the message, so it sees no other good outcome.
	OutcomeAccepted Outcome = iota
	// OutcomeDelivered: somebody gets the message. Record.Copies is how many copies were made.
	OutcomeDelivered
	// OutcomeNoInterest: nobody gets the message.
	OutcomeNoInterest
	// OutcomeDenied: permissions forbid the command.
	OutcomeDenied
	// OutcomeRefused: the broker could not carry out the command. Record.Reason says why.
	OutcomeRefused
)

// Record is one event of a feed. A field that does not belong to its Kind is zero.
type Record struct {
	Kind    Kind
	Outcome Outcome
	Time    time.Time
	Origin  *report.Origin // who did it, as the broker knows it; nil for what no client did
	Seq     uint64         // the order of this connection's records: it goes up, and each tap sees those that it wants

	Subject string
	Reply   string // where an answer is expected
	Queue   string // the queue group of a SUB or an UNSUB
	SID     string // the client's own name of its subscription
	Max     int    // of UNSUB, in messages; 0 is at once
	Size    int    // bytes of payload, headers included
	Headers int    // bytes of headers among them
	Payload []byte // as much of it as Spec.Payload says; its hash with PayloadSHA256
	Copies  int    // made of the message, with OutcomeDelivered
	Reason  string // of AuthFailed, Denied, Evicted, Disconnected, and OutcomeRefused

	Last        *report.Connection // of Disconnected
	Gap         *Gap               // of Lost
	Supervision *supervisor.Event  // of the kind Supervision
	Tap         string             // of TapAdded and TapRemoved
}

// Gap is records that a tap was not given.
type Gap struct {
	From, To time.Time // when the first and the last of them were made
	Count    uint64    // records, exactly
	Reason   string    // for people to read
}
