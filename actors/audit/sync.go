package audit

import (
	"time"

	"github.com/troupe-mq/troupe/supervisor"
)

// sync sees to it that what has been written gets on the disk.
func (j *journal) sync(now bool) error {
	switch {
	case j.stream:
	case now || j.config.Sync == SyncAlways:
		j.unsynced = false
		return j.file.Sync()
	case j.config.Sync == SyncInterval:
		j.unsynced = true
		if j.syncDue.IsZero() {
			j.syncDue = time.Now().Add(j.config.Interval)
		}
	}
	return nil
}

// syncByTheClock has the file synced when that is due, while more is written. One
// that takes longer than the interval is waited for by the next one only.
func (j *journal) syncByTheClock(now time.Time) error {
	switch {
	case j.syncDue.IsZero() || now.Before(j.syncDue):
		return nil
	case j.syncing != nil && len(j.syncing) == 0:
		j.syncDue = now.Add(j.config.Interval)
		return nil
	}
	if err := j.synced(); err != nil {
		return err
	}
	if !j.unsynced {
		j.syncDue = time.Time{}
		return nil
	}
	done, f := make(chan error, 1), j.file
	j.syncing, j.unsynced, j.syncDue = done, false, now.Add(j.config.Interval)
	supervisor.Go(nil, "audit sync", func() { done <- f.Sync() })
	return nil
}

// synced waits for the sync that was begun, and says what became of it.
func (j *journal) synced() (err error) {
	if j.syncing != nil {
		err = <-j.syncing
		j.syncing = nil
	}
	return err
}
