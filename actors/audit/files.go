package audit

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

// part is a file of a log, by its first line.
type part struct {
	path string
	head chain.Head
	hash chain.Digest // what the head says about the segment before
}

// trail is one log.
type trail struct {
	live  string
	parts []part
	whole bool // from the oldest segment that has not been removed to the live one
}

// find gives the logs that paths stand for: a folder for all that are in it, a
// live segment for itself and the closed ones beside it, and a closed segment for
// itself.
func find(paths []string) ([]*trail, error) {
	trails := map[string]*trail{}
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
	var all []*trail
	for _, t := range trails {
		if err := t.order(); err != nil {
			return nil, err
		}
		all = append(all, t)
	}
	slices.SortFunc(all, func(a, b *trail) int { return cmp.Compare(a.live, b.live) })
	return all, nil
}

func collectFolder(trails map[string]*trail, path string) error {
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
		trails[live].whole = true
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
func collect(trails map[string]*trail, path string) error {
	path = filepath.Clean(path)
	live, closed := chain.LiveName(path)
	t := trails[live]
	if t == nil {
		t = &trail{live: live}
		trails[live] = t
	}
	files := []string{path}
	if !closed {
		t.whole = true
		segments, err := chain.ClosedSegments(live)
		if err != nil {
			return err
		}
		for _, s := range segments {
			files = append(files, s.Path)
		}
	}
	for _, file := range files {
		if !slices.ContainsFunc(t.parts, func(p part) bool { return p.path == file }) {
			t.parts = append(t.parts, part{path: file})
		}
	}
	return nil
}

// order reads the first line of each file, and sorts them by it. Names are not
// to be trusted.
func (t *trail) order() error {
	for i := range t.parts {
		if err := t.parts[i].read(); err != nil {
			return err
		}
	}
	slices.SortFunc(t.parts, func(a, b part) int {
		return cmp.Or(cmp.Compare(a.head.Segment, b.head.Segment), cmp.Compare(a.path, b.path))
	})
	// The plain one of two is still there because its compression is not over.
	t.parts = slices.CompactFunc(t.parts, func(a, b part) bool { return b.path == a.path+chain.Gzipped })
	return nil
}

func (p *part) read() error {
	r, err := chain.Open(p.path)
	if err != nil {
		return err
	}
	defer r.Close()
	text, err := r.Next()
	if err != nil && !errors.Is(err, chain.ErrTorn) {
		return &BrokenError{File: p.path, Line: 1, Err: fmt.Errorf("there is no first line: %w", err)}
	}
	l, err := chain.ParseLine(bytes.Clone(text))
	if err == nil {
		p.head, p.hash, err = chain.ParseHead(l)
	}
	if err != nil {
		return &BrokenError{File: p.path, Line: 1, Err: err}
	}
	if live, closed := chain.LiveName(p.path); closed && !strings.HasPrefix(filepath.Base(p.path), p.head.NameIn(live, p.path)) {
		return &BrokenError{File: p.path, Line: 1, Err: fmt.Errorf("the file is segment %d, and has another one's name", p.head.Segment)}
	}
	return nil
}
