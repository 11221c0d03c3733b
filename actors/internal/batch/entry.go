package batch

import (
	"github.com/troupe-mq/troupe/actors/internal/interest"
	"github.com/troupe-mq/troupe/topics"
	"github.com/troupe-mq/troupe/wire"
)

// Result is who gets a message on one subject.
type Result = topics.Result[*interest.Subscription]

// Entry is one command of a batch. Spans refer into the connection's input, or into
// the batch's own texts ([Batch.Spelling]) where that is said.
type Entry struct {
	Op        wire.Op
	Repeat    bool   // PUB: same subject as the entry before, which is a PUB
	respelled bool   // Tail is in Batch.Spelling
	Alone     bool   // PUB: what was decided about it is not for the ones behind it
	Renamed   bool   // PUB: Subject is in Batch.Spelling
	Derived   bool   // it belongs to the one before it; a PUB is one in another account, its texts and its body are in Batch.Spelling
	frame     uint32 // 1 + the index of its Frame, 0 for none
	Headers   uint32
	Account   uint32    // the number of the account that it is routed in
	Arg       uint32    // see Max, Copies and Hop
	Subject   wire.Span // of SUB too
	Reply     wire.Span // of a PUB; see Queue
	Body      wire.Span // of a PUB; see SID
	Tail      wire.Span // what follows "sid " in the MSG
	Sub       *interest.Subscription
	Refusal   *wire.Error // what to answer instead of doing it
	Result    *Result     // PUB: who gets it; noted by the partition
}

// Queue is the queue group of a SUB.
func (e *Entry) Queue() wire.Span { return e.Reply }

// SID is the sid of a SUB or an UNSUB.
func (e *Entry) SID() wire.Span { return e.Body }

// Max is UNSUB's, 0 for now.
func (e *Entry) Max() uint32 { return e.Arg }

// Copies is how many copies were made of a message.
func (e *Entry) Copies() uint32 { return e.Arg }

// Hop is the place of a derived message among the batch's service hops.
func (e *Entry) Hop() uint32 { return e.Arg }

// Published reports whether the entry is a message on its way, in the account of
// who has published it.
func (e *Entry) Published() bool { return (e.Op == wire.OpPub || e.Op == wire.OpHpub) && !e.Derived }
