package partition

import (
	"time"

	"github.com/asynkron/protoactor-go/actor"

	"github.com/troupe-mq/troupe/actors/internal/steps"
)

// backlog is what a partition has begun and not done. One of them has a slice, behind what
// waits in the mailbox, and then the next one: so whoever asks for little waits for one slice,
// however many have asked for much.
type backlog struct {
	messages []any
	called   bool // the next turn is in the mailbox, or on its way there
	turns    int  // since the last rest
}

// nextTurn tells a partition that it is the backlog's turn.
type nextTurn struct{}

// IgnoreDeadLetterLogging keeps it out of the log: when the broker stops, everybody goes at once.
func (*nextTurn) IgnoreDeadLetterLogging() {}

var turn = &nextTurn{}

// restAfter is how many turns make a step, behind which there is a rest.
const restAfter = steps.Step / steps.Slice

// later has a message handled again, from where it was, when it is its turn.
func (p *partition) later(ctx actor.Context, m any) {
	p.backlog.messages = append(p.backlog.messages, m)
	p.callTurn(ctx)
}

// callTurn calls for the next turn, if there is anything to do in it.
func (p *partition) callTurn(ctx actor.Context) {
	x := &p.backlog
	switch {
	case x.called:
		return
	case len(x.messages) == 0:
		x.turns = 0
		return
	}
	x.called = true
	if x.turns++; x.turns <= restAfter {
		ctx.Send(ctx.Self(), turn)
		return
	}
	x.turns = 0
	h, self := p.Host, ctx.Self()
	time.AfterFunc(steps.Rest, func() { h.Send(self, turn) })
}

// takeTurn goes on with what has waited longest.
func (p *partition) takeTurn(ctx actor.Context) {
	x := &p.backlog
	x.called = false
	if len(x.messages) == 0 {
		return
	}
	m := x.messages[0]
	x.messages[0] = nil
	x.messages = x.messages[1:]
	p.handle(ctx, m)
	p.callTurn(ctx)
}
