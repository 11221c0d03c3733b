package members

import (
	"net"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/troupe-mq/troupe/actors/internal/peer"
	"github.com/troupe-mq/troupe/actors/report"
	"github.com/troupe-mq/troupe/wire"
)

// Table is who is in the cluster: the servers that there is a route to. It decides, and knows no clock and no connection:
// these are numbers.
type Table struct {
	ID, Name string // of this server
	Cluster  string
	Dynamic  bool // the name of the cluster was made up: another one may take its place

	Pool     int      // how many connections a route has for all accounts together; 0: one, and there are no others
	Accounts []string // those that have a connection of their own besides; none without a pool

	members map[string]*Member // by the id of the server
	strands map[uint64]*Strand
}

// Way is how a connection has come about.
type Way struct {
	Solicited  bool
	Configured bool
	Gossip     Gossip // how this server has heard of the other
	Account    string // for which it was dialed; empty for one of the pool
}

// Verdict is what becomes of a connection.
type Verdict struct {
	Err    *wire.Error        // what the server is told, and that it cannot stay
	Reason report.CloseReason // that it cannot stay, and is told nothing
	// Leave are connections that end: the name of the cluster is another one now, or this one is as good.
	Leave   []uint64
	Renamed bool    // the cluster has another name
	Strand  *Strand // it stays, as this
	New     bool    // and is the first one to its server
	Known   string  // the id of the server that there is a route to without it
	Self    bool    // it is this very server
}

// Introduced judges a server by the name of its cluster in its CONNECT.
func (t *Table) Introduced(id, cluster string, dynamic bool) (v Verdict) {
	if !t.agrees(cluster, dynamic, id, &v) {
		v.Err = peer.Refusal(report.ClusterNameConflict, "Rejecting connection, cluster name %q does not match %q", cluster, t.Cluster)
	}
	return v
}

// agrees reports whether the cluster has that name, or takes it on: one that somebody has chosen, or, among those that
// are made up, the greater. Then who does not know it yet has to come again.
func (t *Table) agrees(cluster string, dynamic bool, id string, v *Verdict) bool {
	if cluster == t.Cluster {
		return true
	}
	if !t.Dynamic || dynamic && cluster <= t.Cluster {
		return false
	}
	t.Cluster, t.Dynamic, v.Renamed = cluster, dynamic, true
	for _, m := range t.members {
		if m.Info.ServerID != id {
			m.Each(func(s *Strand) { v.Leave = append(v.Leave, s.Route) })
		}
	}
	return true
}

// Informed judges a server by its first INFO on a connection. host is where it is.
func (t *Table) Informed(route uint64, w Way, i Info, said []byte, host string) (v Verdict) {
	switch {
	case i.ServerID == t.ID:
		v.Self, v.Reason = true, report.DuplicateRoute
		return v
	case i.Cluster != "" && !t.agrees(i.Cluster, i.Dynamic, i.ServerID, &v):
		v.Reason = report.ClusterNameConflict
		return v
	case !w.Solicited && i.ServerName != "" && i.ServerName == t.Name:
		v.Reason = report.DuplicateServerName
		return v
	}
	s := &Strand{Route: route, Account: i.RouteAccount, Solicited: w.Solicited, Export: i.Export}
	if w.Solicited {
		s.Account = w.Account
	}
	if v.Err = t.impossible(s, &i); v.Err != nil {
		return v
	}
	m := t.members[i.ServerID]
	if m != nil && m.Info.PoolSize != i.PoolSize {
		s.Retry, w.Configured = true, w.Configured || m.Configured
		t.drop(m, &v)
		m = nil
	}
	if v.New = m == nil; v.New {
		i.clip()
		m = &Member{Info: i, URL: i.IP, Said: said, accounts: make(map[string]*Strand)}
		if m.URL == "" {
			m.URL = urlOf(host, i.Port)
		}
	}
	s.Of = m
	m.Configured = m.Configured || w.Configured
	m.grow(t.size(&i))
	if old := m.place(s, &i); old != nil && !t.replaces(s, old, &v) {
		old.Solicited, old.Retry = old.Solicited || s.Solicited, true
		s = nil
	} else if s.Account == "" && s.Index < 0 {
		s = nil // there is no place left
	}
	if s == nil {
		v.Reason, v.Known = report.DuplicateRoute, i.ServerID
		return v
	}
	t.enter(m, s)
	v.Strand = s
	return v
}

// size is how many connections for all accounts together there are to a server: as many as one of the two wants.
func (t *Table) size(i *Info) int {
	if !t.Pools(i) {
		return 1
	}
	return max(t.Pool, i.PoolSize)
}

// MostPool is how many connections for all accounts together there may be to a server, whoever of the two wants them.
const MostPool = 256

// Most is how many other servers there may be in a cluster. Each of them costs all others: they have a route to it, and tell of it.
const Most = 1024

// Pools reports whether there is more than one connection to a server: both have to know of that.
func (t *Table) Pools(i *Info) bool { return t.Pool > 0 && i.PoolSize > 0 }

// impossible is what is wrong with the place that a server wants for a connection, or that there is none left for the server.
func (t *Table) impossible(s *Strand, i *Info) *wire.Error {
	switch {
	case i.PoolSize > MostPool:
		return peer.Refusal(report.ProtocolViolation, "Invalid route pool size: %v", i.PoolSize)
	case !t.Pools(i) && s.Account != "":
		return peer.Refusal(report.ProtocolViolation, "Not possible to have a dedicated route for account %q between those servers", s.Account)
	case i.PoolIndex != 0 && (!t.Pools(i) || s.Solicited):
		return peer.Refusal(report.ProtocolViolation, "Route pool index should not be set but is set to %v", i.PoolIndex)
	case i.PoolIndex < 0 || i.PoolIndex >= t.size(i):
		return peer.Refusal(report.ProtocolViolation, "Invalid route pool index: %v - pool size is %v", i.PoolIndex, i.PoolSize)
	case s.Account != "" && !slices.Contains(t.Accounts, s.Account):
		return peer.Refusal(report.ProtocolViolation, "No route for account %q", s.Account)
	case t.members[i.ServerID] == nil && len(t.members) >= Most:
		return wire.ErrMaxConnections
	default:
		return nil
	}
}

// replaces reports whether a connection takes the place of the one that there is. Of two that two brokers like this one have
// dialed at once, both keep the one that the server with the lower id has dialed. Another server keeps the first, so that
// there may be none in the end.
func (t *Table) replaces(s, old *Strand, v *Verdict) bool {
	mine := t.ID < s.Of.Info.ServerID
	if s.Of.Info.Troupe == "" || old.Retry || s.Solicited == old.Solicited || s.Solicited != mine {
		return false
	}
	v.Leave = append(v.Leave, old.Route)
	delete(t.strands, old.Route)
	s.Index, s.Solicited, s.Retry = old.Index, true, true
	return true
}

func (t *Table) enter(m *Member, s *Strand) {
	if t.members == nil {
		t.members, t.strands = make(map[string]*Member), make(map[uint64]*Strand)
	}
	t.members[m.Info.ServerID], t.strands[s.Route] = m, s
	if s.Account != "" {
		m.accounts[s.Account] = s
	} else {
		m.pool[s.Index] = s
	}
}

// Rejoin takes in a connection that was in another table of this server, at its place and with all that is known of its server. It
// returns what the connection is now, nil if it has no place here.
func (t *Table) Rejoin(was *Strand) *Strand {
	m := t.members[was.Of.Info.ServerID]
	if m == nil {
		of := was.Of
		m = &Member{
			Info: of.Info, URL: of.URL, Configured: of.Configured, Said: of.Said, accounts: make(map[string]*Strand),
			Filling: Filling{To: of.Filling.To, Gossip: of.Filling.Gossip},
		}
	}
	m.grow(t.size(&m.Info))
	s := *was
	s.Of = m
	if s.Account == "" && (s.Index >= len(m.pool) || m.pool[s.Index] != nil) || s.Account != "" && m.accounts[s.Account] != nil {
		return nil
	}
	t.enter(m, &s)
	return &s
}

// drop has the connections to a server end: it has been given a pool of another size, and makes all of them anew. Those that
// there are may end later than the first new one begins.
func (t *Table) drop(m *Member, v *Verdict) {
	m.Each(func(s *Strand) {
		v.Leave = append(v.Leave, s.Route)
		delete(t.strands, s.Route)
	})
	delete(t.members, m.Info.ServerID)
}

// Heard reports whether a server is to be dialed that another has told of. configured are the addresses that are dialed
// anyway. Connections for accounts come with the others.
func (t *Table) Heard(i *Info, configured []*url.URL) (to *url.URL, dial bool) {
	if i.ServerID == t.ID || i.ServerID == "" || t.members[i.ServerID] != nil || i.RouteAccount != "" {
		return nil, false
	}
	to, err := ParseURL(i.IP)
	if err != nil {
		return nil, false
	}
	for _, u := range configured {
		if Place(u) == Place(to) || Place(u) == strings.ToLower(net.JoinHostPort(i.Host, strconv.Itoa(i.Port))) {
			return nil, false
		}
	}
	return to, true
}

// Tell calls yield with each server that is to hear of a new connection to another one, and in which mode: those that are
// told dial it, and mostly do not tell others. said is the mode in the INFO of the other.
func (t *Table) Tell(s *Strand, w Way, said Gossip, yield func(to *Member, g Gossip)) {
	if w.Solicited && !w.Configured && w.Gossip != GossipOverride || said == GossipDisabled {
		return
	}
	for _, to := range t.Members() {
		g := GossipUsual
		switch {
		case to == s.Of, s.Account != "" && !t.Pools(&to.Info):
			continue
		case w.Solicited && w.Configured, !w.Solicited && to.Configured:
			g = GossipOverride
		case !w.Solicited:
			g = GossipDisabled
		}
		yield(to, g)
	}
}

// Member is the server of that id, nil if there is no route to it.
func (t *Table) Member(id string) *Member { return t.members[id] }

// Of is the strand that a connection is, nil if it has been given up.
func (t *Table) Of(route uint64) *Strand { return t.strands[route] }

// Gone takes a connection out. last is whether there is no other one to its server, which is a member no more.
func (t *Table) Gone(route uint64) (s *Strand, last bool) {
	s = t.strands[route]
	if s == nil {
		return nil, false
	}
	delete(t.strands, route)
	m := s.Of
	if s.Account != "" {
		delete(m.accounts, s.Account)
	} else {
		m.pool[s.Index] = nil
	}
	if last = m.First() == nil; last {
		delete(t.members, m.Info.ServerID)
	}
	return s, last
}

// Members are all of them, in the order of their names and ids.
func (t *Table) Members() []*Member {
	all := make([]*Member, 0, len(t.members))
	for _, m := range t.members {
		all = append(all, m)
	}
	slices.SortFunc(all, func(a, b *Member) int {
		return strings.Compare(a.Info.ServerName+"\x00"+a.Info.ServerID, b.Info.ServerName+"\x00"+b.Info.ServerID)
	})
	return all
}
