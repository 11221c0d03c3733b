package feed

import (
	"strings"
	"time"

	"github.com/troupe-mq/troupe/actors/internal/batch"
	"github.com/troupe-mq/troupe/actors/report"
	"github.com/troupe-mq/troupe/actors/tap"
	"github.com/troupe-mq/troupe/wire"
)

// stamp is what the records of one batch have in common.
type stamp struct {
	origin *report.Origin
	seq    uint64 // of what the connection did before
	time   time.Time
}

// moment is when a batch is written down.
type moment uint8

const (
	afterwards  moment = iota // it is carried out
	beforehand                // it is not known what becomes of it
	refusedOnly               // afterwards, and only what a tap has made be refused
)

// capture writes down what the tap wants of some of a batch's entries.
func (f *Feed) capture(b *batch.Batch, at stamp, from, to int, when moment) chunks {
	w := chunkWriter{batch: b, stamp: at, payload: f.Spec.Payload, most: min(f.Spec.MaxBatch, batch.MaxEntries), after: when == afterwards}
	for at := from; at < to; {
		n := b.RunAt(at, to)
		e := &b.Entries[at]
		switch {
		case !e.Published():
			if r, ok := lifeOf(b, e); ok && f.lives && when != refusedOnly {
				w.ready(at, to, r)
			}
		case when == refusedOnly && e.Refusal != wire.ErrNotRecorded:
		case f.wants(b.SubjectOf(e)):
			w.run(at, n, to)
		}
		at += n
	}
	w.finish()
	return w.done
}

// count is how many records capture would make, and how many of them tell of what
// cannot be refused any more.
func (f *Feed) count(b *batch.Batch, from, to int) (records, silent int) {
	for at := from; at < to; {
		n := b.RunAt(at, to)
		e := &b.Entries[at]
		switch {
		case !e.Published():
			if _, ok := lifeOf(b, e); ok && f.lives {
				records++
				silent++
			}
		case f.wants(b.SubjectOf(e)):
			records += n
			if e.Refusal != nil {
				silent += n
			}
		}
		at += n
	}
	return records, silent
}

// lifeOf is the record of a SUB or an UNSUB, if it has one.
func lifeOf(b *batch.Batch, e *batch.Entry) (r tap.Record, ok bool) {
	switch {
	case e.Derived: // the one before it has one
		return r, false
	case e.Op == wire.OpUnsub && e.Sub != nil:
		r = tap.Record{Kind: tap.Unsubscribed, Max: int(e.Max())}
	case e.Op == wire.OpSub && e.Refusal != nil:
		r = tap.Record{Kind: tap.Subscribed, Reason: e.Refusal.Text}
		if r.Outcome = outcomeOf(e.Refusal); r.Outcome == tap.OutcomeDenied {
			r.Kind = tap.Denied
		}
		r.Subject, r.Queue, r.SID = string(e.Subject.Of(b.Buf)), string(e.Queue().Of(b.Buf)), string(e.SID().Of(b.Buf))
	case e.Op == wire.OpSub && e.Sub != nil:
		r = tap.Record{Kind: tap.Subscribed}
	default:
		return r, false
	}
	if e.Sub != nil {
		r.Subject, r.Queue, r.SID = e.Sub.Subject(), e.Sub.Queue(), e.Sub.SID()
	}
	return r, true
}

// outcomeOf tells what is forbidden from what cannot be done.
func outcomeOf(refusal *wire.Error) tap.Outcome {
	if strings.HasPrefix(refusal.Text, "Permissions Violation") {
		return tap.OutcomeDenied
	}
	return tap.OutcomeRefused
}

// chunkWriter fills chunks.
type chunkWriter struct {
	batch   *batch.Batch
	stamp   stamp
	payload tap.Payload
	most    int  // rows for each chunk
	after   bool // the entries are carried out
	k       *chunk
	done    chunks
}

// room makes sure that there is a chunk with room for one more record. rows is how
// many rows there may be to come.
func (w *chunkWriter) room(rows int) {
	if w.k != nil && w.k.count < w.most {
		return
	}
	w.finish()
	w.k = newChunk(min(rows, w.most))
	w.k.origin, w.k.time, w.k.seq = w.stamp.origin, w.stamp.time, w.stamp.seq
}

// finish ends a chunk.
func (w *chunkWriter) finish() {
	if w.k != nil {
		w.k.measure()
		w.done.push(w.k)
		w.k = nil
	}
}

func (w *chunkWriter) ready(at, to int, r tap.Record) {
	w.room(to - at)
	k := w.k
	r.Origin, r.Time, r.Seq = k.origin, k.time, k.seq+uint64(at+1)
	k.rows = append(k.rows, row{ready: true, times: 1, at: uint32(len(k.ready))})
	k.count++
	k.ready = append(k.ready, r)
	k.silent++
}

// run writes down n messages of one subject.
func (w *chunkWriter) run(at, n, to int) {
	for end := at + n; at < end; {
		w.room(w.rows(at, n, to))
		part := min(end-at, w.most-w.k.count)
		w.part(at, part)
		at += part
	}
}

// rows is how many rows there will be, if the batch goes on as this run.
func (w *chunkWriter) rows(at, n, to int) int {
	if w.payload != tap.PayloadNone || w.batch.Entries[at].Reply.Len > 0 {
		return to - at
	}
	return (to - at + n - 1) / n
}

// part is a run, or as much of it as goes into one chunk.
func (w *chunkWriter) part(at, n int) {
	k, b := w.k, w.batch
	first := &b.Entries[at]
	r := row{run: uint16(len(k.runs)), times: 1, outcome: tap.OutcomeAccepted}
	if first.Refusal != nil {
		r.outcome, r.copies = outcomeOf(first.Refusal), uint32(len(k.why))
		k.why = append(k.why, first.Refusal.Text)
		k.silent += n
	}
	k.runs = append(k.runs, wire.Span{Off: uint32(len(k.text)), Len: first.Subject.Len})
	k.text = append(k.text, b.SubjectOf(first)...)
	k.count += n
	for i := at; i < at+n; i++ {
		e := &b.Entries[i]
		r.seq, r.size, r.headers = uint16(i+1), e.Body.Len, e.Headers
		r.at, r.reply = uint32(len(k.text)), e.Reply.Len
		if e.Reply.Len > 0 {
			k.text = append(k.text, e.Reply.Of(b.Buf)...)
		}
		r.kept = w.payload.Kept(e.Body.Len)
		k.data = append(k.data, e.Body.Of(b.Buf)[:r.kept]...)
		if w.after && first.Refusal == nil {
			r.outcome, r.copies = tap.OutcomeNoInterest, e.Copies()
			if e.Copies() > 0 {
				r.outcome = tap.OutcomeDelivered
			}
		}
		if last := len(k.rows) - 1; i > at && r.repeats(&k.rows[last]) {
			k.rows[last].times++
			continue
		}
		k.rows = append(k.rows, r)
	}
}
