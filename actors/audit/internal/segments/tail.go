package segments

import (
	"errors"
	"fmt"
	"io"
	"math"

	"github.com/nats-io/nkeys"

	"github.com/troupe-mq/troupe/actors/audit/internal/chain"
)

// Tail is what the live segment says at a start.
type Tail struct {
	chain.Beginning
	Seal  chain.Seal // the last one
	After int64      // where it ends
	Good  int64      // where the last whole record behind it ends; 0: not even the segment has begun
	Last  uint64     // that one's number
	Tape  chain.Tape // of these records
}

// ReadTail reads how the segment begins, looks for the last seal from the end
// backwards, and then at what is behind it. It is an error if somebody else has
// sealed: what has been sealed may have been acknowledged, so that it is not for a
// start to put it away, and nothing is to be signed behind it. isRecord says whether a line can be read as a record: what
// only looks like one is not to stay in the log, where every reader would stumble over it.
func ReadTail(f io.ReaderAt, size int64, key nkeys.KeyPair, isRecord func(chain.Line) bool) (*Tail, error) {
	first, err := chain.ReadBeginning(io.NewSectionReader(f, 0, size), key)
	if err != nil && !errors.Is(err, chain.ErrNotBegun) {
		return nil, err
	}
	last, after, lastErr := chain.LastSeal(f, size)
	switch {
	case lastErr != nil:
		return nil, lastErr
	case first == nil && after == 0:
		return new(Tail), nil // what a crash has left of the first write of all
	case first == nil:
		return nil, fmt.Errorf("%w, and others do: it has been altered", err)
	}
	if err := last.By(key); err != nil {
		return nil, fmt.Errorf("the last seal: %w", err)
	}
	s := &Tail{Beginning: *first, Seal: last, After: after, Good: after, Last: last.Last}
	if !s.Seal.Closed {
		err = s.walk(io.NewSectionReader(f, after, size-after), isRecord)
	}
	return s, err
}

// walk goes over the lines behind the last seal, as far as they are whole records
// that follow on each other. Lines of the log about itself are written with their
// seal, and are worth nothing without it.
func (s *Tail) walk(rest io.Reader, isRecord func(chain.Line) bool) error {
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
		if err != nil || !s.follows(l) || !isRecord(l) || !s.Tape.Line(l) {
			return nil // it is where the walk ends
		}
		s.Last = l.N
		s.Good += int64(len(text)) + 1
		s.Tape.Spill(s.Seal.Hash)
	}
}

// follows reports whether a line is a record that can be behind the last one.
func (s *Tail) follows(l chain.Line) bool {
	return l.Kind == chain.RecordKind && l.N == s.Last+1 && l.N != math.MaxUint64
}
