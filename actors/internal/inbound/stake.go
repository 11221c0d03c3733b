package inbound

import (
	"sync/atomic"
	"time"
)

// Stake is what the unfinished command of one connection keeps of the budget. It is
// its input's, but for what says otherwise.
type Stake struct {
	budget    *Budget
	in        *Input
	interrupt func() // ends a read that waits, or the next one
	state     atomic.Int32

	large bool         // it goes on in turns
	turn  bool         // it is its turn
	had   int          // bytes of the command when it last went on
	moved atomic.Int64 // when that was, in nanoseconds
	began atomic.Int64 // when the command was first kept
	done  atomic.Int64 // bytes of commands that were kept for a while, and finished

	bytes int           // as the budget has it; written under its lock only
	index int           // in its list; the lock's
	gone  *GaveWayError // how it was when it was taken
}

// Stand makes it one in a budget; interrupt ends a read that waits, or the next one.
func (s *Stake) Stand(b *Budget, interrupt func()) { s.budget, s.interrupt = b, interrupt }

// Of makes it that of an input.
func (s *Stake) Of(in *Input) { s.in, in.stake = in, s }

// What a stake does. Its input belongs to its connection while it is busy, and to
// whoever takes it while it is resting.
const (
	busy    int32 = iota
	resting       // it waits for its client
	taken         // it has been given to others
)

// What a command has to do to be taken for one that goes on.
const (
	// leastProgress is by how much it has to grow, in bytes.
	leastProgress = 4 << 10
	// trustTime is how long it may take if its client has finished as much before.
	trustTime = 3 * time.Second
)

// hold tells the budget how many bytes are kept, of which so many are those of the
// command.
func (s *Stake) hold(bytes, pending int) {
	if bytes <= leastAccounted {
		bytes = 0
	}
	if bytes == 0 && s.bytes == 0 {
		s.large, s.had = false, 0
		return
	}
	s.large = bytes > 0
	s.note(pending)
	if bytes != s.bytes {
		s.budget.change(s, bytes)
	}
}

// note looks whether the command has gone on.
func (s *Stake) note(pending int) {
	finished, first := pending < s.had || pending == 0, s.bytes == 0
	if !finished && !first && pending-s.had < leastProgress {
		return
	}
	now := s.budget.Host.Now().UnixNano()
	if finished {
		s.done.Add(int64(s.had))
	}
	if finished || first {
		s.began.Store(now)
	}
	s.had = pending
	s.moved.Store(now)
}

// rest lets others take what is kept, until wake.
func (s *Stake) rest() {
	if s.bytes > 0 {
		s.state.Store(resting)
	}
}

// wake reports whether what was kept is still there.
func (s *Stake) wake() bool {
	return s.state.Load() == busy || s.state.CompareAndSwap(resting, busy)
}

// take takes what is kept, under the budget's lock. It reports false if the command
// has just gone on.
func (s *Stake) take(now int64) bool {
	if !s.state.CompareAndSwap(resting, taken) {
		return false
	}
	s.in.drop()
	s.gone = &GaveWayError{Bytes: s.bytes, Still: time.Duration(now - s.moved.Load())}
	return true
}

// Ended is why a read has ended: err, or that it had to give way.
func (s *Stake) Ended(err error) error {
	if s.wake() {
		return err
	}
	s.budget.mu.Lock() // whoever took it may be in the middle of that
	defer s.budget.mu.Unlock()
	return s.gone
}

// Large commands go on in turns, of which there are half as many as there are
// processors: a thousand that come together leave the other half to those who want
// less. New buffers are made in turns too: memory is what they cost most, and whoever
// has it made while it is collected waits, and is woken together with all others that
// do. What waits for its turn can be taken.

// Begin is called before a read.
func (in *Input) Begin() {
	if s := in.stake; s != nil {
		s.large = in.Pending() >= leastAccounted
	}
}

// MayTake is mayGoOn where so many bytes have come already.
func (in *Input) MayTake(bytes int) bool {
	if s := in.stake; s != nil && bytes >= leastAccounted {
		s.large = true
	}
	return in.MayGoOn()
}

// MayGoOn takes a turn if one is free, or none is needed.
func (in *Input) MayGoOn() bool {
	s := in.stake
	return s == nil || !s.large || s.tryTurn()
}

// tryTurn takes a turn if one is free.
func (s *Stake) tryTurn() bool {
	if s == nil || s.turn {
		return true
	}
	s.turn = s.budget.turns.Try()
	return s.turn
}

// AwaitTurn waits for one.
func (in *Input) AwaitTurn() {
	s := in.stake
	if s.state.Load() == busy {
		in.Rest()
	}
	s.budget.turns.Take()
	s.turn = true
}

// EndTurn gives it back.
func (in *Input) EndTurn() {
	if s := in.stake; s != nil && s.turn {
		s.turn = false
		s.budget.turns.Give()
	}
}

// score is what a stake costs others: its bytes, by the time that they have not become
// more. Time counts twice, for a message that is on its way may be large. Who is trusted
// is behind all others, below zero.
func (s *Stake) score(now int64) float64 {
	still := float64(max(now-s.moved.Load(), 1))
	score := float64(s.bytes) * still * still
	if s.trusted(now) {
		return -1 / score
	}
	return score
}

// trusted reports whether the client has finished as much before, and is not slow this
// time. It is asked under the budget's lock.
func (s *Stake) trusted(now int64) bool {
	return s.done.Load() >= int64(s.bytes) && now-s.began.Load() < int64(trustTime)
}
