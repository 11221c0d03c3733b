package audit

import (
	"errors"
	"fmt"
	"strings"

	"github.com/nats-io/nkeys"
)

// verifier is how far a log has been verified.
type verifier struct {
	key    nkeys.KeyPair // nil: signatures are not looked at
	noted  string        // the hash of a seal to look for
	seen   bool
	report *Report

	path    string
	line    int
	segment int
	next    uint64 // the number of the next record
	sealed  uint64 // the last one that is sealed
	hash    digest // the last seal's
	closed  bool   // it closes the segment
	tape    tape   // of the lines since
	since   int    // the first of these lines, 0 if there are none
	pending int    // records among them
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
	l, err := parseLine(text)
	if err != nil {
		return err
	}
	if v.since == 0 {
		v.since = v.line
	}
	if v.line == 1 && l.kind != segmentKind {
		return errors.New("the file does not begin as a segment")
	}
	switch l.kind {
	case sealKind:
		return v.seal(l)
	case segmentKind:
		if err := v.head(l); err != nil {
			return err
		}
	case recordKind:
		if l.n != v.next {
			return fmt.Errorf("the record that is here has number %d: some are missing, or not where they belong", l.n)
		}
	case repairedKind:
		if err := v.repaired(l); err != nil {
			return err
		}
	}
	if !v.tape.line(l) {
		return errors.New("the record has no time or no event")
	}
	if l.kind == recordKind {
		v.next++
		v.pending++
	}
	v.tape.spill(v.hash)
	return nil
}

// head verifies the line that begins a segment.
func (v *verifier) head(l line) error {
	h, hash, err := parseHead(l)
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
	case h.Segment == 1 && (h.First != 1 || hash != digest{}):
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
func (v *verifier) seal(l line) error {
	s, err := parseSeal(l)
	if err != nil {
		return err
	}
	if s.last != v.next-1 {
		return fmt.Errorf("the seal is of the records up to %d: some are missing", s.last)
	}
	v.tape.other(s.front)
	if v.tape.seal(v.hash) != s.hash {
		v.next -= uint64(v.pending)
		at := v.line
		v.line = v.since
		return fmt.Errorf("lines %d to %d do not have the hash of their seal: they or their order have been altered", v.since, at)
	}
	if err := s.by(v.key); err != nil {
		return err
	}
	v.hash, v.sealed, v.closed = s.hash, s.last, s.closed
	v.since, v.pending = 0, 0
	v.tape.reset()
	v.found(v.repairs)
	v.repairs = nil
	v.report.Seals++
	v.seen = v.seen || v.noted != "" && strings.EqualFold(v.noted, fmt.Sprintf("%x", s.hash[:]))
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
	if !last || v.closed || !unfinished(text) {
		return v.broken(errors.New("the last line has been altered"))
	}
	v.report.Torn = len(text)
	return nil
}
