package cache

import (
	"strings"

	"github.com/troupe-mq/troupe/topics"
	"github.com/troupe-mq/troupe/topics/internal/subscribers"
	"github.com/troupe-mq/troupe/topics/internal/tokens"
)

// Entry is one cached result. It is stale when the counters at its
// place have another sum.
type Entry[T comparable] struct {
	record *subscribers.Record[T]
	long   string // the subject, if it is longer than short
	sum    uint32
	place  place
	length uint8 // of the subject in short; tooLong if it is in long
	short  [shortSubject]byte
}

const (
	shortSubject = 31 // fills an entry up to 64 bytes
	tooLong      = 255

	cellBytes  = 16 // 10 to 15 in truth
	entryBytes = 64 + cellBytes
)

// subjectBytes is what a subject takes beside its entry.
func subjectBytes(length int) int {
	if length <= shortSubject {
		return 0
	}
	return length + length/8 // The allocator rounds up.
}

// Result is what it remembers.
func (e *Entry[T]) Result() *topics.Result[T] { return &e.record.Result }

func (e *Entry[T]) hash() uint32 { return uint32(tokens.Hash(e.subject())) }

func (e *Entry[T]) is(subject string) bool {
	if e.length == tooLong {
		return e.long == subject
	}
	return string(e.short[:e.length&shortSubject]) == subject
}

func (e *Entry[T]) subject() string {
	if e.length == tooLong {
		return e.long
	}
	return string(e.short[:e.length])
}

func (e *Entry[T]) setSubject(subject string) {
	if len(subject) <= shortSubject {
		e.length = uint8(copy(e.short[:], subject))
	} else {
		e.length, e.long = tooLong, strings.Clone(subject)
	}
}

// heavy reports whether much would be given back if the entry was forgotten. A
// result that many subjects share is a light one for each of them.
func (e *Entry[T]) heavy() bool {
	return len(e.long) > longBytes || e.record.Bytes() > heavyBytes*e.record.Refs()
}
