package actors

import (
	"context"
	"net"
	"time"

	"github.com/troupe-mq/troupe/actors/internal/spokes"
	"github.com/troupe-mq/troupe/actors/internal/wiring"
	"github.com/troupe-mq/troupe/actors/report"
	"github.com/troupe-mq/troupe/wire"
)

// This file is the servers that are leaf nodes of the broker.

func (b *Broker) newSpokes(c *Config) *spokes.Spokes {
	s := spokes.New(b.host, wiring.Spokes(c))
	s.Node, s.Accept, s.Lame = b.env.Node, b.env.AcceptLink, b.env.Lame.Load
	s.Cluster = func() string {
		if b.mesh == nil {
			return b.config().ClusterName
		}
		return b.mesh.State().Cluster
	}
	return s
}

// LeafNodeAddr is the address at which servers come in as leaf nodes, nil if none may.
func (b *Broker) LeafNodeAddr() net.Addr { return b.endpoints.LeafNodes().Addr() }

// LeafNodeCertificateEnds is until when the certificate is good that leaf nodes are shown, zero if there is none.
func (b *Broker) LeafNodeCertificateEnds() time.Time {
	return b.endpoints.LeafNodes().CertificateEnds()
}

// LeafNodes reports the servers that are leaf nodes of the broker, in the order in which they have come. subs is whether their
// connections are to list what the servers want. One that does not answer in time is left out.
func (b *Broker) LeafNodes(ctx context.Context, subs bool) []report.LeafNode {
	return b.neighbours().LeafNodes(ctx, subs)
}

// ownLeafURLs are where leaf nodes come to this broker: nowhere in lame duck mode.
func (b *Broker) ownLeafURLs() []string {
	if b.env.Lame.Load() {
		return nil
	}
	return b.endpoints.LeafURLs(b.config())
}

// addLeafNodes adds to INFO where leaf nodes come in: here, and at the other servers of the cluster.
func (b *Broker) addLeafNodes(info *wire.Info) {
	info.LeafNodeURLs = b.ownLeafURLs()
	if b.mesh != nil {
		info.LeafNodeURLs = andOthers(info.LeafNodeURLs, b.mesh.State().LeafURLs)
	}
}
