package mesh

import (
	"net/url"
	"slices"
	"sync/atomic"
	"time"

	"github.com/asynkron/protoactor-go/actor"
	"github.com/hashicorp/go-hclog"

	"github.com/troupe-mq/troupe/actors/internal/compression"
	"github.com/troupe-mq/troupe/actors/internal/connection"
	"github.com/troupe-mq/troupe/actors/internal/host"
	"github.com/troupe-mq/troupe/actors/internal/members"
	"github.com/troupe-mq/troupe/actors/internal/peer"
	"github.com/troupe-mq/troupe/actors/internal/transport"
	"github.com/troupe-mq/troupe/actors/report"
	"github.com/troupe-mq/troupe/supervisor"
	"github.com/troupe-mq/troupe/wire"
)

// roster is the actor that knows who is in the cluster.
type roster struct {
	*Mesh
	*kept
	table  members.Table
	minute *time.Timer // until it is said again who is missing; nil while nobody is
}

// route is a connection to another server, from its beginning. id is not known before the server has spoken, or the
// connection is made.
type route struct {
	id   uint64
	dial *dial            // nil if the other has dialed
	from *transport.Place // which it has until it is up; nil if this broker has dialed
	by   *Settings        // that its greeting may be of
	way  members.Way
	said bool // it is up, and the log says so
	// untaken is what its server has said and the roster has not taken in, in bytes.
	untaken atomic.Int64
	// strand is what it is of the table; nil until it is let in, and when it has been given up.
	strand *members.Strand

	negotiated  bool // it is known whether there is compression
	compression compression.Mode
}

func newRoster(m *Mesh) *roster {
	now := m.State()
	return &roster{Mesh: m, kept: &m.kept, table: members.Table{ID: m.Self.ID, Name: m.Self.Name, Cluster: now.Cluster, Dynamic: now.Dynamic}}
}

// Receive handles the actor's messages.
func (r *roster) Receive(ctx actor.Context) {
	self := ctx.Self()
	switch m := ctx.Message().(type) {
	case *actor.Started:
		r.begin(self)
	case *dialed:
		r.dialed(self, m)
	case *again:
		r.again(self, m)
	case *introduced:
		r.introduced(self, m)
	case *proved:
		r.proved(m)
	case *informed:
		r.informed(m)
	case *told:
		r.told(self, m)
	case *answered:
		r.answered(self, m)
	case *refill:
		r.refill(self, m.of)
	case *came:
		r.came(m)
	case *went:
		r.went(self, m)
	case *minute:
		r.minute = nil
		r.remind()
	case *change:
		r.change(self)
	case *lameDuck:
		r.lame = true
		r.tellAll(line("INFO", r.info(&r.table, members.GossipUsual, true)))
	case *actor.Stopping:
		r.tellAll(line("INFO", r.info(&r.table, members.GossipUsual, true))) // so that nobody misses this broker
		r.hangUp()
	case *actor.Restarting:
		r.rest()
	}
}

// hangUp ends all routes.
func (r *roster) hangUp() {
	r.rest()
	for id, at := range r.routes {
		if at.dial != nil {
			at.dial.route = nil // that it ends is no reason to dial again
		}
		r.close(id, report.ServerShutdown)
	}
}

func (r *roster) close(id uint64, why report.CloseReason) {
	r.Send(r.Link(id), &connection.CloseNow{Reason: why})
}

// proved goes on with a server whose password has been compared.
func (r *roster) proved(m *proved) {
	if !m.ok {
		m.answer(&peer.Judged{Err: wire.ErrAuthorization})
		return
	}
	g := &m.said
	v := r.table.Introduced(g.Name, g.Cluster, g.Dynamic)
	r.heed(&v)
	m.answer(&peer.Judged{Err: v.Err})
}

// heed does what a verdict says about others.
func (r *roster) heed(v *members.Verdict) {
	for _, id := range v.Leave {
		why := report.DuplicateRoute
		if v.Renamed {
			why = report.ClusterNameConflict
		}
		r.giveUp(id, why)
	}
	if v.Renamed {
		r.Logger.Info("the cluster has another name", "name", r.table.Cluster)
		r.show()
	}
}

// giveUp closes a connection that is none of the table's any more.
func (r *roster) giveUp(id uint64, why report.CloseReason) {
	if at := r.routes[id]; at != nil {
		at.strand = nil
	}
	r.close(id, why)
}

// informed lets a server into the mesh, or not.
func (r *roster) informed(m *informed) {
	i, d := &m.info, m.of.dial
	r.note(m.of, m.from.ID)
	if r.negotiate(m) {
		return
	}
	v := r.table.Informed(m.of.id, m.of.way, *i, m.json, m.from.Host)
	r.heed(&v)
	if d != nil {
		d.known(&v)
	}
	s := v.Strand
	if s == nil {
		m.answer(&peer.Judged{Err: v.Err, Reason: v.Reason})
		return
	}
	s.Compression, m.of.strand = m.of.compression, s
	if v.New {
		r.found(s.Of)
		s.Of.Filling.Since = r.Now()
	}
	server := serverOf(i)
	j := &peer.Judged{Server: &server, Share: r.table.Share(s), Ask: r.table.Pools(i)}
	if d != nil {
		if d.fills {
			r.filled(d)
		}
		if r.delays(d) {
			own := r.infoOn(m.of)
			own.PoolIndex, own.RouteAccount = s.Index, s.Account
			j.Say = line("INFO", own)
		}
	}
	m.answer(j)
	if !m.of.by.like(r.applied) {
		r.remake(s)
	}
	if s.Account != "" || s.Of.Alone(s) {
		r.spread(s, m.of.way, m.json, i.Gossip)
	}
	r.show()
}

// note is told which connection a route is.
func (r *roster) note(of *route, id uint64) {
	of.id = id
	r.routes[id] = of
}

// serverOf is who a server is.
func serverOf(i *members.Info) peer.Server {
	return peer.Server{
		ID: i.ServerID, Name: i.ServerName, Version: i.Version, Cluster: i.Cluster, Domain: i.Domain, JetStream: i.JetStream,
		Origins: i.LeafOrigin && i.LeafUnsub, Headers: i.Headers, MaxPayload: i.MaxPayload, Protocol: i.Proto, Hasty: i.Troupe == "",
	}
}

// spread tells others of a new member, or of its connection for an account, who may not know it. Servers of another kind
// dial neither because of the other.
func (r *roster) spread(s *members.Strand, w members.Way, said []byte, mode members.Gossip) {
	fields, err := retold(said, s)
	if err != nil {
		return // it was JSON before
	}
	r.table.Tell(s, w, mode, func(to *members.Member, g members.Gossip) {
		r.Send(r.Link(to.First().Route), &connection.Tell{Line: inMode(fields, g)})
	})
}

// tellAll tells each server something, by each connection: which of them ends first is nobody's choice.
func (r *roster) tellAll(line []byte) {
	for _, m := range r.table.Members() {
		m.Each(func(s *members.Strand) {
			r.Send(r.Link(s.Route), &connection.Tell{Line: line})
		})
	}
}

// came is told that a route is up.
func (r *roster) came(m *came) {
	s := r.table.Of(m.of.id)
	if s == nil {
		return
	}
	m.of.said = true
	i, f := &s.Of.Info, &s.Of.Filling
	if f.Up++; f.Up == 1 {
		r.Logger.Info("route is up", "server", i.ServerName, "id", i.ServerID, "version", i.Version, "url", members.HostOf(s.Of.URL))
	}
	r.whole(s.Of, false)
	r.Reached(r.table.Share(s))
}

// went is told that a route has ended.
func (r *roster) went(self *actor.PID, m *went) {
	delete(r.routes, m.of.id)
	defer r.show()
	s, last := r.table.Gone(m.of.id)
	d, why := m.of.dial, &peer.EndedError{End: m.end}
	if d != nil && d.route != m.of {
		d = nil
	}
	if d != nil {
		d.route = nil
	}
	if s != nil && m.of.said {
		s.Of.Filling.Up--
	}
	if s != nil && !last {
		if d != nil {
			d.state = content
		}
		r.lostStrand(self, s, why)
		return
	}
	if s != nil {
		r.lost(self, s.Of, m)
	}
	if d != nil && (s == nil || !d.fills) {
		r.ended(self, d, why)
	}
	if s == nil {
		return
	}
	member := s.Of
	r.fillers = slices.DeleteFunc(r.fillers, func(d *dial) bool {
		gone := d.knows == member.Info.ServerID
		if gone {
			d.stop()
		}
		return gone
	})
	for _, d := range r.dials {
		if d.knows == member.Info.ServerID && d.route == nil && d.state == content {
			r.later(self, d, 0)
		}
	}
	if to, err := members.ParseURL(member.URL); err == nil && s.Retry && !member.Configured {
		if d := r.hear(self, to, &member.Info); d != nil {
			r.seek(d, member) // the other end may not dial again
		}
	}
}

// lost says that a server of the cluster is not there any more.
func (r *roster) lost(self *actor.PID, member *members.Member, m *went) {
	err := &peer.EndedError{End: m.end}
	const line = "route is down"
	if m.end.Reason != report.DuplicateRoute && m.end.Reason != report.ServerShutdown && r.Allowed(hclog.Warn, line, r.Now()) {
		r.Logger.Warn(line, "server", member.Info.ServerName, "id", member.Info.ServerID, "error", err)
	}
	if m.of.said {
		r.miss(self, member, m.of.dial, err)
		r.Observe(supervisor.Event{Time: r.Now(), What: "route down", Path: host.Path(host.Links, Role, RosterRole), Role: RosterRole, Reason: member.Info.ServerName + ": " + err.Error()})
	}
}

// change takes over what the configuration says now.
func (r *roster) change(self *actor.PID) {
	s := r.settings.Load()
	r.torn = true
	r.renew(self, s)
	urls := s.urls()
	r.dials = slices.DeleteFunc(r.dials, func(d *dial) bool {
		gone := d.configured && !slices.ContainsFunc(urls, func(u *url.URL) bool { return members.Place(u) == members.Place(d.to) })
		if gone {
			d.stop()
			if m := r.table.Member(d.knows); m != nil {
				r.abandon(m)
			} else if d.route != nil && d.route.id != 0 {
				r.close(d.route.id, report.RouteRemoved)
			}
			d.route = nil // that it ends is no reason to dial again
		}
		return gone
	})
	for n, u := range urls {
		if i := slices.IndexFunc(r.dials, func(d *dial) bool { return d.configured && members.Place(d.to) == members.Place(u) }); i >= 0 {
			r.dials[i].to = u
			continue
		}
		d := &dial{to: u, configured: true}
		r.dials = slices.Insert(r.dials, min(n, len(r.dials)), d)
		r.dial(self, d)
	}
	r.show()
	r.torn = false
}

// abandon closes the connections to a server that this broker has dialed, and dials it no more.
func (r *roster) abandon(m *members.Member) {
	m.Configured, m.Filling.To = false, nil
	m.Each(func(s *members.Strand) {
		s.Retry = false
		if at := r.routes[s.Route]; at != nil && at.dial != nil {
			r.close(s.Route, report.RouteRemoved)
		}
	})
}

// pauses are those between attempts.
const (
	firstPause   = 100 * time.Millisecond
	usualPause   = time.Second
	longestPause = 30 * time.Second // with connect_backoff
	missedPause  = 5 * time.Second  // to a server that is missed and that nobody has configured
)
