package audit

import (
	"errors"
	"fmt"
	"io"

	"github.com/nats-io/nkeys"

	"github.com/troupe-mq/troupe/actors/audit/internal/chain"
	"github.com/troupe-mq/troupe/actors/audit/internal/segments"
)

// VerifyOptions says what a log is verified against.
type VerifyOptions struct {
	// Key is the public nkey that each seal must be signed with. Without it
	// signatures mean nothing.
	Key string
	// Seal is the hash of a seal that has been noted: the log must have it.
	Seal string
	// Part allows that segments before the first one and behind the last one are
	// not there.
	Part bool
	// Progress is told how far it is; nil: nobody is.
	Progress Progress
}

// Report is what has been proven of a log.
type Report struct {
	Log      string // the live segment's file
	Segments int
	Seals    int
	First    uint64 // the numbers of the first record and of the last one that is sealed
	Last     uint64
	Hash     string // the last seal's: whoever notes it can tell later that it was there
	Signer   string // who signs, as the log says

	// What the log does not vouch for.
	Repairs       []Repair // what starts have found behind the last seal
	Unproven      uint64   // the records that they have found, up to Last
	Unsealed      int      // records behind the last seal
	UnsealedLines int      // these, and lines of the log about itself
	Torn          int      // bytes of an unfinished line at the end
}

// Repair is what a start has found behind the last seal. A crash leaves such lines
// there, and whoever may write the file can. The log has sealed that they were there,
// and not that they are true.
type Repair struct {
	File    string // where the log says so
	Line    int
	Time    string // of the start
	Records uint64 // how many were found, and stay in the log
	First   uint64 // their numbers
	Last    uint64
	Moved   int64  // bytes that were no whole record
	Aside   string // the file that has them, beside the log
}

// Doubtful reports whether there is anything in the log, or has been, that was
// found without a seal.
func (r *Report) Doubtful() bool {
	return len(r.Repairs) > 0 || r.UnsealedLines > 0 || r.Torn > 0
}

// BrokenError says where a log is broken first.
type BrokenError struct {
	File   string
	Line   int
	Record uint64 // the number of the record that is or should be there; 0 before the first
	Err    error
}

// Error is the place and what is wrong.
func (e *BrokenError) Error() string {
	if e.Record == 0 {
		return fmt.Sprintf("%s:%d: %v", e.File, e.Line, e.Err)
	}
	return fmt.Sprintf("%s:%d: record %d: %v", e.File, e.Line, e.Record, e.Err)
}

// Unwrap is what is wrong without the place.
func (e *BrokenError) Unwrap() error { return e.Err }

// Verify proves the logs that paths stand for. A folder stands for all logs in it, a
// live segment for its whole log, a closed segment for itself. The error is a *BrokenError
// with the first place where one is broken, or says what cannot be read, or that
// VerifyOptions.Seal is in none of them.
func Verify(paths []string, o VerifyOptions) ([]*Report, error) {
	var key nkeys.KeyPair
	if o.Key != "" {
		var err error
		if key, err = nkeys.FromPublicKey(o.Key); err != nil {
			return nil, fmt.Errorf("%q is no public nkey", o.Key)
		}
	}
	logs, err := find(paths)
	if err != nil {
		return nil, err
	}
	m := newMeter(o.Progress, logs)
	var reports []*Report
	noted := false
	for _, t := range logs {
		v := &verifier{key: key, noted: o.Seal, meter: m, report: &Report{Log: t.Live}}
		if err := v.log(t, t.Whole && !o.Part); err != nil {
			return reports, err
		}
		reports = append(reports, v.report)
		noted = noted || v.seen
	}
	if o.Seal != "" && !noted {
		return reports, fmt.Errorf("the seal %s is not in the log: what it sealed has been cut off or written anew", o.Seal)
	}
	return reports, nil
}

// log verifies one log.
func (v *verifier) log(t *segments.Log, whole bool) error {
	first, last := t.Parts[0], t.Parts[len(t.Parts)-1]
	if oldest := max(last.Head.Oldest, 1); whole && first.Head.Segment > oldest {
		return &BrokenError{File: first.Path, Line: 1, Err: fmt.Errorf(
			"the segment is number %d, and %d to %d are not here", first.Head.Segment, oldest, first.Head.Segment-1)}
	}
	v.segment, v.next, v.hash = first.Head.Segment-1, first.Head.First, first.Hash
	v.report.First = v.next
	for _, p := range t.Parts {
		if err := v.file(p.Path, p.Path == last.Path); err != nil {
			return err
		}
	}
	if whole && v.closed {
		return v.broken(fmt.Errorf("the log goes on in segment %d, which is not here", v.segment+1))
	}
	v.report.Last, v.report.Hash = v.sealed, fmt.Sprintf("%x", v.hash[:])
	return nil
}

// file verifies one file.
func (v *verifier) file(path string, last bool) error {
	r, err := chain.Open(path)
	if err != nil {
		return err
	}
	defer r.Close()
	v.meter.watch(r)
	v.path, v.line, v.closed = path, 0, false
	for {
		text, err := r.Next()
		v.line = r.Number
		switch {
		case errors.Is(err, io.EOF):
			v.line--
			if v.line == 0 {
				return v.broken(errors.New("the file is empty"))
			}
			return v.end(last)
		case errors.Is(err, chain.ErrTorn):
			if err := v.torn(text, last); err != nil {
				return err
			}
			v.line--
			return v.end(last)
		case err != nil:
			return v.broken(err)
		}
		if err := v.check(text); err != nil {
			return v.broken(err)
		}
	}
}
