package segments

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/troupe-mq/troupe/actors/audit/internal/chain"
)

// Part is a file of a log, by its first line.
type Part struct {
	Path string
	Head chain.Head
	Hash chain.Digest // what the head says about the segment before
}

// FirstLineError is a file whose first line is not that of a segment of its log.
type FirstLineError struct {
	Path string
	Err  error
}

// Error is the file and what is wrong with it.
func (e *FirstLineError) Error() string { return fmt.Sprintf("%s:1: %v", e.Path, e.Err) }

// Unwrap is what is wrong without the place.
func (e *FirstLineError) Unwrap() error { return e.Err }

// Log is all files of one log that were found, by their numbers.
type Log struct {
	Live  string
	Parts []Part
	Whole bool // from the oldest segment that has not been removed to the live one
}

// Find gives the logs that paths stand for: a folder for all that are in it, a
// live segment for itself and the closed ones beside it, and a closed segment for
// itself.
func Find(paths []string) ([]*Log, error) {
	trails := map[string]*Log{}
	for _, path := range paths {
		info, err := os.Stat(path)
		if err != nil {
			return nil, err
		}
		if !info.IsDir() {
			if err := collect(trails, path); err != nil {
				return nil, err
			}
			continue
		}
		if err := collectFolder(trails, path); err != nil {
			return nil, err
		}
	}
	var all []*Log
	for _, t := range trails {
		if err := t.order(); err != nil {
			return nil, err
		}
		all = append(all, t)
	}
	slices.SortFunc(all, func(a, b *Log) int { return cmp.Compare(a.Live, b.Live) })
	return all, nil
}

func collectFolder(trails map[string]*Log, path string) error {
	entries, err := os.ReadDir(path)
	if err != nil {
		return err
	}
	found := false
	for _, e := range entries {
		file := filepath.Join(path, e.Name())
		live, closed := chain.LiveName(file)
		if !e.Type().IsRegular() || !closed && !isLive(file) {
			continue
		}
		found = true
		if err := collect(trails, file); err != nil {
			return err
		}
		trails[live].Whole = true
	}
	if !found {
		return fmt.Errorf("%s: there is no audit log in this folder", path)
	}
	return nil
}

// isLive reports whether a file begins as a segment.
func isLive(path string) bool {
	f, err := os.Open(path)
	if err != nil {
		return false
	}
	defer func() { _ = f.Close() }() // it was only read
	b := make([]byte, len(chain.SegmentBegin))
	_, err = f.ReadAt(b, 0)
	return err == nil && string(b) == chain.SegmentBegin
}

// collect adds a file, and to a live one the others of its log.
func collect(trails map[string]*Log, path string) error {
	path = filepath.Clean(path)
	live, closed := chain.LiveName(path)
	t := trails[live]
	if t == nil {
		t = &Log{Live: live}
		trails[live] = t
	}
	files := []string{path}
	if !closed {
		t.Whole = true
		segments, err := chain.ClosedSegments(live)
		if err != nil {
			return err
		}
		for _, s := range segments {
			files = append(files, s.Path)
		}
	}
	for _, file := range files {
		if !slices.ContainsFunc(t.Parts, func(p Part) bool { return p.Path == file }) {
			t.Parts = append(t.Parts, Part{Path: file})
		}
	}
	return nil
}

// order reads the first line of each file, and sorts them by it. Names are not
// to be trusted.
func (t *Log) order() error {
	for i := range t.Parts {
		if err := t.Parts[i].read(); err != nil {
			return err
		}
	}
	slices.SortFunc(t.Parts, func(a, b Part) int {
		return cmp.Or(cmp.Compare(a.Head.Segment, b.Head.Segment), cmp.Compare(a.Path, b.Path))
	})
	// The plain one of two is still there because its compression is not over.
	t.Parts = slices.CompactFunc(t.Parts, func(a, b Part) bool { return b.Path == a.Path+chain.Gzipped })
	return nil
}

func (p *Part) read() error {
	r, err := chain.Open(p.Path)
	if err != nil {
		return err
	}
	defer r.Close()
	text, err := r.Next()
	if err != nil && !errors.Is(err, chain.ErrTorn) {
		return &FirstLineError{p.Path, fmt.Errorf("there is no first line: %w", err)}
	}
	l, err := chain.ParseLine(bytes.Clone(text))
	if err == nil {
		p.Head, p.Hash, err = chain.ParseHead(l)
	}
	if err != nil {
		return &FirstLineError{p.Path, err}
	}
	if live, closed := chain.LiveName(p.Path); closed && !strings.HasPrefix(filepath.Base(p.Path), p.Head.NameIn(live, p.Path)) {
		return &FirstLineError{p.Path, fmt.Errorf("the file is segment %d, and has another one's name", p.Head.Segment)}
	}
	return nil
}
