package audit

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/troupe-mq/troupe/actors/audit/internal/chain"
)

// followPause is how often a log is looked at that somebody follows.
const followPause = 200 * time.Millisecond

// Follow hands the records behind number after to do, those that are there and then each
// as it is written, until ctx is over, which is no error, or do gives one. path is a live
// segment. A segment that the log begins meanwhile is followed too. Nothing is verified; a
// line that is no record is left out.
func Follow(ctx context.Context, path string, after uint64, do func(*Entry) error) error {
	if info, err := os.Stat(path); err == nil && info.IsDir() {
		return fmt.Errorf("%s is a folder: follow a live file in it", path)
	}
	if _, closed := chain.LiveName(path); closed {
		return fmt.Errorf("%s is a closed segment, to which nothing is added", path)
	}
	f := &follower{path: path, next: after + 1, do: do}
	defer f.leave()
	for {
		err := f.look()
		if err != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(followPause):
		}
	}
}

// follower reads what is added to a log.
type follower struct {
	path  string
	next  uint64 // the number of the record that is wanted next
	do    func(*Entry) error
	lines *chain.Reader // of the segment that is live, or was when it was opened; nil: none is open
	part  []byte        // the beginning of a line that is being written
}

func (f *follower) leave() {
	if f.lines != nil {
		f.lines.Close()
	}
}

// look reads what has been added since the last look.
func (f *follower) look() error {
	if f.lines == nil {
		return f.begin()
	}
	if err := f.drain(); err != nil {
		return err
	}
	now, err := os.Stat(f.path)
	if errors.Is(err, os.ErrNotExist) {
		return nil // another one is about to begin
	}
	if err != nil {
		return err
	}
	if same, err := f.lines.Is(now); err != nil || same {
		return err
	}
	if err := f.drain(); err != nil { // what was added before it was closed
		return err
	}
	f.leave()
	f.lines, f.part = nil, nil
	return f.begin()
}

// begin reads all that is there and wanted, closed segments included, and opens the live
// one. What is added in between is read twice, and wanted once.
func (f *follower) begin() error {
	l, err := chain.Open(f.path)
	if errors.Is(err, os.ErrNotExist) && f.next > 1 {
		return nil
	}
	if err != nil {
		return err
	}
	f.lines = l
	err = ReadWith([]string{f.path}, ReadOptions{After: f.next - 1}, f.give)
	if broken := (*BrokenError)(nil); errors.As(err, &broken) {
		err = nil
	}
	if err != nil {
		return err
	}
	return f.drain()
}

// drain reads the open segment to its end.
func (f *follower) drain() error {
	for {
		text, err := f.lines.Next()
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case errors.Is(err, chain.ErrTorn):
			f.part = append(f.part, text...)
			return nil
		case err != nil:
			return err
		}
		if len(f.part) > 0 {
			text = append(f.part, text...)
		}
		e, err := entryOf(text)
		f.part = f.part[:0]
		if err == nil && e != nil {
			if err := f.give(e); err != nil {
				return err
			}
		}
	}
}

// give hands a record on, if it is not one that has been seen.
func (f *follower) give(e *Entry) error {
	if e.Number < f.next {
		return nil
	}
	f.next = e.Number + 1
	return f.do(e)
}

// entryOf is the record of a line, nil if it is a line of the log about itself.
func entryOf(text []byte) (*Entry, error) {
	l, err := chain.ParseLine(text)
	if err != nil || l.Kind != chain.RecordKind {
		return nil, err
	}
	e, err := parseEntry(text)
	if err == nil {
		e.Number = l.N // where it stands, and whatever else the line says
	}
	return e, err
}
