package audit

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math"

	"github.com/nats-io/nkeys"
)

// survey is what the live segment says at a start.
type survey struct {
	beginning
	seal  seal   // the last one
	after int64  // where it ends
	good  int64  // where the last whole record behind it ends; 0: not even the segment has begun
	last  uint64 // that one's number
	tape  tape   // of these records
}

// surveyTail reads how the segment begins, looks for the last seal from the end
// backwards, and then at what is behind it. It is an error if somebody else has
// sealed: what has been sealed may have been acknowledged, so that it is not for a
// start to put it away, and nothing is to be signed behind it.
func surveyTail(f io.ReaderAt, size int64, key nkeys.KeyPair) (*survey, error) {
	first, err := readBeginning(io.NewSectionReader(f, 0, size), key)
	if err != nil && !errors.Is(err, errNotBegun) {
		return nil, err
	}
	last, after, lastErr := lastSeal(f, size)
	switch {
	case lastErr != nil:
		return nil, lastErr
	case first == nil && after == 0:
		return new(survey), nil // what a crash has left of the first write of all
	case first == nil:
		return nil, fmt.Errorf("%w, and others do: it has been altered", err)
	}
	if err := last.by(key); err != nil {
		return nil, fmt.Errorf("the last seal: %w", err)
	}
	s := &survey{beginning: *first, seal: last, after: after, good: after, last: last.last}
	if !s.seal.closed {
		err = s.walk(io.NewSectionReader(f, after, size-after))
	}
	return s, err
}

// longestSeal is more than a seal's line takes.
const longestSeal = 1 << 10

var sealBegin = []byte("\n{\"seal\":")

// lastSeal finds the last seal and where its line ends, or 0 if there is none. A
// line feed and a quote are in no string of a line, so that nothing else looks like
// one.
func lastSeal(f io.ReaderAt, size int64) (seal, int64, error) {
	const step = 64 << 10
	for to := size; to > 0; to -= step {
		from := max(0, to-step)
		b := make([]byte, min(size, to+longestSeal)-from)
		if _, err := f.ReadAt(b, from); err != nil && !errors.Is(err, io.EOF) {
			return seal{}, 0, err
		}
		window := b[:min(int(to-from)+len(sealBegin)-1, len(b))] // one that begins before to
		for {
			at := bytes.LastIndex(window, sealBegin)
			if at < 0 {
				break
			}
			window = window[:at+len(sealBegin)-1]
			text, _, whole := bytes.Cut(b[at+1:], []byte{'\n'})
			l, err := parseLine(text)
			if !whole || err != nil {
				continue
			}
			if s, err := parseSeal(l); err == nil {
				return s, from + int64(at+1+len(text)+1), nil
			}
		}
	}
	return seal{}, 0, nil
}

// walk goes over the lines behind the last seal, as far as they are whole records
// that follow on each other. Lines of the log about itself are written with their
// seal, and are worth nothing without it.
func (s *survey) walk(rest io.Reader) error {
	r := linesOf(rest)
	for {
		text, err := r.next()
		switch {
		case errors.Is(err, io.EOF), errors.Is(err, errTorn), errors.Is(err, errLong):
			return nil
		case err != nil:
			return err
		}
		l, err := parseLine(text)
		if err != nil || !s.follows(l) || !s.tape.line(l) {
			return nil // it is where the walk ends
		}
		s.last = l.n
		s.good += int64(len(text)) + 1
		s.tape.spill(s.seal.hash)
	}
}

// follows reports whether a line is a record that can be behind the last one. What
// only looks like one is not to stay in the log, where every reader would stumble over
// it.
func (s *survey) follows(l line) bool {
	if l.kind != recordKind || l.n != s.last+1 || l.n == math.MaxUint64 {
		return false
	}
	e, err := parseEntry(l.text)
	return err == nil && e.Number == l.n
}
