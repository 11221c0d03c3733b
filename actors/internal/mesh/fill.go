package mesh

import (
	"cmp"
	"errors"
	"slices"
	"time"

	"github.com/asynkron/protoactor-go/actor"
	"github.com/hashicorp/go-hclog"

	"github.com/troupe-mq/troupe/actors/internal/members"
	"github.com/troupe-mq/troupe/actors/internal/peer"
	"github.com/troupe-mq/troupe/actors/report"
)

// This file is the other connections of a route, behind the first: those of the pool, and those of single accounts. They are
// dialed when a server has answered on the first, so that one that does not let this broker in is not dialed again and again.
// Whoever has dialed the first dials the others, and those that are lost. If both have, the broker with the lower id does, and
// a server of another kind may as well: what is too many is closed.

type (
	answered struct{ of *route }
	refill   struct{ of *members.Member }
)

// IgnoreDeadLetterLogging keeps them out of the log: the roster may have gone.
func (*answered) IgnoreDeadLetterLogging() {}
func (*refill) IgnoreDeadLetterLogging()   {}

// answered is told that a server has answered for the first time on a connection.
func (r *roster) answered(self *actor.PID, m *answered) {
	s := r.table.Of(m.of.id)
	if s == nil || m.of.dial == nil {
		return
	}
	f := &s.Of.Filling
	f.To, f.Gossip, f.Failed = m.of.dial.to, m.of.dial.gossip, 0
	r.fill(self, s.Of)
}

// fill dials what is missing of a route, and is not dialed yet.
func (r *roster) fill(self *actor.PID, m *members.Member) {
	if m.Filling.To == nil || m.Filling.Waiting || !r.table.Fills(m) {
		return
	}
	indexes, names := r.table.Lacks(m)
	missing := len(indexes)
	for _, d := range r.fillers {
		switch {
		case d.knows != m.Info.ServerID:
		case d.account == "":
			missing--
		default:
			names = slices.DeleteFunc(names, func(name string) bool { return name == d.account })
		}
	}
	for range missing {
		r.dialMore(self, m, "")
	}
	for _, name := range names {
		r.dialMore(self, m, name)
	}
}

func (r *roster) dialMore(self *actor.PID, m *members.Member, account string) {
	f := &m.Filling
	d := &dial{to: f.To, gossip: f.Gossip, knows: m.Info.ServerID, account: account, fills: true, implied: m.Configured}
	r.fillers = append(r.fillers, d)
	r.dial(self, d)
}

// filled is told that a filler has become a strand.
func (r *roster) filled(d *dial) {
	r.fillers = slices.DeleteFunc(r.fillers, func(o *dial) bool { return o == d })
}

// unfilled is told that it has not.
func (r *roster) unfilled(self *actor.PID, d *dial, why error) {
	r.filled(d)
	m := r.table.Member(d.knows)
	if m == nil {
		return
	}
	var end *peer.EndedError
	rejected := errors.As(why, &end)
	if !rejected || end.Reason != report.DuplicateRoute {
		r.thin(m, why)
	}
	r.fillLater(self, m, rejected && end.Said != "")
	r.whole(m, true)
}

// thin notes, and says once, that something of a route is missing.
func (r *roster) thin(m *members.Member, why error) {
	f := &m.Filling
	f.Why = why.Error()
	const line = "a connection of a route is missing"
	if f.Said != f.Why && r.Allowed(hclog.Warn, line, r.Now()) {
		r.Logger.Warn(line, "server", m.Info.ServerName, "url", members.HostOf(m.URL), "error", why)
	}
	f.Said = f.Why
}

// lostStrand is for a member that has lost one of several connections.
func (r *roster) lostStrand(self *actor.PID, s *members.Strand, why error) {
	m := s.Of
	f := &m.Filling
	if s.Retry && f.To == nil {
		f.To, _ = members.ParseURL(m.URL) // nil if there is none
	}
	if indexes, names := r.table.Lacks(m); len(indexes)+len(names) == 1 {
		f.Since = r.Now()
	}
	r.thin(m, why)
	if s.Solicited || s.Retry {
		r.fillLater(self, m, false)
	}
}

// fillLater fills in a while.
func (r *roster) fillLater(self *actor.PID, m *members.Member, refused bool) {
	f := &m.Filling
	if f.Waiting || f.To == nil {
		return
	}
	longest := usualPause
	if refused {
		longest = longestPause
	}
	pause := jittered(min(longest, firstPause<<min(f.Failed, 10)))
	f.Failed++
	f.Waiting = true
	h := r.Host
	time.AfterFunc(pause, func() { h.Send(self, &refill{m}) })
}

func (r *roster) refill(self *actor.PID, of *members.Member) {
	of.Filling.Waiting = false
	if r.table.Member(of.Info.ServerID) == of {
		r.fill(self, of)
	}
}

// whole lets those go on who wait for the configured routes: when one of these is complete, or cannot be at once.
func (r *roster) whole(m *members.Member, tried bool) {
	indexes, names := r.table.Lacks(m)
	strands := 0
	m.Each(func(*members.Strand) { strands++ })
	if complete := len(indexes)+len(names) == 0 && m.Filling.Up >= strands; !complete && !tried {
		return
	}
	for _, d := range r.dials {
		if d.knows == m.Info.ServerID {
			d.failed, d.said = 0, ""
			r.attempted(d)
		}
	}
}

// missingOf is what is missing of the route to a member.
func (r *roster) missingOf(m *members.Member) (all []Route) {
	if m.Info.LameDuck {
		return nil // it has said that it goes
	}
	indexes, names := r.table.Lacks(m)
	one := Route{
		URL: members.HostOf(m.URL), Configured: m.Configured, Solicited: m.Filling.To != nil, Server: serverOf(&m.Info), Gone: m.Filling.Since,
		Why: cmp.Or(m.Filling.Why, "it has not been made yet"),
	}
	for _, i := range indexes {
		one.Index = i
		all = append(all, one)
	}
	for _, name := range names {
		one.Index, one.Account = 0, name
		all = append(all, one)
	}
	return all
}
