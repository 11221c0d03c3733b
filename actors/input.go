package actors

// input is the bytes that came in and were not yet parsed: buf[r:w]. The reader
// owns it while it reads, the connection from Received until it gives the turn
// back; they never hold it at the same time.
//
// A large buffer is borrowed for as long as there is something in it. A
// connection that waits with nothing, or with a few bytes of an unfinished
// command, holds nothing, or those few bytes.
type input struct {
	buf    []byte
	pooled *[]byte // what buf is to be returned as, nil if buf is our own
	r, w   int
	full   bool // the last read of a stream filled its buffer
	scant  bool // it found next to nothing
	want   int  // bytes that the unfinished command needs in all, as far as known
}

// smallInput is the least that is kept for an unfinished command.
const smallInput = 512

// pending is what has not been parsed.
func (in *input) pending() int { return in.w - in.r }

// space makes room and returns the free part of the buffer, never empty.
func (in *input) space() []byte {
	switch {
	case in.buf == nil:
		in.borrow()
	case in.r == in.w:
		in.r, in.w = 0, 0
	case in.r > 0:
		in.w = copy(in.buf, in.buf[in.r:in.w])
		in.r = 0
	}
	if in.w == len(in.buf) || (in.pooled == nil && in.want <= readSize && len(in.buf) < readSize) {
		in.grow()
	}
	return in.buf[in.w:]
}

// grow moves the unfinished command into a larger buffer: the shared size
// first, then twice the size each time, so that nobody makes the broker set
// aside a megabyte by announcing one.
func (in *input) grow() {
	old, n := *in, in.pending()
	if n < readSize && len(old.buf) < readSize {
		in.borrow()
	} else {
		in.buf, in.pooled = make([]byte, min(2*len(old.buf), max(in.want, len(old.buf)+readSize))), nil
	}
	in.r, in.w = 0, copy(in.buf, old.buf[old.r:old.w])
	old.release()
}

// borrow takes a buffer of the shared size.
func (in *input) borrow() {
	in.pooled = readPool.Get().(*[]byte)
	in.buf = *in.pooled
	in.r, in.w = 0, 0
}

// release gives up the buffer and what is in it.
func (in *input) release() {
	if in.pooled != nil {
		readPool.Put(in.pooled)
	}
	in.buf, in.pooled, in.r, in.w = nil, nil, 0, 0
}

// rest is called before a wait: it keeps no more than the unfinished command.
func (in *input) rest() {
	n := in.pending()
	if n == 0 {
		in.release()
		return
	}
	if in.pooled == nil && n > len(in.buf)/4 || n > readSize/4 {
		return // worth its buffer
	}
	small := make([]byte, max(smallInput, 2*n))
	old := *in
	in.buf, in.pooled, in.r = small, nil, 0
	in.w = copy(small, old.buf[old.r:old.w])
	old.release()
}
