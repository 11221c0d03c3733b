package audit

import (
	"bytes"
	"crypto/sha256"
	"hash"
)

// digest is the hash of a seal.
type digest [sha256.Size]byte

// tape is what the chain hashes of a group. A record's line is taken in three
// parts, and a part that follows from the same part of the record before it is left
// empty: records of a stream of messages differ in little, and hashing is what
// costs most. What is on the tape determines what is in the group, since a part
// is never empty by itself and has no line feed in it.
type tape struct {
	buf       []byte
	spilled   hash.Hash // of what was on it before buf; nil: nothing
	head      []byte    // that of the record before
	who, what []byte    // of the record before; they point into its line
}

// record takes a record's line: its numbers, who did it and when, and what. It
// reports whether all but the numbers is as before.
func (t *tape) record(head, who, what []byte) (again bool) {
	sameWho, sameWhat := bytes.Equal(who, t.who), bytes.Equal(what, t.what)
	b := t.buf
	if !follow(t.head) || !bytes.Equal(head, t.head) {
		b = append(b, head...)
		t.head = append(t.head[:0], head...)
	}
	b = append(b, '\n')
	if !sameWho {
		b = append(b, who...)
	}
	b = append(b, '\n')
	if !sameWhat {
		b = append(b, what...)
	}
	t.buf = append(b, '\n')
	t.who, t.what = who, what
	return sameWho && sameWhat
}

// other takes a line that is no record.
func (t *tape) other(body []byte) {
	t.buf = append(append(t.buf, body...), '\n')
}

// again takes n lines that are as the last one, but for their numbers, of which the
// last ones are in head.
func (t *tape) again(n int, head []byte) {
	for range n {
		t.buf = append(t.buf, "\n\n\n"...)
	}
	t.head = append(t.head[:0], head...)
}

func (t *tape) reset() {
	t.buf, t.spilled, t.head, t.who, t.what = t.buf[:0], nil, t.head[:0], nil, nil
}

// mostOnTape is how much of a group that is read is kept.
const mostOnTape = 64 << 10

// spill hashes what is on the tape, if that is much, and forgets it: how long a
// group in a file is has been decided by who wrote the file.
func (t *tape) spill(previous digest) {
	if len(t.buf) < mostOnTape {
		return
	}
	if t.spilled == nil {
		t.spilled = sha256.New()
		t.spilled.Write(previous[:])
	}
	t.spilled.Write(t.buf)
	t.buf = t.buf[:0]
}

// seal is the hash of the group behind another one. The tape may go on.
func (t *tape) seal(previous digest) (d digest) {
	h := t.spilled
	if h == nil {
		h = sha256.New()
		h.Write(previous[:])
	}
	h.Write(t.buf)
	if t.spilled != nil {
		t.buf = t.buf[:0]
	}
	h.Sum(d[:0])
	return d
}

// Where a record's line is cut. Neither can be inside a string, whose quotes are
// escaped.
var (
	whoKey  = []byte(`,"time":"`)
	whatKey = []byte(`,"event":"`)
)

// line takes a line that has been read. It reports false for a record without
// its parts.
func (t *tape) line(l line) bool {
	if l.kind != recordKind {
		t.other(l.body)
		return true
	}
	i := bytes.Index(l.body, whoKey)
	if i < 0 {
		return false
	}
	j := bytes.Index(l.body[i:], whatKey)
	if j < 0 {
		return false
	}
	// The line may be read into the same memory as the one before.
	t.record(l.body[:i], bytes.Clone(l.body[i:i+j]), bytes.Clone(l.body[i+j:]))
	return true
}
