package mesh

import (
	"cmp"
	"errors"
	"net/url"
	"slices"
	"time"

	"github.com/asynkron/protoactor-go/actor"
	"github.com/hashicorp/go-hclog"

	"github.com/troupe-mq/troupe/actors/internal/peer"
	"github.com/troupe-mq/troupe/actors/report"
)

// This file is the other connections of a route, behind the first: those of the pool, and those of single accounts. They are
// dialed when a server has answered on the first, so that one that does not let this broker in is not dialed again and again.
// Whoever has dialed the first dials the others, and those that are lost. If both have, the broker with the lower id does, and
// a server of another kind may as well: what is too many is closed.

// filling is how far the route to a member has come.
type filling struct {
	to      *url.URL // where it is dialed; nil if that is left to the other
	gossip  Gossip
	failed  int  // attempts in vain since the last that was not
	waiting bool // for the next attempt
	since   time.Time
	why     string // something is missing
	said    string // that, when it was last said
	up      int    // strands that are up
}

type (
	answered struct{ of *route }
	refill   struct{ of *Member }
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
	f := &s.Of.filling
	f.to, f.gossip, f.failed = m.of.dial.to, m.of.dial.gossip, 0
	r.fill(self, s.Of)
}

// fill dials what is missing of a route, and is not dialed yet.
func (r *roster) fill(self *actor.PID, m *Member) {
	if m.filling.to == nil || m.filling.waiting || !r.table.fills(m) {
		return
	}
	indexes, names := r.table.lacksOf(m)
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

// fills reports whether it is for this server to fill the route to another, if it has dialed it.
func (t *Table) fills(m *Member) bool {
	accepted := false
	m.each(func(s *Strand) { accepted = accepted || !s.Solicited })
	return t.pools(&m.Info) && (m.Info.Troupe == "" || !accepted || t.ID < m.Info.ServerID)
}

func (r *roster) dialMore(self *actor.PID, m *Member, account string) {
	f := &m.filling
	d := &dial{to: f.to, gossip: f.gossip, knows: m.Info.ServerID, account: account, fills: true, implied: m.Configured}
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
	m := r.table.members[d.knows]
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
func (r *roster) thin(m *Member, why error) {
	f := &m.filling
	f.why = why.Error()
	const line = "a connection of a route is missing"
	if f.said != f.why && r.Allowed(hclog.Warn, line, r.Now()) {
		r.Logger.Warn(line, "server", m.Info.ServerName, "url", hostOf(m.URL), "error", why)
	}
	f.said = f.why
}

// lostStrand is for a member that has lost one of several connections.
func (r *roster) lostStrand(self *actor.PID, s *Strand, why error) {
	m := s.Of
	f := &m.filling
	if s.Retry && f.to == nil {
		f.to, _ = ParseURL(m.URL) // nil if there is none
	}
	if indexes, names := r.table.lacksOf(m); len(indexes)+len(names) == 1 {
		f.since = r.Now()
	}
	r.thin(m, why)
	if s.Solicited || s.Retry {
		r.fillLater(self, m, false)
	}
}

// fillLater fills in a while.
func (r *roster) fillLater(self *actor.PID, m *Member, refused bool) {
	f := &m.filling
	if f.waiting || f.to == nil {
		return
	}
	longest := usualPause
	if refused {
		longest = longestPause
	}
	pause := jittered(min(longest, firstPause<<min(f.failed, 10)))
	f.failed++
	f.waiting = true
	h := r.Host
	time.AfterFunc(pause, func() { h.Send(self, &refill{m}) })
}

func (r *roster) refill(self *actor.PID, of *Member) {
	of.filling.waiting = false
	if r.table.members[of.Info.ServerID] == of {
		r.fill(self, of)
	}
}

// whole lets those go on who wait for the configured routes: when one of these is complete, or cannot be at once.
func (r *roster) whole(m *Member, tried bool) {
	indexes, names := r.table.lacksOf(m)
	strands := 0
	m.each(func(*Strand) { strands++ })
	if complete := len(indexes)+len(names) == 0 && m.filling.up >= strands; !complete && !tried {
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
func (r *roster) missingOf(m *Member) (all []Route) {
	if m.Info.LameDuck {
		return nil // it has said that it goes
	}
	indexes, names := r.table.lacksOf(m)
	one := Route{
		URL: hostOf(m.URL), Configured: m.Configured, Solicited: m.filling.to != nil, Server: serverOf(&m.Info), Gone: m.filling.since,
		Why: cmp.Or(m.filling.why, "it has not been made yet"),
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
