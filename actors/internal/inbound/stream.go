package inbound

import (
	"errors"
)

// This file is the input of a stream, which waits inside its own Read.

// Unfinished reports whether something is kept of an unfinished command.
func (in *Input) Unfinished() bool { return in.Pending() > 0 || in.besides > 0 }

// Filled reports whether the last read filled the buffer, or did not wait: there may be more to read then.
func (in *Input) Filled() bool { return in.full || in.atOnce }

// FoundAtOnce notes whether a read has waited for what it brought: what layers above a socket take out of it fills no buffer.
func (in *Input) FoundAtOnce(atOnce bool) { in.atOnce = atOnce }

// Found notes what a read brought, and how much it had room for.
func (in *Input) Found(n, room int) { in.full, in.scant = n == room, n < room/4 }

// idleStream is the largest buffer that a stream waits with if the last read has not
// filled it: a record of TLS fits.
const idleStream = 16 << 10

// Own is space without borrowing, for a stream waits inside Read, buffer in hand. Nothing
// is unfinished. The buffer doubles while reads fill it, and becomes small again when one
// finds next to nothing.
func (in *Input) Own() []byte {
	size := max(len(in.Buf), smallInput)
	switch {
	case in.full:
		size = min(2*size, readSize)
	case in.scant:
		size = min(max(size/2, smallInput), idleStream)
	default:
		size = min(size, idleStream)
	}
	in.R, in.W = 0, 0
	if size != len(in.Buf) {
		in.move(size)
	}
	in.account()
	return in.Buf
}

// Beside is a buffer to read into beside what is kept, which can be taken meanwhile.
func (in *Input) Beside() *[]byte {
	size := idleStream
	if in.full {
		size = readSize
	}
	in.besides += int32(size)
	return buffers.get(size)
}

// PutBeside gives it back.
func PutBeside(b *[]byte) { buffers.put(b) }

// KeepBeside says how many bytes a link holds for what is unfinished, besides the input.
func (in *Input) KeepBeside(bytes int) { in.besides = int32(bytes) }

// ErrTaken ends a read whose unfinished command had to go.
var ErrTaken = errors.New("troupe: what was read before is gone")
