package actors

import "sync"

// speech is what an actor has said to the broker and its connection has not yet
// parsed: commands as bytes, as they would stand in the buffer of a socket. It is
// the transport between two actors and belongs to neither, hence the lock.
type speech struct {
	mu    sync.Mutex
	said  []byte
	spare []byte // empty, to say the next into
	taken int    // bytes that the connection has not done with
	told  bool   // the connection knows that there is something
	over  bool
}

// keepSpeech is the largest buffer that an actor holds on to while it is silent.
const keepSpeech = 8 << 10

// say lets write append size bytes at most, unless more than most would wait then.
// It reports whether the connection is to be told.
func (s *speech) say(most, size int, write func(dst []byte) []byte) (tell bool, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch waiting := s.taken + len(s.said); {
	case s.over:
		return false, ErrDetached
	case waiting > 0 && waiting+size > most:
		return false, ErrBusy
	}
	if s.said == nil {
		s.said, s.spare = s.spare, nil
	}
	s.said = write(s.said)
	tell = !s.told
	s.told = true
	return tell, nil
}

// take is everything that has been said, to be given back when it is parsed. over
// reports that nothing will follow it.
func (s *speech) take() (buf []byte, over bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	buf = s.said
	s.said, s.taken, s.told = nil, len(buf), false
	return buf, s.over
}

// giveBack is told that what was taken is parsed. It reports whether there is more
// to be taken.
func (s *speech) giveBack(buf []byte) (more bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.taken = 0
	if cap(buf) <= keepSpeech {
		s.spare = buf[:0]
	}
	return len(s.said) > 0 || s.over
}

// finish lets nothing more be said; what has been said is still taken. It reports
// whether that is new.
func (s *speech) finish() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	was := s.over
	s.over = true
	return !was
}

// drop is finish where nothing is taken any more.
func (s *speech) drop() bool {
	s.mu.Lock()
	s.said, s.spare = nil, nil
	s.mu.Unlock()
	return s.finish()
}
