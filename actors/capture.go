package actors

import (
	"strings"
	"time"

	"github.com/troupe-mq/troupe/wire"
)

// telling is what a batch's records have in common. It is filled in when there
// are taps.
type telling struct {
	taps   *tapSet // those that there were when the commit began, nil if there were none
	holds  []*hold // what the commit waits for
	origin *Origin
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
func (f *feed) capture(b *batch, from, to int, when moment) chunks {
	w := scribe{batch: b, payload: f.spec.Payload, most: min(f.spec.MaxBatch, maxEntries), after: when == afterwards}
	for at := from; at < to; {
		n := b.runAt(at, to)
		e := &b.entries[at]
		switch {
		case !e.published():
			if r, ok := b.lifeOf(e); ok && f.lives && when != refusedOnly {
				w.ready(at, to, r)
			}
		case when == refusedOnly && e.refusal != wire.ErrNotRecorded:
		case f.wants(b.subjectOf(e)):
			w.run(at, n, to)
		}
		at += n
	}
	w.finish()
	return w.done
}

// count is how many records capture would make, and how many of them tell of what
// cannot be refused any more.
func (f *feed) count(b *batch, from, to int) (records, silent int) {
	for at := from; at < to; {
		n := b.runAt(at, to)
		e := &b.entries[at]
		switch {
		case !e.published():
			if _, ok := b.lifeOf(e); ok && f.lives {
				records++
				silent++
			}
		case f.wants(b.subjectOf(e)):
			records += n
			if e.refusal != nil {
				silent += n
			}
		}
		at += n
	}
	return records, silent
}

// runAt is how many entries of one subject there are at a place, 1 for anything
// but messages.
func (b *batch) runAt(at, to int) int {
	n := 1
	for at+n < to && b.entries[at+n].repeat {
		n++
	}
	return n
}

// lifeOf is the record of a SUB or an UNSUB, if it has one.
func (b *batch) lifeOf(e *entry) (r Record, ok bool) {
	switch {
	case e.aside: // the one before it has one
		return r, false
	case e.op == wire.OpUnsub && e.sub != nil:
		r = Record{Kind: KindUnsubscribed, Max: int(e.count)}
	case e.op == wire.OpSub && e.refusal != nil:
		r = Record{Kind: KindSubscribed, Reason: e.refusal.Text}
		if r.Outcome = outcomeOf(e.refusal); r.Outcome == OutcomeDenied {
			r.Kind = KindDenied
		}
		r.Subject, r.Queue, r.SID = string(e.subject.Of(b.buf)), string(e.reply.Of(b.buf)), string(e.body.Of(b.buf))
	case e.op == wire.OpSub && e.sub != nil:
		r = Record{Kind: KindSubscribed}
	default:
		return r, false
	}
	if e.sub != nil {
		r.Subject, r.Queue, r.SID = e.sub.subject(), e.sub.queue(), e.sub.sid()
	}
	return r, true
}

// outcomeOf tells what is forbidden from what cannot be done.
func outcomeOf(refusal *wire.Error) Outcome {
	if strings.HasPrefix(refusal.Text, "Permissions Violation") {
		return OutcomeDenied
	}
	return OutcomeRefused
}

// scribe fills chunks.
type scribe struct {
	batch   *batch
	payload Payload
	most    int  // rows for each chunk
	after   bool // the entries are carried out
	k       *chunk
	done    chunks
}

// room makes sure that there is a chunk with room for one more record. rows is how
// many rows there may be to come.
func (w *scribe) room(rows int) {
	if w.k != nil && w.k.count < w.most {
		return
	}
	w.finish()
	w.k = newChunk(min(rows, w.most))
	w.k.origin, w.k.time, w.k.seq = w.batch.told.origin, w.batch.told.time, w.batch.told.seq
}

// finish ends a chunk.
func (w *scribe) finish() {
	if w.k != nil {
		w.k.measure()
		w.done.push(w.k)
		w.k = nil
	}
}

func (w *scribe) ready(at, to int, r Record) {
	w.room(to - at)
	k := w.k
	r.Origin, r.Time, r.Seq = k.origin, k.time, k.seq+uint64(at+1)
	k.rows = append(k.rows, row{ready: true, times: 1, at: uint32(len(k.ready))})
	k.count++
	k.ready = append(k.ready, r)
	k.silent++
}

// run writes down n messages of one subject.
func (w *scribe) run(at, n, to int) {
	for end := at + n; at < end; {
		w.room(w.rows(at, n, to))
		part := min(end-at, w.most-w.k.count)
		w.part(at, part)
		at += part
	}
}

// rows is how many rows there will be, if the batch goes on as this run.
func (w *scribe) rows(at, n, to int) int {
	if w.payload.mode != payloadNone || w.batch.entries[at].reply.Len > 0 {
		return to - at
	}
	return (to - at + n - 1) / n
}

// part is a run, or as much of it as goes into one chunk.
func (w *scribe) part(at, n int) {
	k, b := w.k, w.batch
	first := &b.entries[at]
	r := row{run: uint16(len(k.runs)), times: 1, outcome: OutcomeAccepted}
	if first.refusal != nil {
		r.outcome, r.copies = outcomeOf(first.refusal), uint32(len(k.why))
		k.why = append(k.why, first.refusal.Text)
		k.silent += n
	}
	k.runs = append(k.runs, wire.Span{Off: uint32(len(k.text)), Len: first.subject.Len})
	k.text = append(k.text, b.subjectOf(first)...)
	k.count += n
	for i := at; i < at+n; i++ {
		e := &b.entries[i]
		r.seq, r.size, r.headers = uint16(i+1), e.body.Len, e.headers
		r.at, r.reply = uint32(len(k.text)), e.reply.Len
		if e.reply.Len > 0 {
			k.text = append(k.text, e.reply.Of(b.buf)...)
		}
		if w.payload.mode != payloadNone {
			r.kept = w.payload.share(e.body.Len)
			k.data = append(k.data, e.body.Of(b.buf)[:r.kept]...)
		}
		if w.after && first.refusal == nil {
			r.outcome, r.copies = OutcomeNoInterest, e.count
			if e.count > 0 {
				r.outcome = OutcomeDelivered
			}
		}
		if last := len(k.rows) - 1; i > at && r.repeats(&k.rows[last]) {
			k.rows[last].times++
			continue
		}
		k.rows = append(k.rows, r)
	}
}

// share is how many bytes of a payload are written down.
func (p Payload) share(size uint32) uint32 {
	if p.mode == payloadFirst {
		return min(size, uint32(p.first))
	}
	return size
}
