package wiring

import (
	"cmp"
	"slices"
	"time"

	"github.com/troupe-mq/troupe/actors/access"
	"github.com/troupe-mq/troupe/actors/config"
	"github.com/troupe-mq/troupe/actors/internal/compression"
	"github.com/troupe-mq/troupe/actors/internal/listener"
	"github.com/troupe-mq/troupe/actors/internal/mesh"
	"github.com/troupe-mq/troupe/actors/internal/peer"
	"github.com/troupe-mq/troupe/actors/internal/settings"
	"github.com/troupe-mq/troupe/actors/internal/spokes"
	"github.com/troupe-mq/troupe/actors/internal/uplink"
)

// Values are the plain settings of a Config whose defaults are filled in.
func Values(c *config.Config) settings.Values {
	clients, _ := listener.Places(c.MaxConnections)
	return settings.Values{
		Version: c.Version,

		MaxControlLine:   c.MaxControlLine,
		MaxPayload:       c.MaxPayload,
		MaxPending:       c.MaxPending,
		MaxConnections:   clients,
		MaxSubscriptions: c.MaxSubscriptions,
		MaxSubTokens:     c.MaxSubTokens,
		MaxClosedClients: c.MaxClosedClients,

		AuthTimeout:   c.AuthTimeout,
		WriteDeadline: c.WriteDeadline,
		PingInterval:  c.PingInterval,
		WebPing:       c.WebPing(),
		PingMax:       c.PingMax,

		Overrun:          string(c.Overrun),
		NoHeaders:        c.NoHeaders,
		Explain:          c.Explain,
		OwnStreams:       c.OwnStreams,
		Trace:            c.Trace,
		TraceHeaders:     c.TraceHeaders,
		MaxTracedMessage: c.MaxTracedMessage,
	}
}

// Mesh is the cluster as package mesh wants it. port is that of the listener, and system the system account, empty for none.
func Mesh(c *config.Config, port int, system string) *mesh.Settings {
	l := c.Cluster
	s := &mesh.Settings{
		Name: c.ClusterName, Host: l.Host, Port: port, Advertise: l.Advertise, NoAdvertise: l.NoAdvertise, Routes: l.Routes, User: l.User,
		Password: l.Password, AuthTimeout: l.AuthTimeout, ConnectRetries: l.ConnectRetries,
		ConnectBackoff: l.ConnectBackoff, PingInterval: l.PingInterval, Import: (*peer.Permissions)(l.Import), Export: (*peer.Permissions)(l.Export),
	}
	if l.TLS != nil {
		s.TLS = l.TLS
	}
	s.Compression = wish(l.Compression, l.RTTThresholds)
	s.PoolSize, s.Accounts = l.PoolSize, slices.Clone(l.Accounts)
	if system != "" && !slices.Contains(s.Accounts, system) {
		s.Accounts = append(s.Accounts, system)
	}
	return s
}

// wish is what the configuration wants of compression, which is valid.
func wish(mode string, thresholds []time.Duration) compression.Wish {
	m, _ := compression.Parse(mode)
	return compression.Wish{Mode: m, Thresholds: thresholds}
}

// Spokes is what package spokes has to know of leaf nodes.
func Spokes(c *config.Config) *spokes.Settings {
	most, _ := listener.Places(c.MaxConnections)
	s := &spokes.Settings{Most: most}
	if l := c.LeafNodes; l != nil && l.Listen != nil {
		s.Ping = l.PingInterval
		s.AuthTimeout, s.MinVersion, s.Isolate = l.Listen.AuthTimeout, l.Listen.MinVersion, l.Listen.Isolate
		s.Compression = wish(l.Listen.Compression, l.Listen.RTTThresholds)
	}
	return s
}

// Uplinks are the remotes as package uplink wants them. stores are the accounts that have streams of their own here.
func Uplinks(l *config.LeafNodes, stores map[string]*access.Storage) []*uplink.Remote {
	if l == nil {
		return nil
	}
	all := make([]*uplink.Remote, 0, len(l.Remotes))
	linked := make(map[string]bool)
	for i, name := range l.Names() {
		r := &l.Remotes[i]
		apart := !r.Engine && (stores[r.AccountName()] != nil || linked[r.AccountName()])
		linked[r.AccountName()] = true
		u := &uplink.Remote{
			Name: name, Account: r.AccountName(), URLs: slices.Clone(r.URLs),
			User: r.User, Password: r.Password, Token: r.Token, NKey: r.NKey, Credentials: r.Credentials,
			DenyImports: slices.Clone(r.DenyImports), DenyExports: slices.Clone(r.DenyExports),
			NoRandomize: r.NoRandomize, Isolate: r.Isolate, Alone: r.Apart, Ping: l.PingInterval, IgnoreDiscovered: r.IgnoreDiscovered, Domain: r.JetStreamDomain, Engine: r.Engine, Apart: apart, Hub: r.Hub,
		}
		if u.Compression = wish(cmp.Or(r.Compression, config.DefaultLeafCompression), r.RTTThresholds); r.Engine { // it is on this machine
			u.Compression = compression.Wish{Mode: compression.Off}
		}
		if p := r.Proxy; p != nil {
			at, _ := p.Address() // which was checked
			u.Proxy = &uplink.Proxy{Address: at, User: p.Username, Password: p.Password, Timeout: p.Timeout}
		}
		if t := r.TLS; t != nil {
			u.TLS = &uplink.TLS{Files: *t, First: t.HandshakeFirst != 0, Timeout: t.Timeout}
		}
		all = append(all, u)
	}
	return all
}
