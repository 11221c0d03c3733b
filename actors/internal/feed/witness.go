package feed

import (
	"time"

	"github.com/troupe-mq/troupe/actors/internal/batch"
	"github.com/troupe-mq/troupe/actors/report"
	"github.com/troupe-mq/troupe/actors/tap"
	"github.com/troupe-mq/troupe/wire"
)

// Witness is what one connection tells the taps, and which of them it asks before a
// commit. It belongs to the connection's actor. That of a part of the broker, which
// is no client, has no taps.
type Witness struct {
	Taps *Set
	seq  uint64 // counts what the taps were told; not while there is none

	// Of the batch in flight.
	Told  *tapSet // the taps that there were when its commit began, nil if there were none
	waits []*Wait // what the commit waits for
	stamp stamp
}

// witnessed is whom a record is about.
type witnessed interface{ Origin() *report.Origin }

// Ask asks the taps that block about the batch, and reports whether the commit may
// go on. If not, it is called again when all of them are through.
func (w *Witness) Ask(b *batch.Batch, who witnessed, now time.Time) bool {
	if w.Taps == nil {
		return true
	}
	if w.Told == nil {
		if w.Told = w.Taps.commits.Load(); w.Told == nil {
			return true
		}
		w.stamp = stamp{origin: who.Origin(), seq: w.seq, time: now}
		w.seq += uint64(len(b.Entries))
		if !w.askBlocking(b) {
			return false
		}
	}
	for _, wait := range w.waits {
		if wait.verdict != nil && !wait.feed.Spec.LetThrough {
			wait.feed.refuse(b)
		}
	}
	return true
}

// askBlocking reports whether nobody has to be waited for.
func (w *Witness) askBlocking(b *batch.Batch) bool {
	for _, f := range w.Told.blocks {
		if records, silent := f.count(b, 0, len(b.Entries)); records > 0 {
			w.waits = append(w.waits, &Wait{feed: f, batch: b, stamp: w.stamp, records: records, silent: silent})
		}
	}
	if len(w.waits) == 0 {
		return true
	}
	b.Parties.Store(int32(len(w.waits) + 1))
	for _, wait := range w.waits {
		wait.feed.ask(wait)
	}
	return b.Done()
}

// Tell tells what a commit has carried out of the batch, from an entry on.
func (w *Witness) Tell(b *batch.Batch, from int) {
	if w.Told == nil {
		return
	}
	for _, f := range w.Told.drops {
		f.tell(b, w.stamp, from, b.Next)
	}
	for _, wait := range w.waits {
		if wait.regrettable() {
			wait.feed.correct(b, w.stamp, from, b.Next)
		}
	}
}

// Done forgets the batch.
func (w *Witness) Done() {
	if w.Told != nil {
		clear(w.waits)
		w.Told, w.waits, w.stamp = nil, w.waits[:0], stamp{}
	}
}

// Waiting reports whether the commit of the batch in flight has to wait.
func (w *Witness) Waiting() bool { return len(w.waits) > 0 }

// Withdraw is for a connection that ends: the batch is not to be waited for.
func (w *Witness) Withdraw() {
	for _, wait := range w.waits {
		wait.feed.withdraw(wait)
	}
}

// Note has the taps hear of something that the client did or that befell it.
func (w *Witness) Note(r tap.Record, who witnessed) {
	if w.Taps == nil || w.Taps.set.Load() == nil {
		return
	}
	w.seq++
	r.Origin, r.Seq = who.Origin(), w.seq
	if r.Kind == tap.AuthFailed {
		r.Outcome = tap.OutcomeDenied
	}
	w.Taps.Tell(r)
}

// refuse turns down the messages that the tap wants.
func (f *Feed) refuse(b *batch.Batch) {
	for at := 0; at < len(b.Entries); at += b.RunAt(at, len(b.Entries)) {
		if e := &b.Entries[at]; e.Published() && e.Refusal == nil && f.wants(b.SubjectOf(e)) {
			e.Refusal = wire.ErrNotRecorded
		}
	}
}

// correct tells a tap that was given messages as accepted which are refused, since
// it had not said in time that it has them.
func (f *Feed) correct(b *batch.Batch, at stamp, from, to int) {
	if found := f.capture(b, at, from, to, refusedOnly); found.first != nil {
		f.offer(found, f.Spec.MaxBytes)
	}
}
