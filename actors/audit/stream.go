package audit

import (
	"context"
	"errors"
	"os"
	"time"

	"github.com/troupe-mq/troupe/actors/audit/internal/disk"
)

// streamFile is a pipe or a device. What is written to it cannot be taken back.
type streamFile struct{ *os.File }

func (streamFile) Size() (int64, error) { return 0, nil }

// openStream waits for somebody who reads. A reader is given a segment of its
// own.
func (j *journal) openStream(ctx context.Context) error {
	f, err := disk.OpenStream(ctx, j.config.File)
	if err != nil {
		return err
	}
	j.file = streamFile{f}
	stop := j.interruptible(ctx)
	defer stop()
	return j.begin()
}

// interruptible has the end of the context interrupt a write that nobody reads.
func (j *journal) interruptible(ctx context.Context) (stop func()) {
	s, ok := j.file.(streamFile)
	if !ok {
		return func() {}
	}
	end := context.AfterFunc(ctx, func() {
		if err := s.SetWriteDeadline(time.Now()); errors.Is(err, os.ErrNoDeadline) {
			_ = s.Close() // a device: all that is left
		}
	})
	return func() { end() }
}
