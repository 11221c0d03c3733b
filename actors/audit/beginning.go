package audit

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/nats-io/nkeys"
)

// beginning is a segment's first group: its first line and the seal of that.
// Numbers are gone on with and segments are removed because of what it says, so
// that it counts only with the hash and the signature of its seal.
type beginning struct {
	head  head
	hash  digest // what the head says about the segment before
	began time.Time
}

// mostBeginning is how long the first group may be. Nothing in it comes from
// clients.
const mostBeginning = 16 << 10

// errNotBegun is the error of a segment whose first group has not been written to
// its end.
var errNotBegun = errors.New("its first line has no seal")

// readBeginning reads a segment's first group and checks it. Without a key it may
// be signed by anybody.
func readBeginning(r io.Reader, key nkeys.KeyPair) (*beginning, error) {
	rest, err := io.ReadAll(io.LimitReader(r, mostBeginning))
	if err != nil {
		return nil, err
	}
	text, rest, whole := bytes.Cut(rest, []byte{'\n'})
	if n := min(len(segmentBegin), len(text)); !whole && len(text) < mostBeginning && string(text[:n]) == segmentBegin[:n] {
		return nil, errNotBegun
	}
	b, group, err := readHead(text)
	if err != nil {
		return nil, err
	}
	for {
		text, rest, whole = bytes.Cut(rest, []byte{'\n'})
		l, err := parseLine(text)
		if !whole || err != nil {
			return nil, errNotBegun
		}
		if l.kind == sealKind {
			return b, b.check(group, l, key)
		}
		if !group.line(l) {
			return nil, errNotBegun
		}
	}
}

// readHead reads a first line, which begins a tape.
func readHead(text []byte) (*beginning, *tape, error) {
	b, group := new(beginning), new(tape)
	l, err := parseLine(text)
	if err != nil {
		return nil, nil, fmt.Errorf("this is no audit log, or its first line is damaged: %w", err)
	}
	if b.head, b.hash, err = parseHead(l); err != nil {
		return nil, nil, err
	}
	if b.began, err = time.Parse(timeFormat, b.head.Time); err != nil {
		return nil, nil, err
	}
	group.other(l.body)
	return b, group, nil
}

// check compares the group with its seal.
func (b *beginning) check(group *tape, l line, key nkeys.KeyPair) error {
	s, err := parseSeal(l)
	if err != nil {
		return err
	}
	group.other(s.front)
	if group.seal(b.hash) != s.hash {
		return errors.New("its first lines do not have the hash of their seal: they have been altered")
	}
	return s.by(key)
}

// beginningOf is that of a closed segment's file.
func beginningOf(path string, key nkeys.KeyPair) (*beginning, error) {
	r, err := openLines(path)
	if err != nil {
		return nil, err
	}
	defer r.close()
	b, err := readBeginning(r.r, key)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return b, nil
}
