package tap

import (
	"time"
)

// Feeds says which feeds of the broker a tap is given. Feeds can be combined with |.
type Feeds uint8

// The feeds.
const (
	// Lifecycle is who comes, who goes and what is refused: the kinds Connected,
	// Authenticated, AuthFailed, Subscribed, Unsubscribed, Denied, Evicted,
	// Disconnected, LameDuck, Supervision, TapAdded, TapRemoved.
	Lifecycle Feeds = 1 << iota
	// Commands is every message that is published on one of Spec.Subjects: the kind Published.
	// Clients that are a part of the broker publish unseen.
	Commands
	// Presence is the part of Lifecycle that does not concern commands, for those who need no more:
	// the kinds Connected, Authenticated, AuthFailed, Evicted, Disconnected and LameDuck. It costs
	// nothing while clients are connected.
	Presence
)

// Policy says what happens when a tap does not keep up.
type Policy uint8

// The policies.
const (
	// Drop never slows anyone. Records that do not fit into Spec.MaxBytes are lost, and a Gap in the
	// feed says how many.
	Drop Policy = iota
	// Block makes publishers wait for the tap: a batch of commands is not carried out before the tap
	// has taken its records. +OK and PONG then mean that it has.
	//
	// The tap is told of a message before it is known who gets it. If the tap was late and the
	// message was refused, the tap is told of it once more, with the same Seq and OutcomeRefused.
	Block
)

// Payload says how much of a message's payload is in its record.
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

// The choices; [PayloadFirst] is one more. Record.Size is there with each of them.
var (
	PayloadNone   = Payload{}                    // nothing
	PayloadSHA256 = Payload{mode: payloadSHA256} // its hash, 32 bytes, in the place of the payload
	PayloadAll    = Payload{mode: payloadAll}    // all of it
)

// PayloadFirst is the choice of the first n bytes.
func PayloadFirst(n int) Payload { return Payload{mode: payloadFirst, first: n} }

// Spec is the contract between a tap and the broker. The zero value of a field means its default.
//
// The tap's actor is sent *[Batch]. It lives under taps/ in the tree, and it may join by package
// client. When it panics it is restarted, and is given again what it had not taken; records that
// crash it a second time become a [Gap]. A tap that may lose something ([Spec.MayLose]) and fails too
// often is left off: it is told nothing any more, with an event that says so.
type Spec struct {
	// Name is the name of the tap under taps/. It is unique, not empty, and has no slash and no blank.
	Name string
	// Feeds is what the tap is given. Default: Lifecycle and Commands.
	Feeds Feeds
	// Subjects are the patterns of the messages in the Commands feed. Default: all subjects.
	Subjects []string
	// Payload is how much of a message's payload is in its record. Default: PayloadNone.
	Payload Payload
	// Policy is what happens when the tap does not keep up. Default: Drop.
	Policy Policy
	// MaxBytes is how many bytes of records may wait for the tap or be in its hands, in batches that it
	// has not taken. Default 16 MiB. With Drop a part of it is for the Lifecycle feed alone. With Block
	// connections wait with what does not fit.
	MaxBytes int
	// MaxGiven is how many bytes of that may be in the tap's hands. The rest waits until the tap has taken
	// something. Default: MaxBytes.
	MaxGiven int
	// MaxBatch is how many records one Batch has at most. Default 8,192.
	MaxBatch int
	// MaxDelay is how long records are gathered for a batch at most. Default 5 ms. With Block it means
	// nothing: batches are handed over at once.
	MaxDelay time.Duration
	// Deadline is how long publishers wait for a tap with Block. Default 5 s. A message that the tap has not
	// taken by then is refused with an -ERR.
	Deadline time.Duration
	// LetThrough publishes such a message instead of refusing it, and a Gap in the feed says so.
	LetThrough bool
	// StuckAfter is how long the tap may take nothing, while something waits for it, before it counts as
	// stuck. Default 30 s. A tap that may lose something is then left off. One that may not stays, and the
	// messages that it wants are refused at once until it takes something again.
	StuckAfter time.Duration
	// Sampled is for a tap that is to lose what is too much for it: that it does is no event, and not logged.
	// It means nothing with Block.
	Sampled bool
	// Says is what the tap says of itself, for Status. It is called on any goroutine. Default: nothing.
	Says func() []Fact `json:"-"`
}

// Valid reports whether there can be so much: PayloadFirst takes no negative number.
func (p Payload) Valid() bool { return p.first >= 0 }

// Kept is how many bytes of a payload of size bytes have to be kept for the record.
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

// Hashed reports whether the record has the SHA-256 hash in the place of the payload.
func (p Payload) Hashed() bool { return p.mode == payloadSHA256 }
