package chain

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/nats-io/nkeys"
)

// Beginning is a segment's first group: its first line and the seal of that.
// Numbers are gone on with and segments are removed because of what it says, so
// that it counts only with the hash and the signature of its seal.
type Beginning struct {
	Head  Head
	hash  Digest // what the head says about the segment before
	Began time.Time
}

// mostBeginning is how long the first group may be. Nothing in it comes from
// clients.
const mostBeginning = 16 << 10

// ErrNotBegun is the error of a segment whose first group has not been written to
// its end.
var ErrNotBegun = errors.New("its first line has no seal")

// ReadBeginning reads a segment's first group and checks it. Without a key it may
// be signed by anybody.
func ReadBeginning(r io.Reader, key nkeys.KeyPair) (*Beginning, error) {
	rest, err := io.ReadAll(io.LimitReader(r, mostBeginning))
	if err != nil {
		return nil, err
	}
	text, rest, whole := bytes.Cut(rest, []byte{'\n'})
	if n := min(len(SegmentBegin), len(text)); !whole && len(text) < mostBeginning && string(text[:n]) == SegmentBegin[:n] {
		return nil, ErrNotBegun
	}
	b, group, err := readHead(text)
	if err != nil {
		return nil, err
	}
	for {
		text, rest, whole = bytes.Cut(rest, []byte{'\n'})
		l, err := ParseLine(text)
		if !whole || err != nil {
			return nil, ErrNotBegun
		}
		if l.Kind == SealKind {
			return b, b.check(group, l, key)
		}
		if !group.Line(l) {
			return nil, ErrNotBegun
		}
	}
}

// readHead reads a first line, which begins a tape.
func readHead(text []byte) (*Beginning, *Tape, error) {
	b, group := new(Beginning), new(Tape)
	l, err := ParseLine(text)
	if err != nil {
		return nil, nil, fmt.Errorf("this is no audit log, or its first line is damaged: %w", err)
	}
	if b.Head, b.hash, err = ParseHead(l); err != nil {
		return nil, nil, err
	}
	if b.Began, err = time.Parse(TimeFormat, b.Head.Time); err != nil {
		return nil, nil, err
	}
	group.Other(l.Body)
	return b, group, nil
}

// check compares the group with its seal.
func (b *Beginning) check(group *Tape, l Line, key nkeys.KeyPair) error {
	s, err := ParseSeal(l)
	if err != nil {
		return err
	}
	group.Other(s.Front)
	if group.Seal(b.hash) != s.Hash {
		return errors.New("its first lines do not have the hash of their seal: they have been altered")
	}
	return s.By(key)
}

// BeginningOf is that of a closed segment's file.
func BeginningOf(path string, key nkeys.KeyPair) (*Beginning, error) {
	r, err := Open(path)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	b, err := ReadBeginning(r.r, key)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return b, nil
}
