package client

import (
	"sync"
	"sync/atomic"

	"github.com/asynkron/protoactor-go/actor"

	"github.com/troupe-mq/troupe/actors/internal/host"
	"github.com/troupe-mq/troupe/actors/internal/inbound"
	"github.com/troupe-mq/troupe/actors/internal/resident"
	"github.com/troupe-mq/troupe/actors/internal/steps"
	"github.com/troupe-mq/troupe/actors/internal/transport"
	"github.com/troupe-mq/troupe/actors/report"
)

// pipe is what an actor has said to the broker and its connection has not yet
// parsed: commands as bytes, as they would stand in the buffers of a socket. It is
// the source of that connection, and has no goroutine: the actor's own tells the
// connection that there is something. It lies between two actors and belongs to
// neither, hence the lock.
type pipe struct {
	host *host.Host
	room *resident.Room
	in   *inbound.Input // the connection's
	self *actor.PID
	shut func(report.CloseReason) // ends the other direction

	ready atomic.Bool // the connection has nothing in flight, and is not paced

	again bool // there is more in what was taken last. The connection's alone

	mu     sync.Mutex
	speech speech
	taken  int        // bytes that the connection has not done with
	turn   steps.Work // of whoever speaks
	told   bool       // the connection knows that there is something
	over   bool
}

func (p *pipe) Start(self *actor.PID, in *inbound.Input) {
	p.self, p.in = self, in
	p.ready.Store(true)
}

// Take moves the first piece of what has been said into the input, if nothing is in flight.
func (p *pipe) Take() (some, over bool) {
	if p.again {
		p.again = false
		return true, false
	}
	if !p.ready.Load() {
		return false, false
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.told = false
	if p.speech.bytes == 0 {
		return false, p.over
	}
	p.ready.Store(false)
	*p.in = p.speech.take()
	p.taken = p.in.W
	return true, false
}

// Resume gives what was taken back.
func (p *pipe) Resume(pause transport.Pause) {
	if p.in.Buf == nil {
		return // nothing was taken
	}
	more := p.giveBack()
	if pause.IsNone() {
		p.listen(more)
		return
	}
	p.host.Spawn("pace", func() {
		pause.Wait()
		p.listen(true)
	})
}

// listen lets the connection take what is said from now on.
func (p *pipe) listen(more bool) {
	p.ready.Store(true)
	if more {
		p.host.Send(p.self, transport.MsgReceived)
	}
}

// Yield has the connection go on with what it has taken.
func (p *pipe) Yield() {
	p.again = true
	p.host.Spawn("turn", func() {
		steps.Yield()
		p.host.Send(p.self, transport.MsgReceived)
	})
}

// Routed lends the connection a goroutine for its commit.
func (p *pipe) Routed() { p.host.Spawn("turn", func() { p.host.Send(p.self, transport.MsgRouted) }) }

func (p *pipe) Stop(why report.CloseReason) { p.shut(why) }

// spoken is what follows from a command.
type spoken struct {
	err   error
	tell  bool // the connection is to be told
	yield bool // others are to have their turn before the next one
}

// speaking is the work of a command that an actor says, beside its bytes.
const speaking = steps.Command + steps.Delivery

// say lets write append size bytes at most, unless more than most would wait then.
func (p *pipe) say(most, size int, write func(dst []byte) []byte) (s spoken) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.turn.Spend(speaking + steps.Bytes(size)); p.turn.Over() {
		p.turn, s.yield = steps.BeginSlice(), true
	}
	waiting := p.taken + p.speech.bytes
	switch {
	case p.over:
		s.err = ErrDetached
		return s
	case !p.room.Take(waiting, size, most):
		s.err = ErrBusy
		return s
	}
	p.room.Leave(size - p.speech.say(size, write))
	s.tell = !p.told
	p.told = true
	return s
}

// giveBack is told that what was taken is parsed. It reports whether there is more
// to be taken.
func (p *pipe) giveBack() (more bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.room.Leave(p.taken)
	p.taken = 0
	p.speech.giveBack(p.in)
	return p.speech.bytes > 0 || p.over
}

// finish lets nothing more be said; what has been said is still taken. It reports
// whether that is new.
func (p *pipe) finish() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	was := p.over
	p.over = true
	return !was
}

// drop is finish where nothing is taken any more.
func (p *pipe) drop() bool {
	p.mu.Lock()
	p.room.Leave(p.taken + p.speech.bytes)
	p.taken, p.speech = 0, speech{}
	p.mu.Unlock()
	return p.finish()
}
