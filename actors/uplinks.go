package actors

import (
	"context"
	"time"

	"github.com/troupe-mq/troupe/actors/internal/host"
	"github.com/troupe-mq/troupe/actors/internal/survey"
	"github.com/troupe-mq/troupe/actors/internal/transport"
	"github.com/troupe-mq/troupe/actors/internal/uplink"
	"github.com/troupe-mq/troupe/actors/report"
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

// LinkStatus is the link to one remote.
type LinkStatus struct {
	Owner, Remote, Account string
	URLs                   []string // host:port
	Up                     bool
	Hub                    Hub
	Why                    string // it is not up; empty if there was no attempt yet
	// ID is the number of the connection, 0 if there is none; Connection is what it says of itself, nil if it has not
	// answered.
	ID         uint64
	Connection *report.Connection
}

// Links reports the links to other servers, in the order of their owners and names. subs is whether their connections
// are to list what the servers want. A connection that does not answer in time is left out.
func (b *Broker) Links(ctx context.Context, subs bool) []LinkStatus {
	all := b.links.Status()
	shown := make([]LinkStatus, 0, len(all))
	said := make(map[uint64]*report.Connection)
	var whom []survey.Address
	for i := range all {
		if id := all[i].ID; id != 0 {
			whom = append(whom, survey.Address{Cid: id, Pid: b.host.PID(host.Path(host.Connections, host.LinkName(id)))})
		}
	}
	b.asker.AskAll(ctx, whom, subs, func(r *report.Connection) { said[r.CID] = r })
	for i := range all {
		s := &all[i]
		shown = append(shown, LinkStatus{Owner: s.Owner, Remote: s.Name, Account: s.Account, URLs: s.URLs, Up: s.Up, Hub: hubOf(&s.Hub), Why: s.Why, ID: s.ID, Connection: said[s.ID]})
	}
	return shown
}
