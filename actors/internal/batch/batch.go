package batch

import (
	"sync"
	"sync/atomic"

	"github.com/troupe-mq/troupe/actors/internal/account"
	"github.com/troupe-mq/troupe/actors/report"
	"github.com/troupe-mq/troupe/wire"
)

// MaxEntries is how many commands one batch takes. A full read of the smallest
// ones makes several batches.
const MaxEntries = 2048

// Batch is what one read brought, on its way through the partitions. A
// connection has one in flight at a time, so that its commands take effect in
// the order in which they were sent, whatever partitions they concern.
type Batch struct {
	publisher Publisher // told when the last party is done
	Buf       []byte    // the connection's input, not to be touched before the commit
	Spelling  []byte    // texts that are not in the input as they are needed
	Entries   []Entry
	Hops      []ServiceHop // what is to be known of messages in other accounts
	Hits      Hits         // the servers that get the message which is carried out
	Choice    *Choice      // of one of them, nil unless a step was over in the middle of it
	frames    []Frame      // what few messages have
	Layout    uint32       // the number of the layout whose partitions these are:
	Routes    [][]uint32   // for each partition, the entries that it must look at, in order
	Progress  []uint32     // for each partition, how many of its routes it has handled

	Messages bool // there is a message among the entries
	Wide     bool // there is a SUB or an UNSUB that concerns all partitions
	Changes  int  // SUBs and UNSUBs that the partitions look at

	Next    int          // the first entry that is not committed
	Fenced  bool         // the UNSUB before it waits for others' commits
	Passed  bool         // they are through: the connection has told itself to go on
	Parties atomic.Int32 // partitions, or taps, that are not done, and one for the connection while it dispatches

	made    atomic.Int32 // the work of what was made for the batch in this round: see rounds.go
	partial atomic.Bool  // a partition has left some of its route for the next round
}

// Publisher is who is told, on any goroutine, that a batch is routed.
type Publisher interface{ Routed() }

// ServiceHop is a message on its way into another account.
type ServiceHop struct {
	Into  *account.Account
	Reply *account.ReplyRoute // what was opened for its answer, nil if there is to be none

	Untraced bool            // a trace does not say who gets it there
	Answered *report.Latency // of the request that it answers, to be told when it has arrived; nil if that is not measured
}

// mostSpelling is how large a buffer of texts is kept for another batch: messages that
// are seen in other accounts are copied into it.
const mostSpelling = 1 << 20

var batchPool = sync.Pool{New: func() any { return new(Batch) }}

// New is an empty batch for so many partitions, of the layout with that number. publisher is told, on any goroutine, when it is
// routed.
func New(publisher Publisher, partitions int, layout uint32) *Batch {
	b := batchPool.Get().(*Batch)
	b.publisher = publisher
	b.resize(partitions, layout)
	return b
}

// Recycle gives the batch back. Its entries are not cleared: each is written
// whole when it is used again, and what they refer to is no more than one round makes.
func (b *Batch) Recycle() {
	b.Entries, b.Spelling, b.Buf = b.Entries[:0], b.Spelling[:0], nil
	if cap(b.Spelling) > mostSpelling {
		b.Spelling = nil
	}
	b.publisher = nil
	clear(b.Hops)
	clear(b.frames)
	b.Hops, b.frames = b.Hops[:0], b.frames[:0]
	b.Hits.Clear()
	b.Choice = nil
	b.Messages, b.Wide, b.Changes = false, false, 0
	b.Next, b.Fenced, b.Passed = 0, false, false
	if b.made.Load() > 0 || b.partial.Load() { // a look costs less than to store
		b.made.Store(0)
		b.partial.Store(false)
	}
	batchPool.Put(b)
}

// Add appends an empty entry. The pointer is valid until the next add. The operation is set where the
// entry stays: a processor that copies what it has written a byte of just before has to wait for that.
func (b *Batch) Add(op wire.Op) *Entry {
	b.Entries = append(b.Entries, Entry{})
	e := &b.Entries[len(b.Entries)-1]
	e.Op = op
	return e
}

// Repeatable reports whether what is decided about the last entry, a message, is
// decided about a next one of its subject too.
func (b *Batch) Repeatable() bool {
	n := len(b.Entries)
	return n > 0 && b.Entries[n-1].Published() && !b.Entries[n-1].Alone
}

// Derive appends an entry that belongs to the one before it, and is not answered.
func (b *Batch) Derive(e Entry) *Entry {
	e.Derived, e.Alone = true, true
	b.Entries = append(b.Entries, e)
	return &b.Entries[len(b.Entries)-1]
}

// Original is the entry that the last one is derived from, or is, and how many are
// derived from it.
func (b *Batch) Original() (e *Entry, derived int) {
	n := len(b.Entries) - 1
	for b.Entries[n].Derived {
		n--
	}
	return &b.Entries[n], len(b.Entries) - 1 - n
}

// Route makes partition p look at the entry added last.
func (b *Batch) Route(p int) {
	b.Routes[p] = append(b.Routes[p], uint32(len(b.Entries)-1))
}

// Done is called by each party when it is through with the batch, and reports
// whether it was the last.
func (b *Batch) Done() bool { return b.Parties.Add(-1) == 0 }

// Finish is done for a party that must not be kept by other people's commits: if it
// was the last, the publisher hears of it.
func (b *Batch) Finish() {
	if b.Done() {
		b.publisher.Routed()
	}
}
