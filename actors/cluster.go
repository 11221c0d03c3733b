package actors

import (
	"context"
	"net"
	"slices"
	"strconv"

	"github.com/troupe-mq/troupe/actors/access"
	"github.com/troupe-mq/troupe/actors/internal/connection"
	"github.com/troupe-mq/troupe/actors/internal/interest"
	"github.com/troupe-mq/troupe/actors/internal/mesh"
	"github.com/troupe-mq/troupe/actors/internal/transport"
	"github.com/troupe-mq/troupe/actors/internal/wiring"
	"github.com/troupe-mq/troupe/actors/report"
	"github.com/troupe-mq/troupe/wire"
)

// This file is the cluster that the broker is in, and what clients are told of it.

// newMesh is the cluster of the configuration, nil if there is none. Its handshakes compute in slots.
func (b *Broker) newMesh(c *Config, slots *transport.HandshakeSlots) *mesh.Mesh {
	if c.Cluster == nil {
		return nil
	}
	m := mesh.New(b.host, b.meshSettings(c, 0))
	m.Slots = slots
	m.Self = mesh.Self{
		ID: b.info.ServerID, Name: b.name(), Version: ProtocolVersion, Troupe: c.Version, Node: b.env.Node,
		Account: access.GlobalAccount, Headers: !c.NoHeaders, MaxPayload: func() int { return b.settings.Load().MaxPayload }, URLs: b.ownURLs, LeafURLs: b.ownLeafURLs,
	}
	m.Accept, m.Changed, m.Reached = b.env.AcceptLink, b.clusterChanged, b.reachedBy
	b.links.Self.Cluster = m.State().Cluster // so that a hub hands nothing from one node to another
	return m
}

// meshSettings are those of the cluster. The system account is as it is now.
func (b *Broker) meshSettings(c *Config, port int) *mesh.Settings {
	system := ""
	for _, a := range b.settings.Load().Accounts.All {
		if a.System {
			system = a.Name
		}
	}
	return wiring.Mesh(c, port, system)
}

// openCluster opens the address for routes, if there is to be one.
func (b *Broker) openCluster(ctx context.Context) error {
	if b.mesh == nil {
		return nil
	}
	c := b.config()
	port, err := b.mesh.Open(ctx, net.JoinHostPort(c.Cluster.Host, strconv.Itoa(max(c.Cluster.Port, 0))))
	if err == nil {
		b.mesh.Configure(b.meshSettings(c, port))
	}
	return err
}

// reloadCluster puts what the configuration says of the cluster into force.
func (b *Broker) reloadCluster() {
	if b.mesh != nil {
		b.mesh.Apply(b.meshSettings(b.config(), b.mesh.Addr().(*net.TCPAddr).Port))
	}
}

// ClusterAddr is the address that other servers make routes to, nil if there is no cluster.
func (b *Broker) ClusterAddr() net.Addr { return b.mesh.Addr() }

// Cluster reports the cluster that the broker is in, and asks the connections of the routes to its other servers. subs is
// whether these are to list what the servers want. It is nil if there is no cluster.
func (b *Broker) Cluster(ctx context.Context, subs bool) *report.Cluster {
	return b.reached(b.neighbours().Cluster(ctx, subs))
}

// ClusterState is what Cluster reports without asking anybody.
func (b *Broker) ClusterState() *report.Cluster { return b.reached(b.neighbours().ClusterState()) }

// reached adds to a report of the cluster where clients reach this broker.
func (b *Broker) reached(r *report.Cluster) *report.Cluster {
	if r != nil {
		r.ConnectURLs = b.endpoints.Inside.State().URLs
	}
	return r
}

// clusterChanged tells clients where the servers of the cluster are now. It is called by an actor.
func (b *Broker) clusterChanged() {
	b.announce()
	b.tellNews()
}

// tellNews tells those who are there what has been announced since, as far as it is something new for them. It may be called
// by actors.
func (b *Broker) tellNews() {
	b.announcing.Lock()
	again := &connection.TellAgain{At: b.untold}
	b.untold = nil
	b.announcing.Unlock()
	if again.At == nil {
		return
	}
	b.spokes.Tell(again)
	b.host.Spawn("news of the cluster", func() {
		for _, at := range b.asker.Everybody() {
			b.host.Send(at.Pid, again)
		}
	})
}

// reachedBy is told which accounts a connection to another server is for that has come up.
func (b *Broker) reachedBy(share interest.Share) {
	for _, a := range b.settings.Load().Accounts.All {
		if a.System && share.Has(a) {
			b.arrivals.tell()
		}
	}
}

// WatchArrivals calls watch whenever another server of the cluster hears, from now on, what is published in the system account: it has
// come, or has come back. It is called by an actor: it must not block.
func (b *Broker) WatchArrivals(watch func()) { b.arrivals.add(watch) }

// ownURLs are where clients come to this broker: nowhere in lame duck mode.
func (b *Broker) ownURLs() (clients, web []string) {
	if b.env.Lame.Load() {
		return nil, nil
	}
	return b.endpoints.URLs(b.config())
}

// addCluster adds to INFO what clients are told of the cluster.
func (b *Broker) addCluster(info *wire.Info) {
	if b.mesh == nil {
		return
	}
	s := b.mesh.State()
	info.Cluster, info.ClusterDynamic = s.Cluster, s.Dynamic
	if !b.config().Cluster.NoAdvertise {
		clients, web := b.ownURLs()
		info.ConnectURLs, info.WSConnectURLs = andOthers(clients, s.URLs), andOthers(web, s.WebURLs)
	}
}

// andOthers adds the addresses of other servers to those of this one. All may be told of the same, of whoever spreads clients over them.
func andOthers(own, others []string) []string {
	all := own
	for _, url := range others {
		if !slices.Contains(own, url) {
			all = append(all, url)
		}
	}
	return all
}
