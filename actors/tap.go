package actors

import (
	"iter"
	"time"

	"github.com/troupe-mq/troupe/supervisor"
)

// Feeds says which of the broker's two feeds a tap is given.
type Feeds uint8

// The feeds.
const (
	// LifecycleFeed is who comes, who goes and what is refused: Connected,
	// Authenticated, AuthFailed, Subscribed, Unsubscribed, Denied, Evicted,
	// Disconnected, LameDuck, Supervision, TapAdded, TapRemoved.
	LifecycleFeed Feeds = 1 << iota
	// CommandFeed is every message that is published on a subject that the tap
	// wants: Published. What is a part of the broker publishes unseen.
	CommandFeed
	// PresenceFeed is the part of LifecycleFeed that does not concern commands, for
	// those who need no more: Connected, Authenticated, AuthFailed, Evicted,
	// Disconnected and LameDuck. It costs nothing while clients are connected.
	PresenceFeed
)

// TapPolicy says what happens when a tap does not keep up.
type TapPolicy uint8

// The policies.
const (
	// TapDrop never slows anyone. What exceeds MaxBytes is lost, and a Gap in the
	// feed says how much.
	TapDrop TapPolicy = iota
	// TapBlock makes the tap a party to the commit: a batch is not carried out
	// before the tap has taken its records. +OK and PONG then mean that it has.
	//
	// The tap is told of a message before it is known who gets it. What it was told
	// of, and what was refused all the same because it had not said in time that it
	// has it, it is told of once more: with the same Seq and OutcomeRefused.
	TapBlock
)

// Payload says how much of a message's payload a record has.
type Payload struct {
	mode  payloadMode
	first int
}

type payloadMode uint8

const (
	payloadNone payloadMode = iota
	payloadSHA256
	payloadFirst
	payloadAll
)

// The choices, PayloadFirst beside them. Record.Size is there with all of them.
var (
	PayloadNone   = Payload{}
	PayloadSHA256 = Payload{mode: payloadSHA256}
	PayloadAll    = Payload{mode: payloadAll}
)

// PayloadFirst is the first n bytes.
func PayloadFirst(n int) Payload { return Payload{mode: payloadFirst, first: n} }

// TapSpec is the contract between a tap and the broker. The tap's actor is sent
// *TapBatch; it lives under taps/ and may [Join]. When it panics it is restarted,
// and given again what it had not taken, but records that have crashed it twice
// become a Gap. One that may lose something (TapDrop, or LetThrough) and fails more
// than ten times in a minute is left off.
type TapSpec struct {
	// Name is what the tap is called under taps/. It is unique.
	Name string
	// Feeds is what it is given. Default: both.
	Feeds Feeds
	// Subjects are the patterns of the command feed. Default: all subjects.
	Subjects []string
	// Payload is how much of a payload its records have. Default: nothing.
	Payload Payload
	// Policy is what happens when it does not keep up. Default: TapDrop.
	Policy TapPolicy
	// MaxBytes is how much may wait for it, or be in its hands: batches that it has
	// not taken. Default 16 MiB. With TapDrop an eighth of it is for the lifecycle
	// feed alone. With TapBlock connections wait with what does not fit.
	MaxBytes int
	// MaxGiven is how much of that may be in its hands. What is beyond waits until it
	// has taken something. Default: all.
	MaxGiven int
	// MaxBatch is how many records one TapBatch has at most. Default 8,192.
	MaxBatch int
	// MaxDelay is how long records are gathered for a batch at most. Default 5 ms.
	// It does not concern TapBlock, whose batches are handed over at once.
	MaxDelay time.Duration
	// Deadline is how long TapBlock waits for the tap. Default 5 s. What is
	// published by then is refused with an -ERR.
	Deadline time.Duration
	// LetThrough publishes it all the same, and a Gap in the feed says so.
	LetThrough bool
	// StuckAfter is how long the tap may take nothing while something waits for
	// it, before it is declared stuck. Default 30 s. A tap that may lose something
	// (TapDrop, or LetThrough) is then left off. One that may not stays, and what it
	// wants is refused at once, until it takes something again.
	StuckAfter time.Duration
}

// Kind is what a Record tells of.
type Kind uint8

// The kinds of records.
const (
	KindGap Kind = iota
	KindConnected
	KindAuthenticated
	KindAuthFailed
	KindSubscribed // with OutcomeRefused if it could not be; Reason says why
	KindUnsubscribed
	KindDenied // a SUB that permissions forbid; a PUB is Published with the outcome OutcomeDenied
	KindEvicted
	KindDisconnected
	KindSupervision // an actor has started, failed, been restarted or stopped
	KindTapAdded
	KindTapRemoved
	KindPublished
	KindLameDuck // the broker asks its clients to go elsewhere
)

// presence reports whether the kind belongs to the PresenceFeed.
func (k Kind) presence() bool {
	switch k {
	case KindConnected, KindAuthenticated, KindAuthFailed, KindEvicted, KindDisconnected, KindLameDuck:
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
	Origin  *Origin // nil for what no client did
	Seq     uint64  // counts what the connection has told its taps: the order of its records

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

	Last        *ConnectionReport // of KindDisconnected: what it was like
	Gap         *Gap              // of KindGap
	Supervision *supervisor.Event // of KindSupervision
	Tap         string            // of KindTapAdded and KindTapRemoved
}

// Gap is records that a tap has not been given.
type Gap struct {
	From, To time.Time // when the first and the last of them were made
	Count    uint64
	Reason   string
}

// TapBatch is what a tap is sent: records in the order of each connection.
type TapBatch struct {
	Tap string

	runs iter.Seq2[*Record, int]
	len  int
	done func(error)
	held bool
}

// Len is the number of records.
func (b *TapBatch) Len() int { return b.len }

// Records yields each record. It is not to be changed, and used again for the next
// one; its strings and its payload are not, but keep the memory of a whole commit:
// clone what is kept for long. When the tap has taken the batch there are none any more.
func (b *TapBatch) Records() iter.Seq[*Record] {
	return func(yield func(*Record) bool) {
		for r, n := range b.runs {
			first := r.Seq
			for i := range uint64(n) {
				if r.Seq = first + i; !yield(r) {
					return
				}
			}
		}
	}
}

// Runs is Records for those to whom it is worth much that messages repeat
// themselves: it yields the first of the records in a row that differ in their Seq
// only, which goes up by one, and how many they are.
func (b *TapBatch) Runs() iter.Seq2[*Record, int] { return b.runs }

// Hold says that the tap has taken the batch only when it calls Done, from any
// goroutine. Otherwise it has when its Receive returns.
func (b *TapBatch) Hold() { b.held = true }

// Done says that the tap has taken the batch, or with an error that it could not.
// The publishers of a batch that a TapBlock could not take are answered with an
// -ERR; what a TapDrop could not take is a Gap. Only the first call counts, and
// none when the tap's actor has died meanwhile: its successor is given the batch.
func (b *TapBatch) Done(err error) { b.done(err) }

// NewTapBatch makes a batch, for tests of taps. done may be nil.
func NewTapBatch(tap string, done func(error), records ...Record) *TapBatch {
	if done == nil {
		done = func(error) {}
	}
	return &TapBatch{Tap: tap, len: len(records), done: done, runs: func(yield func(*Record, int) bool) {
		for i := range records {
			if !yield(&records[i], 1) {
				return
			}
		}
	}}
}
