package inbound

// readSize is how much one read of a socket takes at most, in bytes.
const readSize = 64 << 10

// Input is the bytes that came in and were not yet parsed: buf[r:w]. The reader
// owns it while it reads, the connection from Received until it gives the turn
// back; they never hold it at the same time.
//
// A large buffer is borrowed for as long as there is something in it. A
// connection that waits with nothing, or with a few bytes of an unfinished
// command, holds nothing, or those few bytes. What it holds of an unfinished
// command counts against a budget.
type Input struct {
	Buf     []byte
	pooled  *[]byte // what buf is to be returned as, nil if it is too small for that
	R, W    int
	full    bool   // the last read filled its buffer
	scant   bool   // it found next to nothing
	atOnce  bool   // it did not wait
	besides int32  // bytes that the link holds for what is unfinished
	Want    int    // bytes that the unfinished command needs in all, as far as known
	stake   *Stake // in the budget, nil if there is none
}

// smallInput is the least that is kept for an unfinished command.
const smallInput = 512

// Pending is what has not been parsed.
func (in *Input) Pending() int { return in.W - in.R }

// Space makes room and returns the free part of the buffer, never empty.
func (in *Input) Space() []byte {
	if in.Buf == nil {
		in.widen()
	}
	in.compact()
	if in.W == len(in.Buf) || len(in.Buf) < readSize && in.Want <= readSize {
		in.grow()
	}
	return in.Buf[in.W:]
}

// compact moves the unfinished command to the front.
func (in *Input) compact() {
	if in.R > 0 {
		in.R, in.W = 0, copy(in.Buf, in.Buf[in.R:in.W])
	}
}

// grow moves the unfinished command into a larger buffer: the shared size
// first, then twice the size each time, so that nobody makes the broker set
// aside a megabyte by announcing one. The last step is to what is needed.
func (in *Input) grow() {
	if len(in.Buf) < readSize {
		in.widen()
		return
	}
	in.move(fitting(min(growth*len(in.Buf), max(in.Want, len(in.Buf)+readSize))))
	in.account()
}

// growth is by how much a large buffer grows at a time.
const growth = 2

// widen moves the unfinished command into a buffer of the shared size. Where there is
// none left, and it is others' turn to have new ones made, a small one has to do.
func (in *Input) widen() {
	full := in.W == len(in.Buf)
	switch b := buffers.shared(in.stake.tryTurn); {
	case b != nil:
		in.moveTo(*b, b)
	case full && len(in.Buf) < narrow:
		b = buffers.narrow()
		in.moveTo(*b, b)
	case full:
		in.move(readSize)
	}
}

// move puts the unfinished command into a buffer of that size.
func (in *Input) move(size int) {
	if size < leastPooled {
		in.moveTo(make([]byte, size), nil)
		return
	}
	b := buffers.get(size)
	in.moveTo(*b, b)
}

// moveTo puts it into that buffer, which is to be returned as pooled.
func (in *Input) moveTo(b []byte, pooled *[]byte) {
	old := *in
	in.Buf, in.pooled = b, pooled
	in.R, in.W = 0, copy(in.Buf, old.Buf[old.R:old.W])
	if old.pooled != nil && len(old.Buf) < len(b) {
		buffers.outgrown(old.pooled)
	} else {
		old.giveBack()
	}
}

// drop gives up the buffer and what is in it.
func (in *Input) drop() {
	in.giveBack()
	in.Buf, in.pooled, in.R, in.W = nil, nil, 0, 0
}

// giveBack returns the buffer to where others take theirs from.
func (in *Input) giveBack() {
	if in.pooled != nil {
		buffers.put(in.pooled)
	}
}

// Release is drop where nothing will follow.
func (in *Input) Release() {
	in.drop()
	in.besides = 0
	in.account()
}

// Rest is called before a wait: it keeps no more than the unfinished command, and lets
// others take that if they have to.
func (in *Input) Rest() {
	if n := in.Pending(); n == 0 {
		in.drop()
	} else if fit := in.fit(n); fit < len(in.Buf) {
		in.move(fit)
	}
	in.account()
	if in.stake != nil {
		in.stake.rest()
	}
}

// Wake is called behind a wait. It reports false if what was kept is gone.
func (in *Input) Wake() bool { return in.stake == nil || in.stake.wake() }

// fit is the size of a buffer that n bytes are worth.
func (in *Input) fit(n int) int {
	switch size := len(in.Buf); {
	case size > readSize && n > size/4, size == readSize && n > readSize/4, size < readSize && n > size/4:
		return size
	case n > readSize/4:
		return fitting(max(readSize, 2*n))
	default:
		return max(smallInput, n)
	}
}

// Add puts p behind what is there.
func (in *Input) Add(p []byte) {
	for len(p) > 0 {
		n := copy(in.Space(), p)
		in.W, p = in.W+n, p[n:]
	}
}

// account tells the budget what is kept for an unfinished command. What the broker
// itself is busy with is its own affair.
func (in *Input) account() {
	if in.stake == nil {
		return
	}
	held := int(in.besides)
	if in.Pending() > 0 {
		held += len(in.Buf)
	}
	in.stake.hold(held, in.Pending())
}
