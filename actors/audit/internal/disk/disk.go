package disk

import (
	"errors"
	"io"
	"os"
	"path/filepath"
)

// Disk is where segments are: in tests one that is full, or breaks.
type Disk interface {
	// Open opens a file to append to, and makes it if need be. Nobody else can
	// open it meanwhile.
	Open(path string) (File, error)
	// Rename gives a file another name, in the same folder.
	Rename(from, to string) error
}

// File is an open segment.
type File interface {
	io.Writer
	io.ReaderAt
	io.Closer
	Sync() error
	Truncate(size int64) error
	Size() (int64, error)
}

// Mode is what a new file has: its owner writes it, its group may read it.
const Mode = 0o640

// OS is the real one.
type OS struct{}

// Open is [Disk.Open].
func (OS) Open(path string) (File, error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_APPEND|os.O_CREATE, Mode)
	if err != nil {
		return nil, err
	}
	if err := lock(f); err != nil {
		return nil, errors.Join(&os.PathError{Op: "lock", Path: path, Err: err}, f.Close())
	}
	return osFile{f}, nil
}

// Rename also has the folder written, so that it knows the new name before the
// log goes on.
func (OS) Rename(from, to string) error {
	if err := os.Rename(from, to); err != nil {
		return err
	}
	syncFolder(filepath.Dir(to))
	return nil
}

type osFile struct{ *os.File }

func (f osFile) Size() (int64, error) {
	info, err := f.Stat()
	if err != nil {
		return 0, err
	}
	return info.Size(), nil
}
