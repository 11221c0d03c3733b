package documents

import (
	"context"

	"github.com/troupe-mq/troupe/actors"
	"github.com/troupe-mq/troupe/actors/access"
	"github.com/troupe-mq/troupe/actors/report"
)

// LeafzOptions are what may be asked of [Maker.Leafz].
type LeafzOptions struct {
	Account string `json:"account"` // only links of this one; empty for all
	Subs    bool   `json:"subscriptions"`
}

// Leafz is the document about leaf nodes: the links that are there, and then, as ours, the remotes.
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
	IsSpoke     bool     `json:"is_spoke"`
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

	Pending int `json:"pending_bytes"` // ours
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
			z.Leafs = append(z.Leafs, leafOf(&l, l.Connection, o.Subs))
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

func leafOf(l *report.Link, r *report.Connection, subs bool) Leaf {
	f := Leaf{
		ID: r.CID, Name: l.Hub.Name, IsSpoke: true, Account: l.Account, IP: r.Host, Port: r.Port, RTT: roundTrip(r.RTT),
		InMsgs: r.InMessages, OutMsgs: r.OutMessages, InBytes: r.InBytes, OutBytes: r.OutBytes,
		NumSubs: r.SubscriptionCount, Compression: "off", Pending: r.PendingBytes,
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
	Remotes []remoteVarz `json:"remotes,omitempty"`
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
func leafVarzOf(l *actors.LeafNodes) (z leafVarz) {
	if l == nil {
		return z
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
