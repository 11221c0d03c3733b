package actors

import (
	"context"
	"time"

	"github.com/troupe-mq/troupe/actors/internal/transport"
	"github.com/troupe-mq/troupe/actors/internal/uplink"
)

// This file is the links to other servers.

// nodeLength is how much of the server's id tells its ways back from those of others.
const nodeLength = 12

// newLinks are links to nobody yet.
func (b *Broker) newLinks() *uplink.Links {
	node := b.info.ServerID[len(b.info.ServerID)-nodeLength:]
	b.env.Node = node
	return &uplink.Links{
		Host: b.host, Endpoint: transport.NewEndpoint(transport.KindLeaf), Accept: b.env.AcceptLink,
		Self:       uplink.Self{ID: b.info.ServerID, Name: b.info.ServerName, Version: ProtocolVersion, Cluster: "troupe-" + node, Node: node},
		MaxPayload: func() int { return b.settings.Load().MaxPayload },
	}
}

// linkPatience is how long clients wait for links, when the broker starts, before they are let in without.
const linkPatience = 2 * time.Second

// awaitLinks waits until the links are there, or a hub was not to be had, or for as long as patience lasts: a client that
// comes behind it is not told that there is no one for what a hub has.
func (b *Broker) awaitLinks(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, linkPatience)
	defer cancel()
	b.links.Settled(ctx.Done())
}
