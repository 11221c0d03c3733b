package actors

import (
	"context"
	"fmt"
	"time"

	"github.com/troupe-mq/troupe/actors/access"
	"github.com/troupe-mq/troupe/actors/internal/neighbours"
	"github.com/troupe-mq/troupe/actors/internal/transport"
	"github.com/troupe-mq/troupe/actors/internal/uplink"
	"github.com/troupe-mq/troupe/actors/internal/wiring"
	"github.com/troupe-mq/troupe/actors/report"
	"github.com/troupe-mq/troupe/wire"
)

// This file is the links to other servers.

// nodeLength is how much of the server's id tells its reply routes from those of others.
const nodeLength = 12

// newLinks are links to nobody yet.
func (b *Broker) newLinks() *uplink.Links {
	node := b.info.ServerID[len(b.info.ServerID)-nodeLength:]
	b.env.Node = node
	l := &uplink.Links{
		Host: b.host, Endpoint: transport.NewEndpoint(transport.KindLeaf), Accept: b.env.AcceptLink,
		Self: uplink.Self{
			ID: b.info.ServerID, Name: b.name(), Version: ProtocolVersion, Troupe: b.info.Troupe, Cluster: "troupe-" + node, Node: node,
			MaxPayload: func() int { return b.settings.Load().MaxPayload },
		},
	}
	l.Watch(func(e uplink.Event) { // by an actor, which may run while the remotes are being changed: it must not ask for them
		if e.Up && e.Hub.JetStream && (e.Engine || !b.config().OwnStreams) {
			before := b.storage.Swap(&e.Hub)
			b.announce()
			if before == nil || before.Domain != e.Hub.Domain {
				b.tellNews()
			}
		}
	})
	return l
}

// linkPatience is how long clients wait for links, when the broker starts, before they are let in without.
const linkPatience = 2 * time.Second

// awaitLinks waits until the links are there, or a hub was not to be had, or for as long as patience lasts: a client that
// comes behind it is not told that there is no one for what a hub has.
func (b *Broker) awaitLinks(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, linkPatience)
	defer cancel()
	b.neighbours().Settled(ctx)
}

// Links reports the links to other servers, in the order of their owners and names. subs is whether their connections
// are to list what the servers want. A connection that does not answer in time is left out.
func (b *Broker) Links(ctx context.Context, subs bool) []report.Link {
	return b.neighbours().Hubs(ctx, subs)
}

func (b *Broker) neighbours() *neighbours.Neighbours {
	return &neighbours.Neighbours{Host: b.host, Asker: b.asker, Links: b.links, Spokes: b.spokes, Mesh: b.mesh}
}

// configOwner is who owns the remotes of Config.
const configOwner = "config"

// ApplyRemotes puts the remotes of an owner, who is not "config", in the place of those that it had. A remote that is
// there again, and the same, keeps its link. The error says what is wrong with them; then nothing has changed.
func (b *Broker) ApplyRemotes(owner string, remotes []Remote) error {
	if owner == configOwner {
		return fmt.Errorf("troupe: the remotes of %q are those of Config", owner)
	}
	l := LeafNodes{Remotes: remotes}
	if err := l.ValidateWith(b.hasAccount); err != nil {
		return err
	}
	b.links.Apply(owner, b.uplinks(&l))
	return nil
}

// uplinks are remotes as package uplink wants them.
func (b *Broker) uplinks(l *LeafNodes) []*uplink.Remote {
	var stores map[string]*access.Storage
	if c := b.config(); c.OwnStreams {
		stores = access.StorageOf(b.AccountsInForce(), c.SystemAccount, c.Signed())
	}
	return wiring.Uplinks(l, stores)
}

// addStorage says that there is JetStream here, if a server has it to which there is a link, or was: it will be back.
func (b *Broker) addStorage(info *wire.Info) {
	if now := b.storage.Load(); now != nil {
		info.JetStream, info.APILevel, info.Domain = true, now.APILevel, now.Domain
	}
}

// WatchLinks calls watch with each link that comes or goes. It is called by actors: it must not block.
func (b *Broker) WatchLinks(watch func(report.LinkEvent)) {
	b.links.Watch(func(e uplink.Event) {
		watch(report.LinkEvent{Owner: e.Owner, Remote: e.Name, Account: e.Account, Up: e.Up, Hub: neighbours.Shown(&e.Hub), Err: e.Err})
	})
}

// WatchConsumers calls watch with each request about a consumer of a stream that goes over a link which is made from now
// on: $JS.API.CONSUMER. and what follows, as the client has published it; and with each for one message of a stream,
// $JS.API.DIRECT.GET. It is called by the connection that publishes:
// it must not block, and must copy what it keeps.
func (b *Broker) WatchConsumers(watch func(account string, subject, reply, body []byte)) {
	b.links.WatchConsumers(watch)
}

// WatchTraces has watch called with the trace of each message that asks for one by its header Nats-Trace-Dest, and whose
// publisher may publish there, or whose account has messages traced. Nobody is traced before. watch takes the place of the
// one before it, and publishes the trace or not. It is called on any goroutine, when everybody has got the message, or a
// quarter of a second after it was published: it must not block.
func (b *Broker) WatchTraces(watch func(*report.Trace)) { b.env.Traces.Watch(watch) }

// WatchSampled has watch called with the trace of each message whose header traceparent says that it is part of a trace
// outside which is recorded, whatever its account says of traces. It is as WatchTraces otherwise.
func (b *Broker) WatchSampled(watch func(*report.Trace)) { b.env.Traces.WatchSampled(watch) }

// WatchLatency has watch called with each measurement of a service whose export asks for it, when the request has been
// answered or will not be. watch takes the place of the one before it, and publishes the measurement or not. It is called on
// any goroutine: it must not block.
func (b *Broker) WatchLatency(watch func(*report.Latency)) {
	b.settings.Load().Accounts.Replies.Watch(watch)
}

// hasAccount reports whether there is an account of that name now.
func (b *Broker) hasAccount(name string) bool { return b.settings.Load().Accounts.Named(name) != nil }
