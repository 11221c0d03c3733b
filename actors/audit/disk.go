package audit

import (
	"errors"
	"io"
	"os"
	"path/filepath"
)

// disk is where segments are: in tests one that is full, or breaks.
type disk interface {
	// open opens a file to append to, and makes it if need be. Nobody else can
	// open it meanwhile.
	open(path string) (file, error)
	rename(from, to string) error
}

// file is an open segment.
type file interface {
	io.Writer
	io.ReaderAt
	io.Closer
	Sync() error
	Truncate(size int64) error
	Size() (int64, error)
}

const fileMode = 0o640

// osDisk is the real one.
type osDisk struct{}

func (osDisk) open(path string) (file, error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_APPEND|os.O_CREATE, fileMode)
	if err != nil {
		return nil, err
	}
	if err := lock(f); err != nil {
		return nil, errors.Join(&os.PathError{Op: "lock", Path: path, Err: err}, f.Close())
	}
	return osFile{f}, nil
}

// rename also has the folder written, so that it knows the new name before the
// log goes on.
func (osDisk) rename(from, to string) error {
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
