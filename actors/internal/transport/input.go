package transport

import (
	"sync"
)

// readSize is how much one read of a socket takes at most, in bytes.
const readSize = 64 << 10

var readPool = sync.Pool{New: func() any { b := make([]byte, readSize); return &b }}

// Input is the bytes that came in and were not yet parsed: buf[r:w]. The reader
// owns it while it reads, the connection from Received until it gives the turn
// back; they never hold it at the same time.
//
// A large buffer is borrowed for as long as there is something in it. A
// connection that waits with nothing, or with a few bytes of an unfinished
// command, holds nothing, or those few bytes.
type Input struct {
	Buf    []byte
	pooled *[]byte // what buf is to be returned as, nil if buf is our own
	R, W   int
	full   bool // the last read of a stream filled its buffer
	scant  bool // it found next to nothing
	Want   int  // bytes that the unfinished command needs in all, as far as known
}

// smallInput is the least that is kept for an unfinished command.
const smallInput = 512

// Pending is what has not been parsed.
func (in *Input) Pending() int { return in.W - in.R }

// space makes room and returns the free part of the buffer, never empty.
func (in *Input) space() []byte {
	switch {
	case in.Buf == nil:
		in.borrow()
	case in.R == in.W:
		in.R, in.W = 0, 0
	case in.R > 0:
		in.W = copy(in.Buf, in.Buf[in.R:in.W])
		in.R = 0
	}
	if in.W == len(in.Buf) || (in.pooled == nil && in.Want <= readSize && len(in.Buf) < readSize) {
		in.grow()
	}
	return in.Buf[in.W:]
}

// grow moves the unfinished command into a larger buffer: the shared size
// first, then twice the size each time, so that nobody makes the broker set
// aside a megabyte by announcing one.
func (in *Input) grow() {
	old, n := *in, in.Pending()
	if n < readSize && len(old.Buf) < readSize {
		in.borrow()
	} else {
		in.Buf, in.pooled = make([]byte, min(2*len(old.Buf), max(in.Want, len(old.Buf)+readSize))), nil
	}
	in.R, in.W = 0, copy(in.Buf, old.Buf[old.R:old.W])
	old.release()
}

// borrow takes a buffer of the shared size.
func (in *Input) borrow() {
	in.pooled = readPool.Get().(*[]byte)
	in.Buf = *in.pooled
	in.R, in.W = 0, 0
}

// release gives up the buffer and what is in it.
func (in *Input) release() {
	if in.pooled != nil {
		readPool.Put(in.pooled)
	}
	in.Buf, in.pooled, in.R, in.W = nil, nil, 0, 0
}

// rest is called before a wait: it keeps no more than the unfinished command.
func (in *Input) rest() {
	n := in.Pending()
	if n == 0 {
		in.release()
		return
	}
	if in.pooled == nil && n > len(in.Buf)/4 || n > readSize/4 {
		return // worth its buffer
	}
	small := make([]byte, max(smallInput, 2*n))
	old := *in
	in.Buf, in.pooled, in.R = small, nil, 0
	in.W = copy(small, old.Buf[old.R:old.W])
	old.release()
}
