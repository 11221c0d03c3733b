package audit

import (
	"errors"
	"fmt"
	"strings"

	"github.com/nats-io/nkeys"

	"github.com/troupe-mq/troupe/actors/audit/internal/chain"
)

// verifier is how far a log has been verified.
type verifier struct {
	meter  *meter
	key    nkeys.KeyPair // nil: signatures are not looked at
	noted  string        // the hash of a seal to look for
	seen   bool
	report *Report

	path    string
	line    int
	segment int
	next    uint64       // the number of the next record
	sealed  uint64       // the last one that is sealed
	hash    chain.Digest // the last seal's
	closed  bool         // it closes the segment
	tape    chain.Tape   // of the lines since
	since   int          // the first of these lines, 0 if there are none
	pending int          // records among them
	repairs []Repair
}

func (v *verifier) broken(err error) error {
	return &BrokenError{File: v.path, Line: v.line, Record: v.next, Err: err}
}

// check verifies the next line of a file.
func (v *verifier) check(text []byte) error {
	if v.closed {
		return errors.New("there is more behind the seal that closes the segment")
	}
	l, err := chain.ParseLine(text)
	if err != nil {
		return err
	}
	if v.since == 0 {
		v.since = v.line
	}
	if v.line == 1 && l.Kind != chain.SegmentKind {
		return errors.New("the file does not begin as a segment")
	}
	switch l.Kind {
	case chain.SealKind:
		return v.seal(l)
	case chain.SegmentKind:
		if err := v.head(l); err != nil {
			return err
		}
	case chain.RecordKind:
		if l.N != v.next {
			return fmt.Errorf("the record that is here has number %d: some are missing, or not where they belong", l.N)
		}
	case chain.RepairedKind:
		if err := v.repaired(l); err != nil {
			return err
		}
	}
	if !v.tape.Line(l) {
		return errors.New("the record has no time or no event")
	}
	if l.Kind == chain.RecordKind {
		v.next++
		v.pending++
	}
	v.tape.Spill(v.hash)
	return nil
}

// head verifies the line that begins a segment.
func (v *verifier) head(l chain.Line) error {
	h, hash, err := chain.ParseHead(l)
	switch {
	case err != nil:
		return err
	case v.since != v.line:
		return errors.New("a segment begins where the one before has no seal")
	case h.Segment != v.segment+1:
		return fmt.Errorf("the segment is number %d, and not %d", h.Segment, v.segment+1)
	case hash != v.hash:
		return errors.New("the segment does not follow the one before: its hash is another")
	case h.First != v.next:
		return fmt.Errorf("the segment begins with record %d", h.First)
	case h.Segment == 1 && (h.First != 1 || hash != chain.Digest{}):
		return errors.New("the first segment does not begin as one")
	}
	v.segment++
	v.report.Segments++
	if h.Key != "" {
		v.report.Signer = h.Key
	}
	return nil
}

// seal verifies the group that ends here. Each of its lines agrees with its own
// check; if the seal does not, somebody has seen to that.
func (v *verifier) seal(l chain.Line) error {
	s, err := chain.ParseSeal(l)
	if err != nil {
		return err
	}
	if s.Last != v.next-1 {
		return fmt.Errorf("the seal is of the records up to %d: some are missing", s.Last)
	}
	v.tape.Other(s.Front)
	if v.tape.Seal(v.hash) != s.Hash {
		v.next -= uint64(v.pending)
		at := v.line
		v.line = v.since
		return fmt.Errorf("lines %d to %d do not have the hash of their seal: they or their order have been altered", v.since, at)
	}
	if err := s.By(v.key); err != nil {
		return err
	}
	v.hash, v.sealed, v.closed = s.Hash, s.Last, s.Closed
	v.since, v.pending = 0, 0
	v.tape.Reset()
	v.found(v.repairs)
	v.repairs = nil
	v.report.Seals++
	v.seen = v.seen || v.noted != "" && strings.EqualFold(v.noted, fmt.Sprintf("%x", s.Hash[:]))
	return nil
}

// end verifies that a file may end here.
func (v *verifier) end(last bool) error {
	if !last && !v.closed {
		return v.broken(errors.New("the segment ends without the seal that closes it"))
	}
	v.report.Unsealed = v.pending
	if v.since > 0 {
		v.report.UnsealedLines = v.line - v.since + 1
	}
	return nil
}

// torn takes an unfinished line at the end of the log for what it is, unless it
// is no beginning of a line.
func (v *verifier) torn(text []byte, last bool) error {
	if !last || v.closed || !chain.Unfinished(text) {
		return v.broken(errors.New("the last line has been altered"))
	}
	v.report.Torn = len(text)
	return nil
}
