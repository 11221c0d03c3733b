package audit

import (
	"bytes"
	"fmt"
)

// stateBehind is where the chain has got to behind a closed segment.
func stateBehind(path string) (state, error) {
	r, err := openLines(path)
	if err != nil {
		return state{}, err
	}
	defer r.close()
	first, err := r.next()
	if err != nil {
		return state{}, fmt.Errorf("%s: %w", path, err)
	}
	first = bytes.Clone(first)
	last, err := r.last()
	if err != nil {
		return state{}, fmt.Errorf("%s: %w", path, err)
	}
	l, err := parseLine(first)
	if err != nil {
		return state{}, fmt.Errorf("%s: the first line: %w", path, err)
	}
	h, _, err := parseHead(l)
	if err != nil {
		return state{}, fmt.Errorf("%s: %w", path, err)
	}
	if l, err = parseLine(last); err != nil {
		return state{}, fmt.Errorf("%s: the last line: %w", path, err)
	}
	s, err := parseSeal(l)
	if err != nil {
		return state{}, fmt.Errorf("%s: the last line: %w", path, err)
	}
	return state{segment: h.Segment, oldest: h.Oldest, last: s.last, hash: s.hash, previous: path}, nil
}
