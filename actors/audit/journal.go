package audit

import (
	"cmp"
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync/atomic"
	"time"

	"github.com/nats-io/nkeys"

	"github.com/troupe-mq/troupe/actors/audit/groupcommit"
	"github.com/troupe-mq/troupe/actors/audit/internal/chain"
	"github.com/troupe-mq/troupe/actors/audit/internal/disk"
	"github.com/troupe-mq/troupe/actors/audit/internal/segments"
)

// journal is the store: the files of a log.
type journal struct {
	config Config
	disk   disk.Disk
	key    nkeys.KeyPair // nil: nothing is signed
	public string
	stream bool          // a pipe or a device
	broom  chan struct{} // full while closed segments are being tidied

	file     disk.File // nil while it is closed
	size     int64
	dirty    bool // more than size has been written
	state    state
	began    time.Time   // when the live segment was begun, as far as is known
	fresh    bool        // there is no record in it yet
	unsynced bool        // something has been written that no sync has begun for
	syncDue  time.Time   // when there is something to be done about that
	syncing  chan error  // what becomes of the sync under way; nil if there is none
	control  chain.Group // lines about the log itself
	shown    atomic.Pointer[shown]
	behind   string // what was found behind the last seal when the log was opened; empty if nothing
}

// state is where the chain has got to.
type state struct {
	segment  int
	oldest   int          // the oldest segment that has not been removed
	last     uint64       // the number of the last record
	hash     chain.Digest // the last seal's
	previous string       // the file of the segment before
}

var errClosed = errors.New("audit: the log is closed")

func newJournal(c Config) (*journal, error) {
	if err := c.Validate(); err != nil {
		return nil, err
	}
	c.Sync = cmp.Or(c.Sync, SyncAlways)
	c.Interval = cmp.Or(c.Interval, defaultInterval)
	j := &journal{config: c, disk: c.disk, broom: make(chan struct{}, 1)}
	if j.disk == nil {
		j.disk = disk.OS{}
	}
	if info, err := os.Stat(c.File); err == nil {
		if info.IsDir() {
			return nil, fmt.Errorf("audit: %s is a folder", c.File)
		}
		j.stream = !info.Mode().IsRegular()
	}
	var err error
	j.key, j.public, err = readKey(c.Sign)
	return j, err
}

// try opens the log and closes it.
func (j *journal) try() error {
	_, err := j.Open(context.Background())
	return errors.Join(err, j.Close())
}

// Open makes the log ready to be written to, and repairs it if need be.
func (j *journal) Open(context.Context) (uint64, error) {
	if j.stream || j.file != nil {
		return j.state.last + 1, nil
	}
	f, err := j.disk.Open(j.config.File)
	if err != nil {
		return 0, fmt.Errorf("audit: %w", err)
	}
	j.file, j.dirty, j.unsynced, j.syncDue = f, false, false, time.Time{}
	if err := j.resume(); err != nil {
		return 0, fmt.Errorf("audit: %s: %w", j.config.File, j.fail(err))
	}
	j.show(0)
	return j.state.last + 1, nil
}

// begin writes the first line of a segment, behind the one that ended.
func (j *journal) begin() error {
	now := time.Now()
	h := chain.Head{
		Segment: j.state.segment + 1, Version: chain.Version, Time: now.UTC().Format(chain.TimeFormat),
		First: j.state.last + 1, Oldest: 1, Previous: filepath.Base(j.state.previous),
		Hash: hex.EncodeToString(j.state.hash[:]), Key: j.public,
	}
	if j.state.previous == "" {
		h.Previous = ""
	}
	if !j.stream {
		aged, err := j.aged(now)
		if err != nil {
			return err
		}
		h.Oldest = segments.OldestKept(j.state.oldest, h.Segment, j.config.Keep.Count, aged)
	}
	j.began, j.fresh = now, true
	if err := j.note(h); err != nil {
		return err
	}
	j.state.segment, j.state.oldest = h.Segment, h.Oldest
	if !j.stream {
		j.tidy()
	}
	return nil
}

// aged is the oldest segment that is not too old to be kept.
func (j *journal) aged(now time.Time) (int, error) {
	if j.config.Keep.Age == 0 {
		return 0, nil
	}
	closed, err := chain.ClosedSegments(j.config.File)
	return segments.OldestAged(closed, j.state.oldest, now.Add(-j.config.Keep.Age), j.key), err
}

// note writes a line about the log itself, and a seal.
func (j *journal) note(lines ...any) error {
	j.control.Reset()
	for _, l := range lines {
		j.control.Note(l)
	}
	j.control.Last = j.state.last
	return j.write(false, &j.control)
}

// write seals groups and writes them. What is written is as the policy says on the
// disk.
func (j *journal) write(closed bool, groups ...*chain.Group) error {
	began := time.Now()
	j.dirty = true
	state, size := j.state, j.size
	for _, g := range groups {
		hash, err := g.Seal(state.hash, time.Now(), closed, j.key)
		if err != nil {
			return err
		}
		if _, err := j.file.Write(g.Lines); err != nil {
			return err
		}
		state.hash, state.last = hash, g.Last
		size += int64(len(g.Lines))
	}
	if err := j.sync(closed); err != nil {
		return err
	}
	j.state, j.size, j.dirty = state, size, false
	j.show(time.Since(began))
	return nil
}

// Commit writes pages.
func (j *journal) Commit(ctx context.Context, pages []groupcommit.Page) error {
	more, own := 0, make([]*chain.Group, len(pages))
	for i, p := range pages {
		own[i] = p.(interface{ Sealed() *chain.Group }).Sealed()
		more += len(own[i].Lines)
	}
	err := j.ready(ctx, more)
	if err == nil {
		stop := j.interruptible(ctx)
		err = j.write(false, own...)
		stop()
	}
	if err != nil {
		return fmt.Errorf("audit: %w", j.fail(err))
	}
	j.fresh = false
	return nil
}

// ready opens a stream, or begins a new segment if a page would make this one
// too large.
func (j *journal) ready(ctx context.Context, more int) error {
	switch {
	case j.stream && j.file == nil:
		return j.openStream(ctx)
	case j.file == nil:
		return errClosed
	case !j.stream && j.config.MaxSize > 0 && !j.fresh && j.size+int64(more) > j.config.MaxSize:
		return j.rotate()
	}
	return nil
}

// fail takes back what has been written of pages, and closes the log: whoever
// waits for them is told that they are not there.
func (j *journal) fail(err error) error {
	if j.file == nil {
		return err
	}
	_ = j.synced() // it has failed already
	if j.dirty && !j.stream {
		err = errors.Join(err, j.file.Truncate(j.size))
	}
	_ = j.file.Close()
	j.file = nil
	return err
}

// Tend syncs and rotates when it is time.
func (j *journal) Tend() (next time.Time, err error) {
	if j.file == nil {
		return time.Time{}, nil
	}
	now := time.Now()
	err = j.syncByTheClock(now)
	var age time.Time
	if j.config.MaxAge > 0 && !j.fresh && !j.stream {
		age = j.began.Add(j.config.MaxAge)
		if err == nil && !now.Before(age) {
			age, err = time.Time{}, j.rotate()
		}
	}
	if err != nil {
		return time.Time{}, fmt.Errorf("audit: %w", j.fail(err))
	}
	if next = j.syncDue; next.IsZero() || !age.IsZero() && age.Before(next) {
		next = age
	}
	return next, nil
}

// Close ends the log.
func (j *journal) Close() error {
	if j.file == nil {
		return nil
	}
	err := j.synced()
	if j.unsynced {
		err = errors.Join(err, j.sync(true))
	}
	err = errors.Join(err, j.file.Close())
	j.file = nil
	return err
}
