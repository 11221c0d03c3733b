package audit

import (
	"errors"
	"io"
	"path/filepath"
	"time"
)

// resume finds out where the log has got to.
func (j *journal) resume() (err error) {
	if j.size, err = j.file.Size(); err != nil {
		return err
	}
	if j.size == 0 {
		return j.continueClosed()
	}
	s, err := surveyTail(j.file, j.size)
	if err != nil {
		return err
	}
	j.state = state{segment: s.head.Segment, oldest: s.head.Oldest, last: s.sealed, hash: s.hash}
	j.began, j.fresh = s.began, s.last < s.head.First
	torn := j.size - s.good
	switch {
	case torn > 0:
		return j.repair(s, torn)
	case s.closed: // the process ended before the segment got its name
		return j.replace()
	case len(s.tape.buf) > 0: // these lines were written and their seal was not
		j.control = page{tape: s.tape, last: s.last}
		return j.write(false, &j.control)
	}
	return nil
}

// continueClosed begins a segment behind the last one that is closed, if any.
func (j *journal) continueClosed() error {
	j.state = state{}
	closed, err := closedSegments(j.config.File)
	if err != nil {
		return err
	}
	if len(closed) > 0 {
		if j.state, err = stateBehind(closed[len(closed)-1].path); err != nil {
			return err
		}
	}
	return j.begin()
}

// repair moves a torn tail to a file of its own, and says so in the log. Lines
// before it that are whole and not sealed are sealed now.
func (j *journal) repair(s *survey, torn int64) error {
	now := time.Now()
	aside := j.config.File + ".torn-" + now.UTC().Format(closedFormat)
	if err := j.moveAside(aside, s.good, torn); err != nil {
		return err
	}
	if err := j.file.Truncate(s.good); err != nil {
		return err
	}
	j.size = s.good
	if s.good == 0 { // not even the first line was whole
		if err := j.continueClosed(); err != nil {
			return err
		}
	}
	j.control = page{tape: s.tape, last: s.last}
	if s.good == 0 {
		j.control.last = j.state.last
	}
	j.control.lines = appendControl(nil, &j.control.tape, repair{
		Repaired: torn, Time: now.UTC().Format(timeFormat), Kept: s.good - s.after, File: filepath.Base(aside),
	})
	return j.write(false, &j.control)
}

// moveAside appends a piece of the live segment to another file.
func (j *journal) moveAside(path string, from, n int64) error {
	f, err := j.disk.open(path)
	if err != nil {
		return err
	}
	_, err = io.Copy(f, io.NewSectionReader(j.file, from, n))
	if j.config.Sync != SyncNone {
		err = errors.Join(err, f.Sync())
	}
	return errors.Join(err, f.Close())
}
