package segments

import (
	"compress/gzip"
	"errors"
	"io"
	"os"
	"strings"

	"github.com/troupe-mq/troupe/actors/audit/internal/chain"
	"github.com/troupe-mq/troupe/actors/audit/internal/disk"
)

// Tidy removes the closed segments of a log that are older than the oldest one that stays, and compresses the others if
// that is wanted. If something fails, it goes on, and the next time does what was left.
func Tidy(live string, oldest int, compress bool) error {
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
			errs = append(errs, Compress(s.Path))
		}
	}
	return errors.Join(errs...)
}

// Compress replaces a file by a compressed one, which has its name when it is
// whole and on the disk.
func Compress(path string) error {
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
