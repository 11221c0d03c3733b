package logging

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"
)

// rotated is the time in a rotated file's name. It sorts by age as text.
const rotated = "2006.01.02.15.04.05.000000"

// File is a log file. Any goroutine may write; a Write is never split over two
// files.
type File struct {
	path  string
	limit int64
	keep  int

	mu   sync.Mutex
	file *os.File
	size int64
}

// OpenFile opens a log file to append to. A write that would make it larger than
// limit bytes first renames it, and of the renamed ones so many stay that there
// are keep files in all; for both, 0 is without limit.
func OpenFile(path string, limit int64, keep int) (*File, error) {
	f := &File{path: path, limit: limit, keep: keep}
	if err := f.open(); err != nil {
		return nil, fmt.Errorf("cannot open the log file: %w", err)
	}
	return f, nil
}

// open replaces the open file, once the new one is there.
func (f *File) open() error {
	file, err := os.OpenFile(f.path, os.O_WRONLY|os.O_APPEND|os.O_CREATE, 0o640)
	if err != nil {
		return err
	}
	if f.file != nil {
		_ = f.file.Close() // every write to it has been reported already
	}
	f.file, f.size = file, 0
	if info, err := file.Stat(); err == nil {
		f.size = info.Size()
	}
	return nil
}

// Write appends to the file.
func (f *File) Write(p []byte) (int, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.file == nil {
		return 0, os.ErrClosed
	}
	if f.limit > 0 && f.size > 0 && f.size+int64(len(p)) > f.limit {
		f.rotate()
	}
	n, err := f.file.Write(p)
	f.size += int64(n)
	return n, err
}

// rotate renames the file and starts a new one. Should that fail, the old one
// goes on for another limit: a log that is too long is better than none.
func (f *File) rotate() {
	old := f.path + "." + time.Now().Format(rotated)
	if err := os.Rename(f.path, old); err != nil && !errors.Is(err, os.ErrNotExist) {
		fmt.Fprintf(f.file, "rotating the log: %v\n", err)
		f.size = 0
		return
	}
	if err := f.open(); err != nil {
		fmt.Fprintf(f.file, "rotating the log: %v\n", err)
		f.size = 0
		return
	}
	f.prune()
}

// prune removes the oldest rotated files. Whatever else has a similar name is
// left alone.
func (f *File) prune() {
	if f.keep <= 0 {
		return
	}
	dir, base := filepath.Split(f.path)
	entries, err := os.ReadDir(filepath.Clean(dir))
	if err != nil {
		return
	}
	var old []string
	for _, e := range entries {
		if stamp, ok := strings.CutPrefix(e.Name(), base+"."); ok {
			if _, err := time.Parse(rotated, stamp); err == nil {
				old = append(old, e.Name())
			}
		}
	}
	slices.Sort(old)
	for _, name := range old[:max(0, len(old)-(f.keep-1))] {
		_ = os.Remove(filepath.Join(dir, name)) // the next rotation tries again
	}
}

// Reopen opens the file again by its name. If that fails the old one goes on.
func (f *File) Reopen() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.open()
}

// Close closes the file. Later writes fail.
func (f *File) Close() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.file == nil {
		return nil
	}
	err := f.file.Close()
	f.file = nil
	return err
}
