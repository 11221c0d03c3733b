package actors

import (
	"sync"
	"sync/atomic"

	"github.com/troupe-mq/troupe/topics"
	"github.com/troupe-mq/troupe/wire"
)

// maxPartitions bounds Config.Partitions.
const maxPartitions = 256

// maxEntries is how many commands one batch takes. A full read of the smallest
// ones makes several batches.
const maxEntries = 2048

type result = topics.Result[*subscription]

// entry is one command of a batch. Spans refer into the connection's input, or
// into the batch's own bytes where respelled is set.
type entry struct {
	op        wire.Op
	repeat    bool // PUB: same subject as the entry before, which is a PUB
	respelled bool // tail is in batch.spelling
	pedantic  bool // the subject deserves an -ERR, and the message is sent all the same
	headers   uint32
	subject   wire.Span
	reply     wire.Span
	body      wire.Span
	tail      wire.Span     // what follows "sid " in the MSG
	sub       *subscription // SUB, UNSUB; SUB has its words in subject, reply (the queue) and body (the sid) too
	count     uint32        // UNSUB: max, 0 for now; PUB: the copies that were made, or its place among the crossings
	alone     bool          // PUB: what was decided about it is not for the ones behind it
	renamed   bool          // PUB: the subject is in batch.spelling
	aside     bool          // it belongs to the one before it; a PUB is one in another account, its texts are in batch.spelling
	refusal   *wire.Error   // what to answer instead of doing it
	result    *result       // PUB: who gets it; noted by the partition
}

// batch is what one read brought, on its way through the partitions. A
// connection has one in flight at a time, so that its commands take effect in
// the order in which they were sent, whatever partitions they concern.
type batch struct {
	from      *target
	buf       []byte // the connection's input, not to be touched before the commit
	spelling  []byte // tails of commands that were not spelled as a MSG wants them
	entries   []entry
	crossings []crossing // what is to be known of messages in other accounts
	routes    [][]uint32 // for each partition, the entries that it must look at, in order
	progress  []uint32   // for each partition, how many of its routes it has handled

	next   int          // the first entry that is not committed
	fenced bool         // the UNSUB before it waits for others' commits
	passed bool         // they are through: the connection has told itself to go on
	told   telling      // what its taps are told
	open   atomic.Int32 // partitions, or taps, that are not done, and one for the connection while it dispatches
	turns  chan turn    // where the connection's reader waits, if the partitions take longer
}

var batchPool = sync.Pool{New: func() any { return new(batch) }}

func newBatch(from *target, turns chan turn, partitions int) *batch {
	b := batchPool.Get().(*batch)
	b.from, b.turns = from, turns
	if cap(b.routes) < partitions {
		b.routes = make([][]uint32, partitions)
		b.progress = make([]uint32, partitions)
	}
	b.routes, b.progress = b.routes[:partitions], b.progress[:partitions]
	return b
}

// recycle gives the batch back. Its entries are not cleared: each is written
// whole when it is used again, and what they refer to is small.
func (b *batch) recycle() {
	b.entries, b.spelling, b.buf = b.entries[:0], b.spelling[:0], nil
	b.from, b.turns = nil, nil
	clear(b.crossings)
	b.crossings = b.crossings[:0]
	b.next, b.fenced, b.passed = 0, false, false
	if b.told.taps != nil {
		clear(b.told.holds)
		b.told = telling{holds: b.told.holds[:0]}
	}
	for p := range b.routes {
		b.routes[p], b.progress[p] = b.routes[p][:0], 0
	}
	batchPool.Put(b)
}

// add appends an empty entry. The pointer is valid until the next add.
func (b *batch) add(op wire.Op) *entry {
	b.entries = append(b.entries, entry{op: op})
	return &b.entries[len(b.entries)-1]
}

// route makes partition p look at the entry added last.
func (b *batch) route(p int) {
	b.routes[p] = append(b.routes[p], uint32(len(b.entries)-1))
}

// routeAll makes every partition look at the entry added last.
func (b *batch) routeAll() {
	for p := range b.routes {
		b.route(p)
	}
}

// tailOf is what follows "sid " in the MSG that carries e.
func (b *batch) tailOf(e *entry) []byte {
	if e.respelled {
		return e.tail.Of(b.spelling)
	}
	return e.tail.Of(b.buf)
}

// done is called by each party when it is through with the batch, and reports
// whether it was the last.
func (b *batch) done() bool { return b.open.Add(-1) == 0 }
