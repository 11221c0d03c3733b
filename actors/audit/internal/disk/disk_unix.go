//go:build unix

package disk

import (
	"context"
	"errors"
	"os"
	"syscall"
	"time"
)

// ErrLocked is the error of a log that another process writes to.
var ErrLocked = errors.New("another process writes to it")

// lock makes a file this process's own. It ends with the file.
func lock(f *os.File) error {
	if errors.Is(syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB), syscall.EWOULDBLOCK) {
		return ErrLocked
	}
	return nil // file systems without locks have to do
}

// syncFolder has a folder written to the disk. Not every file system can, and
// what is in the files does not depend on it.
func syncFolder(path string) {
	if d, err := os.Open(path); err == nil {
		_ = d.Sync()
		_ = d.Close()
	}
}

// nobody is how long it takes to look again whether somebody reads a pipe.
const nobody = 20 * time.Millisecond

// OpenStream opens a pipe or a device. A pipe that nobody reads cannot be opened
// and must not be waited for inside the call.
func OpenStream(ctx context.Context, path string) (*os.File, error) {
	for {
		f, err := os.OpenFile(path, os.O_WRONLY|syscall.O_NONBLOCK, 0)
		if !errors.Is(err, syscall.ENXIO) {
			return f, err
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-time.After(nobody):
		}
	}
}
