package tap

import (
	"time"
)

// Feeds says which of the broker's feeds a tap is given.
type Feeds uint8

// The feeds.
const (
	// Lifecycle is who comes, who goes and what is refused: Connected,
	// Authenticated, AuthFailed, Subscribed, Unsubscribed, Denied, Evicted,
	// Disconnected, LameDuck, Supervision, TapAdded, TapRemoved.
	Lifecycle Feeds = 1 << iota
	// Commands is every message that is published on a subject that the tap
	// wants: Published. What is a part of the broker publishes unseen.
	Commands
	// Presence is the part of LifecycleFeed that does not concern commands, for
	// those who need no more: Connected, Authenticated, AuthFailed, Evicted,
	// Disconnected and LameDuck. It costs nothing while clients are connected.
	Presence
)

// Policy says what happens when a tap does not keep up.
type Policy uint8

// The policies.
const (
	// Drop never slows anyone. What exceeds MaxBytes is lost, and a Gap in the
	// feed says how much.
	Drop Policy = iota
	// Block makes the tap a party to the commit: a batch is not carried out
	// before the tap has taken its records. +OK and PONG then mean that it has.
	//
	// The tap is told of a message before it is known who gets it. What it was told
	// of, and what was refused all the same because it had not said in time that it
	// has it, it is told of once more: with the same Seq and OutcomeRefused.
	Block
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

// Spec is the contract between a tap and the broker. The tap's actor is sent
// *TapBatch; it lives under taps/ and may [Join]. When it panics it is restarted,
// and given again what it had not taken, but records that have crashed it twice
// become a Gap. One that may lose something (TapDrop, or LetThrough) and fails more
// than ten times in a minute is left off.
type Spec struct {
	// Name is what the tap is called under taps/. It is unique.
	Name string
	// Feeds is what it is given. Default: both.
	Feeds Feeds
	// Subjects are the patterns of the command feed. Default: all subjects.
	Subjects []string
	// Payload is how much of a payload its records have. Default: nothing.
	Payload Payload
	// Policy is what happens when it does not keep up. Default: TapDrop.
	Policy Policy
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

// Valid reports whether there can be so much: PayloadFirst takes no negative number.
func (p Payload) Valid() bool { return p.first >= 0 }

// Kept is how many bytes of a payload of that size have to be kept for the record.
func (p Payload) Kept(size uint32) uint32 {
	switch p.mode {
	case payloadNone:
		return 0
	case payloadFirst:
		return min(size, uint32(p.first))
	default:
		return size
	}
}

// Hashed reports whether the record has the SHA-256 hash of the payload in its place.
func (p Payload) Hashed() bool { return p.mode == payloadSHA256 }
