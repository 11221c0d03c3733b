package audit

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"time"
)

// survey is what the live segment's end says.
type survey struct {
	head   head
	began  time.Time
	sealed uint64 // the last record's number, as the last seal says it
	hash   digest // the last seal's
	closed bool   // it closes the segment
	after  int64  // where it ends
	good   int64  // where the last whole line ends
	last   uint64 // the last record's number
	tape   tape   // of the lines behind the last seal
}

// surveyTail looks for the last seal from the end backwards, and then at what is
// behind it.
func surveyTail(f io.ReaderAt, size int64) (*survey, error) {
	s, err := surveyHead(f, size)
	if err != nil || s.good == 0 {
		return s, err
	}
	for length := int64(64 << 10); ; length *= 4 {
		from := max(0, size-length)
		tail, err := readAt(f, from, size)
		if err != nil {
			return nil, err
		}
		if s.findSeal(tail, from) || from == 0 {
			s.walk(tail[s.after-from:])
			return s, nil
		}
	}
}

// surveyHead reads the first line. A file that has none, but what may be the
// beginning of one, is all torn.
func surveyHead(f io.ReaderAt, size int64) (*survey, error) {
	const longest = 4 << 10
	text, err := readAt(f, 0, min(size, longest))
	if err != nil {
		return nil, err
	}
	text, _, whole := bytes.Cut(text, []byte{'\n'})
	if !whole {
		if n := min(len(segmentBegin), len(text)); size < longest && string(text[:n]) == segmentBegin[:n] {
			return new(survey), nil
		}
	}
	l, err := parseLine(text)
	if err != nil {
		return nil, fmt.Errorf("this is no audit log, or its first line is damaged: %w", err)
	}
	h, hash, err := parseHead(l)
	if err != nil {
		return nil, err
	}
	began, err := time.Parse(timeFormat, h.Time)
	if err != nil {
		return nil, err
	}
	last := h.First - 1
	return &survey{head: h, began: began, sealed: last, last: last, hash: hash, good: int64(len(text)) + 1}, nil
}

// findSeal finds the last seal in a tail of the file, which begins anywhere.
func (s *survey) findSeal(tail []byte, from int64) bool {
	for end := bytes.LastIndexByte(tail, '\n'); end > 0; {
		start := bytes.LastIndexByte(tail[:end], '\n') + 1
		if l, err := parseLine(tail[start:end]); err == nil && l.kind == sealKind {
			if found, err := parseSeal(l); err == nil {
				s.sealed, s.last, s.hash, s.closed = found.last, found.last, found.hash, found.closed
				s.after = from + int64(end) + 1
				s.good = s.after
				return true
			}
		}
		end = start - 1
	}
	return false
}

// walk goes over the lines behind the last seal, as far as they are whole.
func (s *survey) walk(rest []byte) {
	s.good = s.after
	for {
		text, more, whole := bytes.Cut(rest, []byte{'\n'})
		l, err := parseLine(text)
		if !whole || err != nil || l.kind == sealKind || l.kind == recordKind && l.n != s.last+1 || !s.tape.line(l) {
			return
		}
		if l.kind == recordKind {
			s.last = l.n
		}
		s.good += int64(len(text)) + 1
		rest = more
	}
}

func readAt(f io.ReaderAt, from, to int64) ([]byte, error) {
	b := make([]byte, to-from)
	if _, err := f.ReadAt(b, from); err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	return b, nil
}
