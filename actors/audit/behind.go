package audit

import (
	"errors"
	"fmt"

	"github.com/nats-io/nkeys"
)

// stateBehind is where the chain has got to behind a closed segment. What it says
// decides how the log goes on, so that it must be sealed by this log.
func stateBehind(path string, key nkeys.KeyPair) (state, error) {
	first, err := beginningOf(path, key)
	if err != nil {
		return state{}, err
	}
	s, err := closingSeal(path)
	if err == nil {
		err = s.by(key)
	}
	if err != nil {
		return state{}, fmt.Errorf("%s: the last line: %w", path, err)
	}
	return state{segment: first.head.Segment, oldest: first.head.Oldest, last: s.last, hash: s.hash, previous: path}, nil
}

// closingSeal is the last line of a closed segment.
func closingSeal(path string) (s seal, err error) {
	r, err := openLines(path)
	if err != nil {
		return s, err
	}
	defer r.close()
	text, err := r.last()
	if err != nil {
		return s, err
	}
	l, err := parseLine(text)
	if err != nil {
		return s, err
	}
	if s, err = parseSeal(l); err == nil && !s.closed {
		err = errors.New("it is not the seal that closes the segment")
	}
	return s, err
}
