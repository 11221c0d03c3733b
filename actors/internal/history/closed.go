package history

import (
	"slices"

	"github.com/asynkron/protoactor-go/actor"

	"github.com/troupe-mq/troupe/actors/report"
)

// ConnectionClosed tells closedConns of a connection that has ended.
type ConnectionClosed struct{ Last *report.Connection }

// ListClosed asks closedConns for what they keep, oldest first.
type ListClosed struct{ Answer chan<- []*report.Connection }

// IgnoreDeadLetterLogging keeps it out of the log: when the broker stops, everybody goes at once.
func (*ConnectionClosed) IgnoreDeadLetterLogging() {}

// IgnoreDeadLetterLogging is as above.
func (*ListClosed) IgnoreDeadLetterLogging() {}

// closedConns is the actor that remembers the connections that have ended. A
// crash of it forgets them, and nothing else.
type closedConns struct {
	most func() int // how many it may remember
	ring []*report.Connection
	next int // where the next one goes, once the ring is full
}

// Receive handles its messages.
func (o *closedConns) Receive(ctx actor.Context) {
	switch m := ctx.Message().(type) {
	case *ConnectionClosed:
		o.add(compact(m.Last, o.latest()))
	case *ListClosed:
		m.Answer <- o.all()
	}
}

// NewClosed makes one that remembers as many as most says at the time.
func NewClosed(most func() int) actor.Actor { return &closedConns{most: most} }

// latest is the one that was added last, nil if there is none.
func (o *closedConns) latest() *report.Connection {
	if len(o.ring) == 0 {
		return nil
	}
	return o.ring[(o.next+len(o.ring)-1)%len(o.ring)]
}

// compact is a copy of a report for long. Clients of one program follow each other,
// and say the same: such texts are kept once for all of them.
func compact(r, before *report.Connection) *report.Connection {
	kept := *r
	if before == nil {
		return &kept
	}
	unify(&kept.Host, before.Host)
	unify(&kept.Name, before.Name)
	unify(&kept.Lang, before.Lang)
	unify(&kept.Version, before.Version)
	unify(&kept.User, before.User)
	unify(&kept.TLSVersion, before.TLSVersion)
	return &kept
}

// unify puts another text in the place of one that is equal.
func unify(text *string, other string) {
	if *text == other {
		*text = other
	}
}

func (o *closedConns) add(r *report.Connection) {
	most := o.most()
	if len(o.ring) > most || len(o.ring) < most && o.next > 0 { // it was another number before
		all := o.all()
		o.ring, o.next = slices.Clone(all[max(len(all)-most, 0):]), 0
	}
	if len(o.ring) < most {
		o.ring = append(o.ring, r)
		return
	}
	o.ring[o.next] = r
	o.next = (o.next + 1) % most
}

func (o *closedConns) all() []*report.Connection {
	out := make([]*report.Connection, 0, len(o.ring))
	return append(append(out, o.ring[o.next:]...), o.ring[:o.next]...)
}
