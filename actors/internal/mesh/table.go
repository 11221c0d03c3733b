package mesh

import (
	"fmt"
	"net"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/troupe-mq/troupe/actors/report"
	"github.com/troupe-mq/troupe/wire"
)

// Table is who is in the cluster: the servers that there is a route to. It decides, and knows no clock and no connection:
// a route is a number.
type Table struct {
	ID, Name string // of this server
	Cluster  string
	Dynamic  bool // the name of the cluster was made up: another one may take its place

	members map[string]*Member // by the id of the server
	byRoute map[uint64]*Member
}

// Member is a server that there is a route to.
type Member struct {
	Info       Info
	Route      uint64
	URL        string // of its routes
	Solicited  bool   // this server has dialed it, or would have
	Configured bool   // it is one of those that the configuration names
	// Retry: another route to it was closed, and maybe this one at its other end, so that both are gone. It is dialed again.
	Retry bool
	said  []byte // its INFO
}

// Way is how a route has come about.
type Way struct {
	Solicited  bool
	Configured bool
	Gossip     Gossip // how this server has heard of the other
}

// Verdict is what becomes of a route.
type Verdict struct {
	Err    *wire.Error        // what the server is told, and that it cannot stay
	Reason report.CloseReason // that it cannot stay, and is told nothing
	// Leave are routes that end: the name of the cluster is another one now, or this one is as good.
	Leave   []uint64
	Renamed bool    // the cluster has another name
	Member  *Member // there is a new one
	Known   string  // the id of the server that there is another route to
	Self    bool    // it is this very server
}

// refusal is an error that ends a route.
func refusal(why report.CloseReason, format string, args ...any) *wire.Error {
	text := fmt.Sprintf(format, args...)
	return &wire.Error{Text: text, Lines: "-ERR '" + text + "'\r\n", Closes: true, Reason: string(why)}
}

// Introduced judges a server by the name of its cluster in its CONNECT.
func (t *Table) Introduced(id, cluster string, dynamic bool) (v Verdict) {
	if !t.agrees(cluster, dynamic, id, &v) {
		v.Err = refusal(report.ClusterNameConflict, "Rejecting connection, cluster name %q does not match %q", cluster, t.Cluster)
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
			v.Leave = append(v.Leave, m.Route)
		}
	}
	return true
}

// Informed judges a server by its first INFO. host is where it is.
func (t *Table) Informed(route uint64, w Way, i Info, said []byte, host string) (v Verdict) {
	switch {
	case i.ServerID == t.ID:
		v.Self, v.Reason = true, report.DuplicateRoute
		return v
	case i.RouteAccount != "":
		v.Err = refusal(report.ProtocolViolation, "Not possible to have a dedicated route for account %q between those servers", i.RouteAccount)
		return v
	case i.Cluster != "" && !t.agrees(i.Cluster, i.Dynamic, i.ServerID, &v):
		v.Reason = report.ClusterNameConflict
		return v
	case !w.Solicited && i.ServerName != "" && i.ServerName == t.Name:
		v.Reason = report.DuplicateServerName
		return v
	}
	m := &Member{Info: i, Route: route, URL: i.IP, Solicited: w.Solicited, Configured: w.Configured, said: said}
	if m.URL == "" {
		m.URL = urlOf(host, i.Port)
	}
	if old := t.members[i.ServerID]; old != nil && !t.replaces(m, old, &v) {
		old.Solicited, old.Configured, old.Retry = old.Solicited || m.Solicited, old.Configured || m.Configured, true
		v.Reason, v.Known = report.DuplicateRoute, i.ServerID
		return v
	}
	if t.members == nil {
		t.members, t.byRoute = make(map[string]*Member), make(map[uint64]*Member)
	}
	t.members[i.ServerID], t.byRoute[route] = m, m
	v.Member = m
	return v
}

// replaces reports whether a route takes the place of the one that there is. Of two that two brokers like this one have
// dialed at once, both keep the one that the server with the lower id has dialed. Another server keeps the first, so that
// there may be none in the end.
func (t *Table) replaces(m, old *Member, v *Verdict) bool {
	mine := t.ID < m.Info.ServerID
	if m.Info.Troupe == "" || old.Retry || m.Solicited == old.Solicited || m.Solicited != mine {
		return false
	}
	v.Leave = append(v.Leave, old.Route)
	delete(t.byRoute, old.Route)
	m.Solicited, m.Configured, m.Retry = m.Solicited || old.Solicited, m.Configured || old.Configured, true
	return true
}

// Heard reports whether a server is to be dialed that another has told of. configured are the addresses that are dialed
// anyway.
func (t *Table) Heard(i *Info, configured []*url.URL) (to *url.URL, dial bool) {
	if i.ServerID == t.ID || i.ServerID == "" || t.members[i.ServerID] != nil || i.RouteAccount != "" {
		return nil, false
	}
	to, err := ParseURL(i.IP)
	if err != nil {
		return nil, false
	}
	for _, u := range configured {
		if place(u) == place(to) || place(u) == strings.ToLower(net.JoinHostPort(i.Host, strconv.Itoa(i.Port))) {
			return nil, false
		}
	}
	return to, true
}

// Tell calls yield with each server that is to hear of a new one, and in which mode: those that are told dial it, and mostly
// do not tell others.
func (t *Table) Tell(m *Member, w Way, yield func(to *Member, g Gossip)) {
	if w.Solicited && !w.Configured && w.Gossip != GossipOverride || m.Info.Gossip == GossipDisabled {
		return
	}
	for _, to := range t.Members() {
		g := GossipUsual
		switch {
		case to == m:
			continue
		case w.Solicited && w.Configured, !w.Solicited && to.Configured:
			g = GossipOverride
		case !w.Solicited:
			g = GossipDisabled
		}
		yield(to, g)
	}
}

// Of is the member that has a route, nil if it has been given up.
func (t *Table) Of(route uint64) *Member { return t.byRoute[route] }

// Gone takes the member out that had a route.
func (t *Table) Gone(route uint64) *Member {
	m := t.byRoute[route]
	if m != nil {
		delete(t.byRoute, route)
		delete(t.members, m.Info.ServerID)
	}
	return m
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
