package client

import (
	"slices"

	"github.com/troupe-mq/troupe/actors/internal/inbound"
)

// speech is commands as bytes, in pieces of about the size of a read. So a flood of them is neither copied
// into ever larger buffers, nor handed to the connection as a whole. A command is in one piece.
type speech struct {
	pieces []piece
	bytes  int    // in them
	spare  []byte // empty, to begin with
}

// piece is a part of a speech.
type piece struct {
	text []byte
	lent *[]byte // what its memory is to be given back as, nil if it is the speech's own
}

const (
	firstPiece = 512     // bytes: an actor that says little has no more
	mostSpare  = 8 << 10 // the largest buffer that an actor holds on to while it is silent
)

// say lets write append size bytes at most, and returns how many these were.
func (s *speech) say(size int, write func(dst []byte) []byte) int {
	last := len(s.pieces) - 1
	if last < 0 || cap(s.pieces[last].text)-len(s.pieces[last].text) < size {
		s.pieces = append(s.pieces, s.next(size))
		last++
	}
	p := &s.pieces[last]
	before := len(p.text)
	p.text = write(p.text)
	s.bytes += len(p.text) - before
	return len(p.text) - before
}

// next is an empty piece with room for size bytes.
func (s *speech) next(size int) piece {
	if len(s.pieces) > 0 || size > mostSpare {
		b := inbound.Lend(size)
		return piece{text: (*b)[:0], lent: b}
	}
	b := s.spare
	if s.spare = nil; cap(b) < size {
		b = make([]byte, 0, max(size, firstPiece))
	}
	return piece{text: b}
}

// take takes the first piece out, as input. There must be one.
func (s *speech) take() inbound.Input {
	p := s.pieces[0]
	s.pieces = slices.Delete(s.pieces, 0, 1)
	s.bytes -= len(p.text)
	return inbound.Lent(p.text, p.lent)
}

// giveBack takes the memory of a piece back that has been read.
func (s *speech) giveBack(in *inbound.Input) {
	if own := in.Buf; cap(own) <= mostSpare && cap(own) > cap(s.spare) {
		s.spare = own[:0]
	}
	in.Release()
	*in = inbound.Input{}
}
