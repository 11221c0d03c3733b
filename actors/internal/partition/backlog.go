package partition

import (
	"github.com/asynkron/protoactor-go/actor"

	"github.com/troupe-mq/troupe/actors/internal/batch"
)

// backlog is what a partition has begun and not done. One of them has a slice, behind what
// waits in the mailbox, and then the next one: so whoever asks for little waits for one slice,
// however many have asked for much. What clients have left behind has every second turn: nobody
// waits for it.
type backlog struct {
	asked, left queue
	turnOfLeft  bool
	called      bool // the next turn is in the mailbox, or on its way there
}

// queue is messages in the order in which they go on.
type queue []any

func (q *queue) add(m any) { *q = append(*q, m) }

func (q *queue) next() any {
	m := (*q)[0]
	(*q)[0] = nil
	if *q = (*q)[1:]; len(*q) == 0 {
		*q = nil
	}
	return m
}

// add keeps a message.
func (x *backlog) add(m any) {
	if _, left := m.(*Withdraw); left {
		x.left.add(m)
		return
	}
	x.asked.add(m)
}

func (x *backlog) len() int { return len(x.asked) + len(x.left) }

// next is the message whose turn it is.
func (x *backlog) next() any {
	x.turnOfLeft = !x.turnOfLeft
	if len(x.left) > 0 && (x.turnOfLeft || len(x.asked) == 0) {
		return x.left.next()
	}
	return x.asked.next()
}

// nextTurn tells a partition that it is the backlog's turn.
type nextTurn struct{}

// IgnoreDeadLetterLogging keeps it out of the log: when the broker stops, everybody goes at once.
func (*nextTurn) IgnoreDeadLetterLogging() {}

var turn = &nextTurn{}

// later has a message handled again, from where it was, when it is its turn.
func (p *partition) later(ctx actor.Context, m any) {
	p.backlog.add(m)
	p.callTurn(ctx)
}

// callTurn calls for the next turn, if there is anything to do in it.
func (p *partition) callTurn(ctx actor.Context) {
	x := &p.backlog
	if !x.called && x.len() > 0 {
		x.called = true
		ctx.Send(ctx.Self(), turn)
	}
}

// takeTurn goes on with what has waited longest.
func (p *partition) takeTurn(ctx actor.Context) {
	x := &p.backlog
	x.called = false
	if x.len() == 0 {
		return
	}
	switch m := x.next().(type) {
	case *Withdraw:
		p.withdraw(ctx, m)
	case *batch.Batch:
		p.routeBatch(ctx, m)
	default:
		p.handle(ctx, m)
	}
	p.callTurn(ctx)
}
