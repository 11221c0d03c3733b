package topics

import "strings"

// entry is one cached result. It is stale when the generations at its place
// have another sum.
type entry[T comparable] struct {
	record *record[T]
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

func (e *entry[T]) is(subject string) bool {
	if e.length == tooLong {
		return e.long == subject
	}
	return string(e.short[:e.length&shortSubject]) == subject
}

func (e *entry[T]) subject() string {
	if e.length == tooLong {
		return e.long
	}
	return string(e.short[:e.length])
}

func (e *entry[T]) setSubject(subject string) {
	if len(subject) <= shortSubject {
		e.length = uint8(copy(e.short[:], subject))
	} else {
		e.length, e.long = tooLong, strings.Clone(subject)
	}
}

// heavy reports whether much would be given back if the entry was forgotten. A
// result that many subjects share is a light one for each of them.
func (e *entry[T]) heavy() bool {
	return len(e.long) > longBytes || e.record.bytes() > heavyBytes*int(e.record.refs)
}
