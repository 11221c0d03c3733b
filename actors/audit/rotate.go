package audit

import (
	"time"

	"github.com/troupe-mq/troupe/actors/audit/internal/chain"
	"github.com/troupe-mq/troupe/actors/audit/internal/segments"
	"github.com/troupe-mq/troupe/supervisor"
)

// rotate closes the live segment and begins another one. Should it be
// interrupted at any place, the next start goes on from there.
func (j *journal) rotate() error {
	j.control.Reset()
	j.control.Last = j.state.last
	if err := j.write(true, &j.control); err != nil {
		return err
	}
	return j.replace()
}

// replace gives the live segment, which is closed, its last name, and makes a
// new one.
func (j *journal) replace() error {
	err := j.file.Close() // everything is on the disk already
	j.file = nil
	if err != nil {
		return err
	}
	name := chain.ClosedName(j.config.File, j.state.segment, time.Now())
	if err := j.disk.Rename(j.config.File, name); err != nil {
		return err
	}
	f, err := j.disk.Open(j.config.File)
	if err != nil {
		return err
	}
	j.file, j.size, j.dirty, j.state.previous = f, 0, false, name
	return j.begin()
}

// tidy removes and compresses closed segments, beside the log's work. If it is
// still at it, or something fails, the next time does what was left.
func (j *journal) tidy() {
	select {
	case j.broom <- struct{}{}:
	default:
		return
	}
	live, oldest, compress := j.config.File, j.state.oldest, j.config.Compress
	supervisor.Go(nil, "audit tidy", func() {
		defer func() { <-j.broom }()
		_ = segments.Tidy(live, oldest, compress)
	})
}
