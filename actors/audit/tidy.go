package audit

import (
	"compress/gzip"
	"errors"
	"io"
	"os"
	"strings"

	"github.com/troupe-mq/troupe/actors/audit/internal/chain"
	"github.com/troupe-mq/troupe/actors/audit/internal/disk"
	"github.com/troupe-mq/troupe/supervisor"
)

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
		_ = tidy(live, oldest, compress)
	})
}

func tidy(live string, oldest int, compress bool) error {
	closed, err := chain.ClosedSegments(live)
	if err != nil {
		return err
	}
	var errs []error
	for _, s := range closed {
		switch {
		case s.Number < oldest:
			errs = append(errs, os.Remove(s.Path))
		case compress && !strings.HasSuffix(s.Path, chain.Gzipped):
			errs = append(errs, compressFile(s.Path))
		}
	}
	return errors.Join(errs...)
}

// compressFile replaces a file by a compressed one, which has its name when it is
// whole and on the disk.
func compressFile(path string) error {
	from, err := os.Open(path)
	if err != nil {
		return err
	}
	defer func() { _ = from.Close() }() // it was only read
	unfinished := path + chain.Gzipped + ".tmp"
	to, err := os.OpenFile(unfinished, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, disk.Mode)
	if err != nil {
		return err
	}
	z := gzip.NewWriter(to)
	_, err = io.Copy(z, from)
	if err := errors.Join(err, z.Close(), to.Sync(), to.Close()); err != nil {
		return errors.Join(err, os.Remove(unfinished))
	}
	if err := os.Rename(unfinished, path+chain.Gzipped); err != nil {
		return err
	}
	_ = from.Close() // some systems remove no open file
	return os.Remove(path)
}
