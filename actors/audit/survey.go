package audit

import (
	"errors"
	"fmt"
	"io"
	"math"

	"github.com/nats-io/nkeys"

	"github.com/troupe-mq/troupe/actors/audit/internal/chain"
)

// survey is what the live segment says at a start.
type survey struct {
	chain.Beginning
	seal  chain.Seal // the last one
	after int64      // where it ends
	good  int64      // where the last whole record behind it ends; 0: not even the segment has begun
	last  uint64     // that one's number
	tape  chain.Tape // of these records
}

// surveyTail reads how the segment begins, looks for the last seal from the end
// backwards, and then at what is behind it. It is an error if somebody else has
// sealed: what has been sealed may have been acknowledged, so that it is not for a
// start to put it away, and nothing is to be signed behind it.
func surveyTail(f io.ReaderAt, size int64, key nkeys.KeyPair) (*survey, error) {
	first, err := chain.ReadBeginning(io.NewSectionReader(f, 0, size), key)
	if err != nil && !errors.Is(err, chain.ErrNotBegun) {
		return nil, err
	}
	last, after, lastErr := chain.LastSeal(f, size)
	switch {
	case lastErr != nil:
		return nil, lastErr
	case first == nil && after == 0:
		return new(survey), nil // what a crash has left of the first write of all
	case first == nil:
		return nil, fmt.Errorf("%w, and others do: it has been altered", err)
	}
	if err := last.By(key); err != nil {
		return nil, fmt.Errorf("the last seal: %w", err)
	}
	s := &survey{Beginning: *first, seal: last, after: after, good: after, last: last.Last}
	if !s.seal.Closed {
		err = s.walk(io.NewSectionReader(f, after, size-after))
	}
	return s, err
}

// walk goes over the lines behind the last seal, as far as they are whole records
// that follow on each other. Lines of the log about itself are written with their
// seal, and are worth nothing without it.
func (s *survey) walk(rest io.Reader) error {
	r := chain.NewReader(rest)
	for {
		text, err := r.Next()
		switch {
		case errors.Is(err, io.EOF), errors.Is(err, chain.ErrTorn), errors.Is(err, chain.ErrLong):
			return nil
		case err != nil:
			return err
		}
		l, err := chain.ParseLine(text)
		if err != nil || !s.follows(l) || !s.tape.Line(l) {
			return nil // it is where the walk ends
		}
		s.last = l.N
		s.good += int64(len(text)) + 1
		s.tape.Spill(s.seal.Hash)
	}
}

// follows reports whether a line is a record that can be behind the last one. What
// only looks like one is not to stay in the log, where every reader would stumble over
// it.
func (s *survey) follows(l chain.Line) bool {
	if l.Kind != chain.RecordKind || l.N != s.last+1 || l.N == math.MaxUint64 {
		return false
	}
	e, err := parseEntry(l.Text)
	return err == nil && e.Number == l.N
}
