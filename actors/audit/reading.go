package audit

import (
	"errors"
	"os"

	"github.com/troupe-mq/troupe/actors/audit/internal/chain"
	"github.com/troupe-mq/troupe/actors/audit/internal/segments"
)

// Progress is told how many bytes of files have been read, of how many, while a log is
// read. It is called often, and has to be quick.
type Progress func(done, total int64)

// meter counts what is read of the files of some logs. A nil one counts nothing.
type meter struct {
	done, total int64
	tell        Progress
}

// newMeter counts for tell, if that is not nil.
func newMeter(tell Progress, logs []*segments.Log) *meter {
	if tell == nil {
		return nil
	}
	m := &meter{tell: tell}
	for _, t := range logs {
		for _, p := range t.Parts {
			if info, err := os.Stat(p.Path); err == nil { // one that has gone is an error when it is read
				m.total += info.Size()
			}
		}
	}
	return m
}

// watch counts what is read of a file.
func (m *meter) watch(r *chain.Reader) {
	if m != nil {
		r.Count = func(n int) {
			m.done += int64(n)
			m.tell(m.done, max(m.total, m.done))
		}
	}
}

// ReadOptions say how a log is read.
type ReadOptions struct {
	After    uint64   // records up to that number are left out; segments that have no others are not read
	Progress Progress // nil: nobody is told
}

// ReadWith is [Read] with options.
func ReadWith(paths []string, o ReadOptions, do func(*Entry) error) error {
	logs, err := find(paths)
	if err != nil {
		return err
	}
	m := newMeter(o.Progress, logs)
	var broken error
	for _, t := range logs {
		for i, p := range t.Parts {
			last := i == len(t.Parts)-1
			if !last && t.Parts[i+1].Head.First <= o.After+1 && o.After > 0 {
				continue
			}
			first, err := readPart(p.Path, last, m, func(e *Entry) error {
				if e.Number <= o.After {
					return nil
				}
				return do(e)
			})
			if err != nil {
				return err
			}
			if broken == nil {
				broken = first
			}
		}
	}
	return broken
}

// find gives the logs that paths stand for. A file that does not begin as one is broken in its first line.
func find(paths []string) ([]*segments.Log, error) {
	logs, err := segments.Find(paths)
	if e, ok := errors.AsType[*segments.FirstLineError](err); ok {
		return nil, &BrokenError{File: e.Path, Line: 1, Err: e.Err}
	}
	return logs, err
}
