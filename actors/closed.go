package actors

import (
	"slices"
	"strings"

	"github.com/asynkron/protoactor-go/actor"
)

// What is remembered of one of them. A client chooses these texts, and it may
// come back ten thousand times.
const (
	closedSubs = 16  // subscriptions
	closedText = 128 // bytes of each text
)

// departed tells the obituaries of a connection that has ended.
type departed struct{ last *ConnectionReport }

// departures asks the obituaries for what they keep, oldest first.
type departures struct{ answer chan<- []*ConnectionReport }

// IgnoreDeadLetterLogging: when the broker stops, everybody goes at once.
func (*departed) IgnoreDeadLetterLogging()   {}
func (*departures) IgnoreDeadLetterLogging() {}

// obituaries is the actor that remembers the connections that have ended. A
// crash of it forgets them, and nothing else.
type obituaries struct {
	most func() int // how many it may remember
	ring []*ConnectionReport
	next int // where the next one goes, once the ring is full
}

// Receive handles the obituaries' messages.
func (o *obituaries) Receive(ctx actor.Context) {
	switch m := ctx.Message().(type) {
	case *departed:
		o.add(compact(m.last, o.latest()))
	case *departures:
		m.answer <- o.all()
	}
}

// latest is the one that was added last, nil if there is none.
func (o *obituaries) latest() *ConnectionReport {
	if len(o.ring) == 0 {
		return nil
	}
	return o.ring[(o.next+len(o.ring)-1)%len(o.ring)]
}

// compact is a copy of a report for long. Clients of one program follow each other,
// and say the same: such texts are kept once for all of them.
func compact(r, before *ConnectionReport) *ConnectionReport {
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

func (o *obituaries) add(r *ConnectionReport) {
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

func (o *obituaries) all() []*ConnectionReport {
	out := make([]*ConnectionReport, 0, len(o.ring))
	return append(append(out, o.ring[o.next:]...), o.ring[:o.next]...)
}

// keepReport notes what the connection will not know any more when it has ended.
func (c *connection) keepReport() {
	if c.past != nil {
		return
	}
	c.past = c.describe()
	c.past.Subscriptions = make([]SubscriptionReport, 0, min(c.subs.len(), closedSubs))
	for s := range c.subs.all {
		if len(c.past.Subscriptions) == cap(c.past.Subscriptions) {
			break
		}
		r := s.report()
		r.SID, r.Subject, r.Queue = brief(r.SID), brief(r.Subject), brief(r.Queue)
		c.past.Subscriptions = append(c.past.Subscriptions, r)
	}
}

// bequeath tells the obituaries of this connection, and the taps that it is gone.
func (c *connection) bequeath() {
	if c.internal {
		return
	}
	r := c.describe()
	r.SubscriptionCount, r.Subscriptions = c.past.SubscriptionCount, c.past.Subscriptions
	r.PendingBytes = c.past.PendingBytes
	r.Stop, r.Reason, r.pid = r.Start.Add(r.Uptime), c.reason, nil
	r.Name, r.Lang, r.Version = brief(r.Name), brief(r.Lang), brief(r.Version)
	c.system.Root.Send(c.obituaries, &departed{r})
	c.note(Record{Kind: KindDisconnected, Reason: string(c.reason), Last: r})
}

// brief is the beginning of a text, in memory of its own: a part would keep the
// whole alive.
func brief(s string) string {
	if len(s) <= closedText {
		return s
	}
	return strings.ToValidUTF8(strings.Clone(s[:closedText]), "") + "…"
}
