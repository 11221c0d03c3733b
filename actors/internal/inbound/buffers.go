package inbound

import (
	"math/bits"
	"runtime"
	"sync"
	"time"

	"github.com/troupe-mq/troupe/internal/memory"
)

// bufferStore keeps large buffers that are not in use, by their size: four sizes from
// each power of two to the next, so that little of a buffer is wasted. It keeps no
// more than a bound; the rest is left to the garbage collector, which is called before
// there is much of it: by itself it would wait until that is as much as all that is in
// use.
type bufferStore struct {
	mu    sync.Mutex
	free  [sizeClasses][]*[]byte
	slim  []*[]byte // of narrow bytes
	kept  int       // bytes in free
	waste int       // bytes of buffers that were not kept, since the last collection

	uses    int  // how often a buffer was taken or came back
	watched bool // whether that goes on
}

var buffers bufferStore

// The sizes of buffers, in bytes.
const (
	leastPooled   = 16 << 10
	largestPooled = 8 << 20
	sizeClasses   = 4*9 + 1 // from the one to the other there are nine powers of two
)

// How much is kept of what is not in use, and how much may be waste, in bytes.
const (
	mostKept  = 32 << 20
	mostWaste = 8 << 20
)

// When nobody has used any of them for quietTime, all are given back, if they are more than leastWatched bytes: a burst
// must not leave them behind, and within one they are not to be made again and again.
const (
	quietTime    = time.Second
	leastWatched = 4 << 20
)

// fitting is the size of a buffer for n bytes.
func fitting(n int) int {
	if n <= leastPooled {
		return n
	}
	step := 1 << (bits.Len(uint(n-1)) - 3)
	return (n + step - 1) &^ (step - 1)
}

// class is where buffers of a fitting size are kept, -1 if nowhere.
func class(size int) int {
	if size < leastPooled || size > largestPooled {
		return -1
	}
	low := bits.Len(uint(size)) - 1 // of the power of two that it is not below
	return 4*(low-bits.Len(leastPooled-1)) + (size-1<<low)>>(low-2)
}

// shared are the buffers that most reads need. There may be many, and they go when
// they are not needed.
var shared sync.Pool

// get takes a buffer of a fitting size.
func (s *bufferStore) get(size int) *[]byte {
	if size == readSize {
		return s.shared(func() bool { return true })
	}
	if b := s.take(class(size)); b != nil {
		return b
	}
	b := make([]byte, size)
	return &b
}

// shared takes a buffer of the size that most need, nil if there is none and none may
// be made.
func (s *bufferStore) shared(mayMake func() bool) *[]byte {
	if b, ok := shared.Get().(*[]byte); ok {
		return b
	}
	if b := s.take(class(readSize)); b != nil {
		return b
	}
	if !mayMake() {
		return nil
	}
	b := make([]byte, readSize)
	return &b
}

// narrow is the size of a buffer that anybody may have at any time, in bytes, and
// mostNarrow how many of these are kept.
const (
	narrow     = leastAccounted
	mostNarrow = 1 << 10
)

// narrow takes a buffer of that size.
func (s *bufferStore) narrow() *[]byte {
	s.mu.Lock()
	if last := len(s.slim) - 1; last >= 0 {
		b := s.slim[last]
		s.slim[last], s.slim = nil, s.slim[:last]
		s.mu.Unlock()
		return b
	}
	s.mu.Unlock()
	b := make([]byte, narrow)
	return &b
}

func (s *bufferStore) take(class int) (b *[]byte) {
	if class < 0 {
		return nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.uses++
	if last := len(s.free[class]) - 1; last >= 0 {
		b = s.free[class][last]
		s.free[class][last] = nil
		s.free[class] = s.free[class][:last]
		s.kept -= len(*b)
	}
	return b
}

func (s *bufferStore) put(b *[]byte) {
	if len(*b) == readSize {
		shared.Put(b)
		return
	}
	s.outgrown(b)
}

// outgrown is put for a buffer that has become too small: it is not needed again at
// once, and many may come together.
func (s *bufferStore) outgrown(b *[]byte) {
	if s.keep(b, class(len(*b))) {
		go runtime.GC()
	}
}

// keep takes a buffer, or lets it go. It reports whether too much is waste.
func (s *bufferStore) keep(b *[]byte, class int) (collect bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	size := len(*b)
	if size == narrow {
		if len(s.slim) < mostNarrow {
			s.slim = append(s.slim, b)
		}
		return false
	}
	s.uses++
	if class >= 0 && s.kept+size <= mostKept {
		s.free[class] = append(s.free[class], b)
		s.kept += size
		s.watch()
		return false
	}
	s.waste += size
	if s.waste <= mostWaste {
		return false
	}
	s.waste = 0
	return true
}

// watch has the buffers given back when they are not used any more.
func (s *bufferStore) watch() {
	if s.watched || s.kept < leastWatched {
		return
	}
	s.watched = true
	uses := s.uses
	time.AfterFunc(quietTime, func() {
		if s.forgets(uses) {
			memory.GiveBack()
		}
	})
}

// forgets reports whether nothing was used since so many uses. Then nothing is kept any more, else it watches on.
func (s *bufferStore) forgets(uses int) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.watched = false
	if s.uses != uses {
		s.watch()
		return false
	}
	clear(s.free[:])
	s.kept = 0
	return true
}
