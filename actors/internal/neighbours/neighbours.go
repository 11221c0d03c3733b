package neighbours

import (
	"context"
	"net"

	"github.com/troupe-mq/troupe/actors/internal/host"
	"github.com/troupe-mq/troupe/actors/internal/mesh"
	"github.com/troupe-mq/troupe/actors/internal/peer"
	"github.com/troupe-mq/troupe/actors/internal/spokes"
	"github.com/troupe-mq/troupe/actors/internal/survey"
	"github.com/troupe-mq/troupe/actors/internal/uplink"
	"github.com/troupe-mq/troupe/actors/report"
)

// Neighbours are the servers around a broker, by those who keep the links to them.
type Neighbours struct {
	Host   *host.Host
	Asker  *survey.Asker
	Links  *uplink.Links
	Spokes *spokes.Spokes
	Mesh   *mesh.Mesh // nil without a cluster
}

// Hubs are the servers that the broker is a leaf node of, in the order of their owners and names. subs is whether the
// connections are to list what the servers want.
func (n *Neighbours) Hubs(ctx context.Context, subs bool) []report.Link {
	all := n.Links.Status()
	shown := make([]report.Link, 0, len(all))
	said := n.ask(ctx, subs, connections(n, all, func(s *uplink.Status) uint64 { return s.ID }))
	for i := range all {
		s := &all[i]
		shown = append(shown, report.Link{
			Owner: s.Owner, Remote: s.Name, Account: s.Account, URLs: s.URLs, Up: s.Up, Hub: Shown(&s.Hub), Leaf: s.Leaf, Why: s.Why,
			ID: s.ID, Connection: said[s.ID],
		})
	}
	return shown
}

// LeafNodes are the servers that are leaf nodes of the broker, in the order in which they have come.
func (n *Neighbours) LeafNodes(ctx context.Context, subs bool) (shown []report.LeafNode) {
	all := n.Spokes.All()
	said := n.ask(ctx, subs, n.leafNodes(all))
	for i := range all {
		l := &all[i]
		if c := said[l.ID]; c != nil {
			shown = append(shown, report.LeafNode{
				Account: l.Account, Server: Shown(&l.Server), Cluster: l.Server.Cluster, Isolated: l.Server.Alone, Hub: l.Server.Hub, Connection: c,
			})
		}
	}
	return shown
}

// Cluster is the cluster and the routes to its other servers, nil if there is none.
func (n *Neighbours) Cluster(ctx context.Context, subs bool) *report.Cluster {
	r := n.ClusterState()
	if r == nil {
		return nil
	}
	said := n.ask(ctx, subs, connections(n, r.Routes, func(r *report.Route) uint64 { return r.ID }))
	for i := range r.Routes {
		r.Routes[i].Connection = said[r.Routes[i].ID]
	}
	return r
}

// ClusterState is what Cluster reports without asking anybody.
func (n *Neighbours) ClusterState() *report.Cluster {
	if n.Mesh == nil {
		return nil
	}
	s := n.Mesh.State()
	r := &report.Cluster{Name: s.Cluster, Dynamic: s.Dynamic, Port: n.Mesh.Addr().(*net.TCPAddr).Port}
	for i := range s.Routes {
		t := &s.Routes[i]
		r.Routes = append(r.Routes, report.Route{
			URL: t.URL, Configured: t.Configured, Solicited: t.Solicited, Up: t.Up, Self: t.Self, Server: Shown(&t.Server),
			ID: t.ID, Index: t.Index, Account: t.Account, Compression: t.Compression, Gone: t.Gone, Why: t.Why,
		})
	}
	return r
}

// connections are those to other servers, by their numbers; 0 is that of none.
func connections[T any](n *Neighbours, all []T, number func(*T) uint64) (whom []survey.Address) {
	for i := range all {
		if id := number(&all[i]); id != 0 {
			whom = append(whom, survey.Address{Cid: id, Pid: n.Host.Link(id)})
		}
	}
	return whom
}

func (n *Neighbours) leafNodes(all []spokes.LeafNode) []survey.Address {
	return connections(n, all, func(l *spokes.LeafNode) uint64 { return l.ID })
}

// ask is what connections say of themselves, by their numbers.
func (n *Neighbours) ask(ctx context.Context, subs bool, whom []survey.Address) map[uint64]*report.Connection {
	said := make(map[uint64]*report.Connection)
	n.Asker.AskAll(ctx, whom, subs, func(r *report.Connection) { said[r.CID] = r })
	return said
}

// Count is how many subscriptions in an account match nothing but what a pattern does: those of clients, and of leaf nodes of the
// broker. silent is how many connections have not been counted.
func (n *Neighbours) Count(ctx context.Context, account, pattern, queue string) (subscriptions, silent int) {
	return n.Asker.CountWithin(ctx, n.leafNodes(n.Spokes.All()), account, pattern, queue)
}

// Settled waits until the links are there, or a server was not to be had.
func (n *Neighbours) Settled(ctx context.Context) {
	n.Links.Settled(ctx.Done())
	if n.Mesh != nil {
		n.Mesh.Settled(ctx.Done())
	}
}

// Shown is a server as reports show it.
func Shown(s *peer.Server) report.Hub {
	return report.Hub{ID: s.ID, Name: s.Name, Version: s.Version, JetStream: s.JetStream, Domain: s.Domain, MaxPayload: s.MaxPayload}
}
