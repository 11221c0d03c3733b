package feed

import (
	"bytes"
	"crypto/sha256"
	"sync"
	"time"

	"github.com/troupe-mq/troupe/actors/internal/batch"
	"github.com/troupe-mq/troupe/actors/report"
	"github.com/troupe-mq/troupe/actors/tap"
	"github.com/troupe-mq/troupe/wire"
)

// chunk is what one commit of one connection has for one tap, written down as
// cheaply as can be: the Records are made of it where the tap runs, and hashes
// computed there.
type chunk struct {
	next *chunk // in the queue

	origin *report.Origin
	time   time.Time
	seq    uint64       // of what precedes the batch; a row adds its own place in it
	rows   []row        // in the order of the commands
	count  int          // the records that they stand for
	runs   []wire.Span  // the subjects in text, each once for a run of equal ones
	text   []byte       // subjects, and replies
	data   []byte       // payloads, one after the other
	ready  []tap.Record // for whatever is no message
	why    []string     // why messages were refused

	tries  int      // how often the tap has crashed on it
	size   int      // bytes, as they are accounted
	silent int      // rows that tell of something which a tap cannot refuse
	gap    *tap.Gap // it is this, and nothing else; nil if it is none
	wait   *Wait    // the batch that waits until the tap has it, nil if none does
	raw    int      // records that this batch will make: nothing is written down yet
	class  int8
}

// row is one record of a chunk, or several in a row that differ in their place only.
type row struct {
	run     uint16 // its subject
	seq     uint16
	times   uint16 // how many records it stands for
	outcome tap.Outcome
	ready   bool   // it is ready[at], and nothing else counts
	at      uint32 // where the reply is in text
	reply   uint32 // its length
	kept    uint32 // how much of the payload is in data
	size    uint32
	headers uint32
	copies  uint32 // for what is refused: which of why
}

// What the parts of a chunk are accounted with.
const (
	chunkSize  = 256
	rowSize    = 32
	runSize    = 8
	recordSize = 384
)

// chunkRows are the classes of chunks by their number of rows: a request must not
// take what a flood does.
var chunkRows = [...]int{16, 256, batch.MaxEntries}

var chunkPools [len(chunkRows)]sync.Pool

// keptPerRow is how many bytes of text or payload for each row a chunk may bring
// back to its pool.
const keptPerRow = 256

// newChunk has room for about so many rows.
func newChunk(rows int) *chunk {
	class := int8(0)
	for int(class) < len(chunkRows)-1 && rows > chunkRows[class] {
		class++
	}
	if k, ok := chunkPools[class].Get().(*chunk); ok {
		return k
	}
	return &chunk{class: class, rows: make([]row, 0, chunkRows[class])}
}

// unpooledChunk is the class of one that is not used again.
const unpooledChunk = int8(-1)

// gapChunk is a gap in the feed.
func gapChunk(g *tap.Gap) *chunk {
	k := readyChunk(tap.Record{Kind: tap.Lost, Time: g.To, Gap: g})
	k.gap = g
	return k
}

// readyChunk is one record that is no message.
func readyChunk(r tap.Record) *chunk {
	return &chunk{
		class: unpooledChunk, size: chunkSize + recordSize, silent: 1,
		origin: r.Origin, time: r.Time, ready: []tap.Record{r}, rows: []row{{ready: true, times: 1}}, count: 1,
	}
}

// measure is called when the chunk is complete. A row counts for all that it stands
// for: they take time, if no memory.
func (k *chunk) measure() {
	k.size = chunkSize + rowSize*max(k.count, cap(k.rows)) + runSize*cap(k.runs) + cap(k.text) + cap(k.data) + recordSize*cap(k.ready)
}

// records is how many the chunk has.
func (k *chunk) records() int { return k.count + k.raw }

// recycle gives the chunk back. Nobody may use it afterwards.
func (k *chunk) recycle() {
	if k.class == unpooledChunk {
		return
	}
	for int(k.class) < len(chunkRows)-1 && cap(k.rows) >= chunkRows[k.class+1] {
		k.class++ // there were more rows than was expected
	}
	most := keptPerRow * chunkRows[k.class]
	fresh := chunk{class: k.class, rows: k.rows[:0], runs: k.runs[:0]}
	if cap(k.text) <= most {
		fresh.text = k.text[:0]
	}
	if cap(k.data) <= most {
		fresh.data = k.data[:0]
	}
	*k = fresh
	chunkPools[k.class].Put(k)
}

// again is the chunk for another incarnation of the tap. Goroutines of the one that
// has died may still be reading what they were given, so that it is not changed.
func (k *chunk) again() *chunk {
	c := *k
	c.next, c.class = nil, unpooledChunk
	return &c
}

// each makes the Records, all of them in r: the first of each row, with how many
// there are. What they refer to is not used again: it is one copy for the whole
// chunk.
func (k *chunk) each(p tap.Payload, r *tap.Record, yield func(*tap.Record, int) bool) bool {
	text, payloads := string(k.text), k.payloads(p)
	run, subject := -1, ""
	for i := range k.rows {
		w := &k.rows[i]
		if w.ready {
			*r = k.ready[w.at]
		} else {
			if int(w.run) != run {
				run = int(w.run)
				at := k.runs[run]
				subject = text[at.Off : at.Off+at.Len]
			}
			k.message(r, w)
			r.Subject, r.Reply = subject, text[w.at:w.at+w.reply]
			r.Payload, payloads = cutPayload(p, w, payloads)
		}
		if !yield(r, int(w.times)) {
			return false
		}
	}
	return true
}

// message makes the Record of a message, without what is copied.
func (k *chunk) message(r *tap.Record, w *row) {
	*r = tap.Record{
		Kind: tap.Published, Outcome: w.outcome, Time: k.time, Origin: k.origin, Seq: k.seq + uint64(w.seq),
		Size: int(w.size), Headers: int(w.headers),
	}
	switch w.outcome {
	case tap.OutcomeDelivered:
		r.Copies = int(w.copies)
	case tap.OutcomeDenied, tap.OutcomeRefused:
		r.Reason = k.why[w.copies]
	default: // nothing more is known
	}
}

// payloads is what cutPayload cuts: a copy of the payloads, or their hashes.
func (k *chunk) payloads(p tap.Payload) []byte {
	if !p.Hashed() {
		return bytes.Clone(k.data)
	}
	hashes, rest := make([]byte, 0, sha256.Size*len(k.rows)), k.data
	for i := range k.rows {
		if w := &k.rows[i]; !w.ready {
			hash := sha256.Sum256(rest[:w.kept])
			hashes, rest = append(hashes, hash[:]...), rest[w.kept:]
		}
	}
	return hashes
}

// repeats reports whether a row differs from the one before it in its place only.
func (w *row) repeats(last *row) bool {
	return w.run == last.run && w.outcome == last.outcome && w.size == last.size && w.headers == last.headers &&
		w.copies == last.copies && w.kept|w.reply|last.kept|last.reply == 0
}

// cutPayload takes one row's part off.
func cutPayload(p tap.Payload, w *row, rest []byte) (payload, behind []byte) {
	n := int(w.kept)
	if p.Hashed() {
		n = sha256.Size
	}
	if n == 0 && p == tap.PayloadNone {
		return nil, rest
	}
	return rest[:n:n], rest[n:]
}

// chunks is a queue.
type chunks struct {
	first, last *chunk
	records     int
}

func (q *chunks) push(k *chunk) {
	if q.last == nil {
		q.first = k
	} else {
		q.last.next = k
	}
	q.last = k
	q.records += k.records()
}

func (q *chunks) pop() *chunk {
	k := q.first
	q.first, k.next = k.next, nil
	if q.first == nil {
		q.last = nil
	}
	q.records -= k.records()
	return k
}

// putBack puts another queue in front of this one.
func (q *chunks) putBack(front chunks) {
	for q.first != nil {
		front.push(q.pop())
	}
	*q = front
}

// keep drops what is not to be kept.
func (q *chunks) keep(wanted func(*chunk) bool) {
	var kept chunks
	for q.first != nil {
		if k := q.pop(); wanted(k) {
			kept.push(k)
		}
	}
	*q = kept
}
