package audit

import (
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"time"

	"github.com/troupe-mq/troupe/actors/audit/internal/chain"
	"github.com/troupe-mq/troupe/actors/audit/internal/segments"
)

// resume finds out where the log has got to.
func (j *journal) resume() (err error) {
	if j.size, err = j.file.Size(); err != nil {
		return err
	}
	if j.size == 0 {
		return j.continueClosed()
	}
	s, err := segments.ReadTail(j.file, j.size, j.key, isRecord)
	if err != nil {
		return err
	}
	j.state = state{segment: s.Head.Segment, oldest: s.Head.Oldest, last: s.Seal.Last, hash: s.Seal.Hash}
	j.began, j.fresh = s.Began, s.Last < s.Head.First
	if s.After < j.size || s.After == 0 {
		return j.repair(s)
	}
	if s.Seal.Closed { // the process ended before the segment got its name
		return j.replace()
	}
	return nil
}

// continueClosed begins a segment behind the last one that is closed, if any.
func (j *journal) continueClosed() error {
	j.state = state{}
	closed, err := chain.ClosedSegments(j.config.File)
	if err != nil {
		return err
	}
	if len(closed) > 0 {
		if j.state, err = stateBehind(closed[len(closed)-1].Path, j.key); err != nil {
			return err
		}
	}
	return j.begin()
}

// repair deals with what is behind the last seal, and says so in the log, which
// does not vouch for it: a crash may have left it there, but so may anybody.
// Records stay where they are, and what is none is moved to a file of its own.
func (j *journal) repair(s *segments.Tail) error {
	now := time.Now()
	note := chain.Repaired{Repaired: j.size - s.Good, Time: now.UTC().Format(chain.TimeFormat), Kept: s.Good - s.After}
	if n := s.Last - s.Seal.Last; n > 0 {
		hash := s.Tape.Seal(s.Seal.Hash)
		note.Unproven, note.From, note.To, note.Hash = n, s.Seal.Last+1, s.Last, hex.EncodeToString(hash[:])
	}
	if note.Repaired > 0 {
		aside := j.config.File + ".torn-" + now.UTC().Format(chain.ClosedFormat)
		if err := j.moveAside(aside, s.Good, note.Repaired); err != nil {
			return err
		}
		note.File = filepath.Base(aside)
	}
	if err := j.file.Truncate(s.Good); err != nil {
		return err
	}
	j.size = s.Good
	if err := j.goOn(s); err != nil {
		return err
	}
	j.behind = fmt.Sprintf("%d records without a seal were found when the log was opened, and %d bytes that are none", note.Unproven, note.Repaired)
	j.control = chain.Group{Tape: s.Tape, Last: max(s.Last, j.state.last)}
	j.control.Note(note)
	return j.write(false, &j.control)
}

// goOn begins a segment if the one that was found cannot be gone on with.
func (j *journal) goOn(s *segments.Tail) error {
	switch {
	case s.Good == 0:
		return j.continueClosed()
	case s.Seal.Closed:
		return j.replace()
	}
	return nil
}

// moveAside appends a piece of the live segment to another file.
func (j *journal) moveAside(path string, from, n int64) error {
	f, err := j.disk.Open(path)
	if err != nil {
		return err
	}
	_, err = io.Copy(f, io.NewSectionReader(j.file, from, n))
	if j.config.Sync != SyncNone {
		err = errors.Join(err, f.Sync())
	}
	return errors.Join(err, f.Close())
}

// isRecord reports whether a line can be read as the record that it is said to be.
func isRecord(l chain.Line) bool {
	e, err := parseEntry(l.Text)
	return err == nil && e.Number == l.N
}
