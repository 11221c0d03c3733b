package documents

import (
	"cmp"
	"context"
	"net"
	"time"

	"github.com/troupe-mq/troupe/actors"
	"github.com/troupe-mq/troupe/actors/access"
	"github.com/troupe-mq/troupe/actors/report"
)

// LeafzOptions are what may be asked of [Maker.Leafz].
type LeafzOptions struct {
	Account string `json:"account"` // only links of this one; empty for all
	Subs    bool   `json:"subscriptions"`
}

// Leafz is the document about leaf nodes: the links that are there, to hubs and to those whose hub this broker is, and then, as
// ours, the remotes.
type Leafz struct {
	Head
	NumLeafs int    `json:"leafnodes"`
	Leafs    []Leaf `json:"leafs"`

	Remotes []RemoteState `json:"remotes,omitempty"`
}

// Leaf is one link.
type Leaf struct {
	ID          uint64   `json:"id"`
	Name        string   `json:"name"`
	IsSpoke     bool     `json:"is_spoke"` // this broker is the leaf node
	IsIsolated  bool     `json:"is_isolated,omitempty"`
	Account     string   `json:"account"`
	IP          string   `json:"ip"`
	Port        int      `json:"port"`
	RTT         string   `json:"rtt,omitempty"`
	InMsgs      uint64   `json:"in_msgs"`
	OutMsgs     uint64   `json:"out_msgs"`
	InBytes     uint64   `json:"in_bytes"`
	OutBytes    uint64   `json:"out_bytes"`
	NumSubs     int      `json:"subscriptions"`
	Subs        []string `json:"subscriptions_list,omitempty"`
	Compression string   `json:"compression"`

	Pending int    `json:"pending_bytes"` // ours
	Cluster string `json:"cluster,omitempty"`
	Version string `json:"version,omitempty"`
}

// RemoteState is what has become of one remote.
type RemoteState struct {
	Name    string   `json:"name"`
	Owner   string   `json:"owner"`
	Account string   `json:"account"`
	URLs    []string `json:"urls"`
	Up      bool     `json:"up"`
	Link    uint64   `json:"link,omitempty"`
	Hub     string   `json:"hub,omitempty"`
	Version string   `json:"version,omitempty"`
	Domain  string   `json:"domain,omitempty"`
	Reason  string   `json:"reason,omitempty"` // why it is not up
}

// Leafz makes the document.
func (m *Maker) Leafz(ctx context.Context, o LeafzOptions) *Leafz {
	z := &Leafz{Head: m.Head(), Leafs: []Leaf{}}
	for _, l := range m.broker.Links(ctx, o.Subs) {
		if o.Account != "" && o.Account != l.Account {
			continue
		}
		z.Remotes = append(z.Remotes, remoteState(&l))
		if l.Connection != nil {
			f := leafOf(&l.Hub, l.Account, l.Connection, o.Subs)
			f.IsSpoke = !l.Leaf
			z.Leafs = append(z.Leafs, f)
		}
	}
	for _, l := range m.broker.LeafNodes(ctx, o.Subs) {
		if o.Account == "" || o.Account == l.Account {
			f := leafOf(&l.Server, l.Account, l.Connection, o.Subs)
			f.IsSpoke, f.IsIsolated, f.Cluster = l.Hub, l.Isolated, l.Cluster
			z.Leafs = append(z.Leafs, f)
		}
	}
	z.NumLeafs = len(z.Leafs)
	return z
}

func remoteState(l *report.Link) RemoteState {
	s := RemoteState{Name: l.Remote, Owner: l.Owner, Account: l.Account, URLs: l.URLs, Up: l.Up, Link: l.ID, Reason: l.Why}
	if l.ID != 0 {
		s.Hub, s.Version, s.Domain = l.Hub.Name, l.Hub.Version, l.Hub.Domain
	}
	return s
}

func leafOf(server *report.Hub, account string, r *report.Connection, subs bool) Leaf {
	f := Leaf{
		ID: r.CID, Name: server.Name, Version: server.Version, Account: account, IP: r.Host, Port: r.Port, RTT: roundTrip(r.RTT),
		InMsgs: r.InMessages, OutMsgs: r.OutMessages, InBytes: r.InBytes, OutBytes: r.OutBytes,
		NumSubs: r.SubscriptionCount, Compression: cmp.Or(r.Compression, "off"), Pending: r.PendingBytes,
	}
	if subs {
		for i := range r.Subscriptions {
			f.Subs = append(f.Subs, r.Subscriptions[i].Subject)
		}
	}
	return f
}

// leafVarz is what /varz says of leaf nodes.
type leafVarz struct {
	Host        string       `json:"host,omitempty"`
	Port        int          `json:"port,omitempty"`
	AuthTimeout float64      `json:"auth_timeout,omitempty"`
	TLSTimeout  float64      `json:"tls_timeout,omitempty"`
	TLSRequired bool         `json:"tls_required,omitempty"`
	TLSVerify   bool         `json:"tls_verify,omitempty"`
	Remotes     []remoteVarz `json:"remotes,omitempty"`
	TLSNotAfter time.Time    `json:"tls_cert_not_after,omitzero"`
}

type remoteVarz struct {
	Account string   `json:"local_account"`
	URLs    []string `json:"urls"`
	Deny    *denied  `json:"deny,omitempty"`
}

type denied struct {
	Exports []string `json:"exports,omitempty"`
	Imports []string `json:"imports,omitempty"`
}

// leafVarzOf is what the configuration says, without what is secret in it.
func leafVarzOf(b *actors.Broker, l *actors.LeafNodes) (z leafVarz) {
	if l == nil {
		return z
	}
	if p, at := l.Listen, b.LeafNodeAddr(); p != nil && at != nil {
		z.Host, z.AuthTimeout, z.TLSTimeout = p.Host, p.AuthTimeout.Seconds(), 2
		if tcp, ok := at.(*net.TCPAddr); ok {
			z.Port = tcp.Port
		}
		if p.TLS != nil {
			z.TLSRequired, z.TLSVerify, z.TLSTimeout = true, p.TLS.Verifies(), p.TLS.HandshakeTimeout().Seconds()
			z.TLSNotAfter = b.LeafNodeCertificateEnds()
		}
	}
	for i := range l.Remotes {
		r := &l.Remotes[i]
		v := remoteVarz{Account: r.Account, URLs: r.URLs}
		if v.Account == "" {
			v.Account = access.GlobalAccount
		}
		if len(r.DenyExports)+len(r.DenyImports) > 0 {
			v.Deny = &denied{r.DenyExports, r.DenyImports}
		}
		z.Remotes = append(z.Remotes, v)
	}
	return z
}
