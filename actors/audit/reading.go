package audit

import (
	"os"

	"github.com/troupe-mq/troupe/actors/audit/internal/chain"
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
func newMeter(tell Progress, trails []*trail) *meter {
	if tell == nil {
		return nil
	}
	m := &meter{tell: tell}
	for _, t := range trails {
		for _, p := range t.parts {
			if info, err := os.Stat(p.path); err == nil { // one that has gone is an error when it is read
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
	trails, err := find(paths)
	if err != nil {
		return err
	}
	m := newMeter(o.Progress, trails)
	var broken error
	for _, t := range trails {
		for i, p := range t.parts {
			last := i == len(t.parts)-1
			if !last && t.parts[i+1].head.First <= o.After+1 && o.After > 0 {
				continue
			}
			first, err := readPart(p.path, last, m, func(e *Entry) error {
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
