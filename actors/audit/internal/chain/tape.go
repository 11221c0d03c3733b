package chain

import (
	"bytes"
	"crypto/sha256"
	"hash"
)

// Digest is the hash of a seal.
type Digest [sha256.Size]byte

// Tape is what the chain hashes of a group. A record's line is taken in three
// parts, and a part that follows from the same part of the record before it is left
// empty: records of a stream of messages differ in little, and hashing is what
// costs most. What is on the tape determines what is in the group, since a part
// is never empty by itself and has no line feed in it.
type Tape struct {
	Buf       []byte
	Spilled   hash.Hash // of what was on it before buf; nil: nothing
	head      []byte    // that of the record before
	who, what []byte    // of the record before; they point into its line
}

// Record takes a record's line: its numbers, who did it and when, and what. It
// reports whether all but the numbers is as before.
func (t *Tape) Record(head, who, what []byte) (again bool) {
	sameWho, sameWhat := bytes.Equal(who, t.who), bytes.Equal(what, t.what)
	b := t.Buf
	if !Follow(t.head) || !bytes.Equal(head, t.head) {
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
	t.Buf = append(b, '\n')
	t.who, t.what = who, what
	return sameWho && sameWhat
}

// Other takes a line that is no record.
func (t *Tape) Other(body []byte) {
	t.Buf = append(append(t.Buf, body...), '\n')
}

// Again takes n lines that are as the last one, but for their numbers, of which the
// last ones are in head.
func (t *Tape) Again(n int, head []byte) {
	for range n {
		t.Buf = append(t.Buf, "\n\n\n"...)
	}
	t.head = append(t.head[:0], head...)
}

// Reset makes the tape empty, as it is behind a seal.
func (t *Tape) Reset() {
	t.Buf, t.Spilled, t.head, t.who, t.what = t.Buf[:0], nil, t.head[:0], nil, nil
}

// MostOnTape is how much of a group that is read is kept.
const MostOnTape = 64 << 10

// Spill hashes what is on the tape, if that is much, and forgets it: how long a
// group in a file is has been decided by who wrote the file.
func (t *Tape) Spill(previous Digest) {
	if len(t.Buf) < MostOnTape {
		return
	}
	if t.Spilled == nil {
		t.Spilled = sha256.New()
		t.Spilled.Write(previous[:])
	}
	t.Spilled.Write(t.Buf)
	t.Buf = t.Buf[:0]
}

// Seal is the hash of the group behind another one. The tape may go on.
func (t *Tape) Seal(previous Digest) (d Digest) {
	h := t.Spilled
	if h == nil {
		h = sha256.New()
		h.Write(previous[:])
	}
	h.Write(t.Buf)
	if t.Spilled != nil {
		t.Buf = t.Buf[:0]
	}
	h.Sum(d[:0])
	return d
}

// Where a record's line is cut. Neither can be inside a string, whose quotes are
// escaped.
var (
	WhoKey  = []byte(`,"time":"`)
	WhatKey = []byte(`,"event":"`)
)

// Line takes a line that has been read. It reports false for a record without
// its parts.
func (t *Tape) Line(l Line) bool {
	if l.Kind != RecordKind {
		t.Other(l.Body)
		return true
	}
	i := bytes.Index(l.Body, WhoKey)
	if i < 0 {
		return false
	}
	j := bytes.Index(l.Body[i:], WhatKey)
	if j < 0 {
		return false
	}
	// The line may be read into the same memory as the one before.
	t.Record(l.Body[:i], bytes.Clone(l.Body[i:i+j]), bytes.Clone(l.Body[i+j:]))
	return true
}

// SeqKey is behind a record's number, where what its connection counts follows.
const SeqKey = `,"seq":`

// Follow makes the numbers at the beginning of a record's line those of the next
// one. It reports false if they do not fit into their digits.
func Follow(head []byte) bool {
	number, _, has := bytes.Cut(head, []byte(SeqKey))
	return (!has || increment(number)) && increment(head)
}

func increment(b []byte) bool {
	for i := len(b) - 1; i >= 0 && b[i] >= '0' && b[i] <= '9'; i-- {
		if b[i] != '9' {
			b[i]++
			return true
		}
		b[i] = '0'
	}
	return false
}
