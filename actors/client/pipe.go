package client

import (
	"sync"
	"sync/atomic"

	"github.com/asynkron/protoactor-go/actor"

	"github.com/troupe-mq/troupe/actors/internal/host"
	"github.com/troupe-mq/troupe/actors/internal/inbound"
	"github.com/troupe-mq/troupe/actors/internal/steps"
	"github.com/troupe-mq/troupe/actors/internal/transport"
	"github.com/troupe-mq/troupe/actors/report"
)

// pipe is what an actor has said to the broker and its connection has not yet
// parsed: commands as bytes, as they would stand in the buffer of a socket. It is
// the source of that connection, and has no goroutine: the actor's own tells the
// connection that there is something. It lies between two actors and belongs to
// neither, hence the lock.
type pipe struct {
	host *host.Host
	in   *inbound.Input // the connection's
	self *actor.PID
	shut func(report.CloseReason) // ends the other direction

	ready atomic.Bool // the connection has nothing in flight, and is not paced

	again bool // there is more in what was taken last. The connection's alone

	mu    sync.Mutex
	said  []byte
	spare []byte // empty, to say the next into
	taken int    // bytes that the connection has not done with
	told  bool   // the connection knows that there is something
	over  bool
}

// keepSaid is the largest buffer that an actor holds on to while it is silent.
const keepSaid = 8 << 10

func (p *pipe) Start(self *actor.PID, in *inbound.Input) {
	p.self, p.in = self, in
	p.ready.Store(true)
}

// Take moves everything that has been said into the input, if nothing is in flight.
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
	buf := p.said
	p.said, p.taken, p.told = nil, len(buf), false
	if len(buf) == 0 {
		return false, p.over
	}
	p.ready.Store(false)
	*p.in = inbound.Input{Buf: buf, W: len(buf)}
	return true, p.over
}

// Resume gives what was taken back.
func (p *pipe) Resume(pause transport.Pause) {
	if p.in.Buf == nil {
		return // nothing was taken
	}
	more := p.giveBack(p.in.Buf)
	*p.in = inbound.Input{}
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

// say lets write append size bytes at most, unless more than most would wait then.
// It reports whether the connection is to be told.
func (p *pipe) say(most, size int, write func(dst []byte) []byte) (tell bool, err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch waiting := p.taken + len(p.said); {
	case p.over:
		return false, ErrDetached
	case waiting > 0 && waiting+size > most:
		return false, ErrBusy
	}
	if p.said == nil {
		p.said, p.spare = p.spare, nil
	}
	p.said = write(p.said)
	tell = !p.told
	p.told = true
	return tell, nil
}

// giveBack is told that what was taken is parsed. It reports whether there is more
// to be taken.
func (p *pipe) giveBack(buf []byte) (more bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.taken = 0
	if cap(buf) <= keepSaid {
		p.spare = buf[:0]
	}
	return len(p.said) > 0 || p.over
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
	p.said, p.spare = nil, nil
	p.mu.Unlock()
	return p.finish()
}
