package documents

import (
	"cmp"
	"context"
	"time"

	"github.com/troupe-mq/troupe/actors"
	"github.com/troupe-mq/troupe/actors/report"
)

// RoutezOptions are what may be asked of [Maker.Routez].
type RoutezOptions struct {
	Subs   bool `json:"subscriptions"`
	Detail bool `json:"subscriptions_detail"`
}

// Routez is the document about routes: nats-server's fields in its order, then ours.
type Routez struct {
	ServerID   string       `json:"server_id"`
	ServerName string       `json:"server_name"`
	Now        time.Time    `json:"now"`
	Import     *permissions `json:"import,omitempty"`
	Export     *permissions `json:"export,omitempty"`
	NumRoutes  int          `json:"num_routes"`
	Routes     []Route      `json:"routes"`

	Missing []MissingRoute `json:"missing,omitempty"`
}

type permissions struct {
	Allow []string `json:"allow,omitempty"`
	Deny  []string `json:"deny,omitempty"`
}

// Route is a connection to another server: a route is one or several.
type Route struct {
	RID          uint64         `json:"rid"`
	RemoteID     string         `json:"remote_id"`
	RemoteName   string         `json:"remote_name"`
	DidSolicit   bool           `json:"did_solicit"`
	IsConfigured bool           `json:"is_configured"`
	IP           string         `json:"ip"`
	Port         int            `json:"port"`
	Start        time.Time      `json:"start"`
	LastActivity time.Time      `json:"last_activity"`
	RTT          string         `json:"rtt,omitempty"`
	Uptime       string         `json:"uptime"`
	Idle         string         `json:"idle"`
	Pending      int            `json:"pending_size"`
	InMsgs       uint64         `json:"in_msgs"`
	OutMsgs      uint64         `json:"out_msgs"`
	InBytes      uint64         `json:"in_bytes"`
	OutBytes     uint64         `json:"out_bytes"`
	NumSubs      int            `json:"subscriptions"`
	Subs         []string       `json:"subscriptions_list,omitempty"`
	SubsDetail   []Subscription `json:"subscriptions_list_detail,omitempty"`
	Account      string         `json:"account,omitempty"`
	Compression  string         `json:"compression,omitempty"`

	Version string `json:"version,omitempty"` // ours
}

// MissingRoute is a server of the cluster that there is no route to.
type MissingRoute struct {
	URL        string    `json:"url"`
	RemoteID   string    `json:"remote_id,omitempty"`
	RemoteName string    `json:"remote_name,omitempty"`
	Account    string    `json:"account,omitempty"` // that has no connection, where others have
	Since      time.Time `json:"since,omitzero"`
	Reason     string    `json:"reason,omitempty"`
}

// Routez makes the document.
func (m *Maker) Routez(ctx context.Context, o RoutezOptions) *Routez {
	z := &Routez{ServerID: m.broker.ServerID(), ServerName: m.broker.Config().ServerName, Now: now(), Routes: []Route{}}
	c := m.broker.Cluster(ctx, o.Subs || o.Detail)
	if c == nil {
		return z
	}
	if conf := m.broker.Config().Cluster; conf != nil {
		z.Import, z.Export = (*permissions)(conf.Import), (*permissions)(conf.Export)
	}
	for i := range c.Routes {
		r := &c.Routes[i]
		switch {
		case r.Connection != nil:
			z.Routes = append(z.Routes, routeOf(r, r.Connection, o))
		case r.Missing():
			z.Missing = append(z.Missing, MissingRoute{URL: r.URL, RemoteID: r.Server.ID, RemoteName: r.Server.Name, Account: r.Account, Since: r.Gone, Reason: r.Why})
		}
	}
	z.NumRoutes = len(z.Routes)
	return z
}

func routeOf(r *report.Route, c *report.Connection, o RoutezOptions) Route {
	f := Route{
		RID: c.CID, RemoteID: r.Server.ID, RemoteName: r.Server.Name, DidSolicit: r.Solicited, IsConfigured: r.Configured, IP: c.Host, Port: c.Port,
		Start: c.Start.UTC(), LastActivity: c.LastActivity.UTC(), RTT: roundTrip(c.RTT), Uptime: uptime(c.Uptime), Idle: uptime(c.Idle), Pending: c.PendingBytes,
		InMsgs: c.InMessages, OutMsgs: c.OutMessages, InBytes: c.InBytes, OutBytes: c.OutBytes, NumSubs: c.SubscriptionCount, Account: r.Account, Compression: cmp.Or(c.Compression, r.Compression),
		Version: r.Server.Version,
	}
	for i := range c.Subscriptions {
		s := &c.Subscriptions[i]
		if o.Detail {
			f.SubsDetail = append(f.SubsDetail, subscription(*s, true))
		} else {
			f.Subs = append(f.Subs, s.Subject)
		}
	}
	return f
}

// clusterVarz is what /varz says of the cluster.
type clusterVarz struct {
	Name        string   `json:"name,omitempty"`
	Host        string   `json:"addr,omitempty"`
	Port        int      `json:"cluster_port,omitempty"`
	AuthTimeout float64  `json:"auth_timeout,omitempty"`
	URLs        []string `json:"urls,omitempty"`
	TLSTimeout  float64  `json:"tls_timeout,omitempty"`
	TLSRequired bool     `json:"tls_required,omitempty"`
	TLSVerify   bool     `json:"tls_verify,omitempty"`
	PoolSize    int      `json:"pool_size,omitempty"`
}

// cluster tells what there is to say of the cluster.
func (v *Varz) cluster(b *actors.Broker, c *actors.Config) {
	v.Cluster.Name = c.ClusterName
	s := b.ClusterState()
	if s == nil || c.Cluster == nil {
		return
	}
	l := c.Cluster
	v.Cluster = clusterVarz{Name: s.Name, Host: l.Host, Port: s.Port, AuthTimeout: l.AuthTimeout.Seconds(), URLs: s.Configured(), TLSTimeout: 2, PoolSize: l.PoolSize}
	if l.TLS != nil {
		v.Cluster.TLSRequired, v.Cluster.TLSVerify, v.Cluster.TLSTimeout = true, true, l.TLS.HandshakeTimeout().Seconds()
	}
	v.Routes, v.Remotes = s.Count()
	v.ConnectURLs = s.ConnectURLs
}
