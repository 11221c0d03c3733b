package documents

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net"
	"runtime"
	"time"

	"github.com/troupe-mq/troupe/actors/config"

	"github.com/troupe-mq/troupe/actors"
	"github.com/troupe-mq/troupe/actors/report"
	"github.com/troupe-mq/troupe/supervisor"
)

// none is an object with nothing in it.
type none struct{}

// byKind is a counter of nats-server's that tells kinds of connections apart.
type byKind struct {
	Clients  uint64 `json:"clients"`
	Routes   uint64 `json:"routes"`
	Gateways uint64 `json:"gateways"`
	Leafs    uint64 `json:"leafs"`
}

// Varz is the document about the whole server: nats-server's fields in its order, then ours.
type Varz struct {
	ServerID       string            `json:"server_id"`
	ServerName     string            `json:"server_name"`
	Version        string            `json:"version"`
	Troupe         string            `json:"troupe"`
	Proto          int               `json:"proto"`
	Go             string            `json:"go"`
	Host           string            `json:"host"`
	Port           int               `json:"port"`
	AuthRequired   bool              `json:"auth_required,omitempty"`
	ConnectURLs    []string          `json:"connect_urls,omitempty"`
	MaxConnections int               `json:"max_connections"`
	MaxSubs        int               `json:"max_subscriptions,omitempty"`
	PingInterval   time.Duration     `json:"ping_interval"`
	PingMax        int               `json:"ping_max"`
	HTTPHost       string            `json:"http_host"`
	HTTPPort       int               `json:"http_port"`
	HTTPBasePath   string            `json:"http_base_path"`
	HTTPSPort      int               `json:"https_port"`
	AuthTimeout    float64           `json:"auth_timeout"`
	MaxControlLine int               `json:"max_control_line"`
	MaxPayload     int               `json:"max_payload"`
	MaxPending     int               `json:"max_pending"`
	Cluster        clusterVarz       `json:"cluster"`
	Gateway        none              `json:"gateway"`
	LeafNode       leafVarz          `json:"leaf"`
	MQTT           mqttVarz          `json:"mqtt"`
	Websocket      websocketVarz     `json:"websocket"`
	JetStream      json.RawMessage   `json:"jetstream"`
	TLSTimeout     float64           `json:"tls_timeout"`
	TLSRequired    bool              `json:"tls_required,omitempty"`
	TLSVerify      bool              `json:"tls_verify,omitempty"`
	TLSNotAfter    time.Time         `json:"tls_cert_not_after,omitzero"`
	WriteDeadline  time.Duration     `json:"write_deadline"`
	Start          time.Time         `json:"start"`
	Now            time.Time         `json:"now"`
	Uptime         string            `json:"uptime"`
	Mem            int64             `json:"mem"`
	Cores          int               `json:"cores"`
	MaxProcs       int               `json:"gomaxprocs"`
	CPU            float64           `json:"cpu"`
	Connections    int               `json:"connections"`
	TotalConns     uint64            `json:"total_connections"`
	Routes         int               `json:"routes"`
	Remotes        int               `json:"remotes"`
	Leafs          int               `json:"leafnodes"`
	InMsgs         uint64            `json:"in_msgs"`
	InBytes        uint64            `json:"in_bytes"`
	InClientMsgs   uint64            `json:"in_client_msgs"`
	InClientBytes  uint64            `json:"in_client_bytes"`
	OutMsgs        uint64            `json:"out_msgs"`
	OutBytes       uint64            `json:"out_bytes"`
	OutClientMsgs  uint64            `json:"out_client_msgs"`
	OutClientBytes uint64            `json:"out_client_bytes"`
	SlowConsumers  uint64            `json:"slow_consumers"`
	StaleConns     uint64            `json:"stale_connections"`
	StalledClients uint64            `json:"stalled_clients"`
	Subscriptions  int               `json:"subscriptions"`
	HTTPRequests   map[string]uint64 `json:"http_req_stats"`
	ConfigLoadTime time.Time         `json:"config_load_time"`
	ConfigDigest   string            `json:"config_digest"`
	SystemAccount  string            `json:"system_account"`
	Tags           []string          `json:"tags,omitempty"`
	Metadata       map[string]string `json:"metadata,omitempty"`
	SlowByKind     byKind            `json:"slow_consumer_stats"`
	StaleByKind    byKind            `json:"stale_connection_stats"`

	Actors actorCounts   `json:"actors"`
	Ledger report.Ledger `json:"ledger"`
}

// actorCounts sums the tree up.
type actorCounts struct {
	Total        int   `json:"total"`
	Partitions   int   `json:"partitions"`
	Connections  int   `json:"connections"`
	Listeners    int   `json:"listeners"`
	Services     int   `json:"services"`
	NotRunning   int   `json:"not_running"`
	Restarts     int   `json:"restarts"`
	MailboxDepth int   `json:"mailbox_depth"`     // of those that are looked at one by one
	OldestNanos  int64 `json:"mailbox_oldest_ns"` // the longest that a message waits there
}

// CountedChildren is how many actors of one group the sums look into; groups
// are counted as a whole in any case.
const CountedChildren = 256

func (c *actorCounts) add(n supervisor.Node) {
	c.Total += 1 + n.ChildCount - len(n.Children)
	switch n.Role {
	case "partitions":
		c.Partitions += n.ChildCount
	case "connections":
		c.Connections += n.ChildCount
	case "listeners":
		c.Listeners += n.ChildCount
	case "monitor":
		c.Services += n.ChildCount
	}
	if n.State != supervisor.Running {
		c.NotRunning++
	}
	c.Restarts += n.Restarts
	if n.Mailbox != nil {
		c.MailboxDepth += n.Mailbox.Depth
		c.OldestNanos = max(c.OldestNanos, int64(n.Mailbox.Oldest))
	}
	for _, child := range n.Children {
		c.add(child)
	}
}

// websocketVarz is empty where there is no WebSocket listener.
type websocketVarz struct {
	Host             string        `json:"host,omitempty"`
	Port             int           `json:"port,omitempty"`
	Advertise        string        `json:"advertise,omitempty"`
	NoTLS            bool          `json:"no_tls,omitempty"`
	TLSMap           bool          `json:"tls_map,omitempty"`
	SameOrigin       bool          `json:"same_origin,omitempty"`
	AllowedOrigins   []string      `json:"allowed_origins,omitempty"`
	Compression      bool          `json:"compression,omitempty"`
	HandshakeTimeout time.Duration `json:"handshake_timeout,omitempty"`
	TLSNotAfter      time.Time     `json:"tls_cert_not_after,omitzero"`
}

// listeners tells how clients may come.
func (v *Varz) listeners(b *actors.Broker, c *actors.Config) {
	if t := c.TLS; t != nil {
		v.TLSRequired, v.TLSVerify = !c.AllowNonTLS, t.Verify || t.Map
		if t.Timeout > 0 {
			v.TLSTimeout = t.Timeout.Seconds()
		}
	}
	var webEnds time.Time
	v.TLSNotAfter, webEnds = b.CertificatesEnd()
	at, ok := b.WebSocketAddr().(*net.TCPAddr)
	if w := c.WebSocket; ok {
		v.Websocket = websocketVarz{
			Host: cmp.Or(w.Host, c.Host), Port: at.Port, Advertise: w.Advertise, NoTLS: w.NoTLS, TLSMap: w.TLS != nil && w.TLS.Map, SameOrigin: w.SameOrigin, AllowedOrigins: w.AllowedOrigins,
			Compression: w.Compression, HandshakeTimeout: cmp.Or(w.HandshakeTimeout, config.DefaultWebSocketTimeout), TLSNotAfter: webEnds,
		}
	}
}

// Varz makes the document.
func (m *Maker) Varz(ctx context.Context) *Varz {
	c, st, at, process := m.broker.Config(), m.broker.Stats(), now(), m.process.Load()
	v := &Varz{
		ServerID: m.broker.ServerID(), ServerName: c.ServerName, Version: actors.ProtocolVersion, Troupe: c.Version,
		Proto: 1, Go: runtime.Version(), Host: c.Host, Port: c.Port, AuthRequired: st.AuthRequired,
		MaxConnections: max(c.MaxConnections, 0), MaxSubs: c.MaxSubscriptions, PingInterval: c.PingInterval, PingMax: c.PingMax,
		HTTPHost: process.HTTP.Host, HTTPPort: process.HTTP.Port, HTTPSPort: process.HTTP.HTTPSPort,
		HTTPBasePath: process.HTTP.BasePath, HTTPRequests: map[string]uint64{}, AuthTimeout: c.AuthTimeout.Seconds(),
		MaxControlLine: c.MaxControlLine, MaxPayload: c.MaxPayload, MaxPending: c.MaxPending,
		TLSTimeout: 2, WriteDeadline: c.WriteDeadline,
		Start: st.Start.UTC(), Now: at, Uptime: uptime(at.Sub(st.Start)),
		Mem: residentMemory(), Cores: runtime.NumCPU(), MaxProcs: runtime.GOMAXPROCS(0), CPU: m.usage.percent(at, st.Start),
		Connections: st.Connections, TotalConns: st.TotalConnections,
		InMsgs: st.InMessages, InBytes: st.InBytes, InClientMsgs: st.InMessages - st.LinksInMessages, InClientBytes: st.InBytes - st.LinksInBytes,
		OutMsgs: st.OutMessages, OutBytes: st.OutBytes, OutClientMsgs: st.OutMessages - st.LinksOutMessages, OutClientBytes: st.OutBytes - st.LinksOutBytes,
		Leafs: st.Links, LeafNode: leafVarzOf(m.broker, c.LeafNodes),
		SlowConsumers: st.SlowConsumers, StaleConns: st.StaleConnections, Subscriptions: st.Subscriptions,
		ConfigLoadTime: st.Start.UTC(), SystemAccount: c.SystemAccount,
		SlowByKind: byKind{Clients: st.SlowConsumers}, StaleByKind: byKind{Clients: st.StaleConnections},
		Ledger: st.Ledger,
	}
	v.storage(m)
	v.Tags, v.Metadata = c.Tags, c.Metadata
	v.cluster(m.broker, &c)
	v.listeners(m.broker, &c)
	if process.Requests != nil {
		maps.Copy(v.HTTPRequests, process.Requests())
	}
	if process.Loaded != nil {
		loaded, digest := process.Loaded()
		v.ConfigLoadTime, v.ConfigDigest = loaded.UTC(), digest
	}
	if tree, err := m.broker.Tree(CountedChildren); err == nil { // else the numbers are worth having without
		v.Actors.add(tree)
	}
	return v
}

// uptime prints a duration as 1y2d3h4m5s, from the largest unit that it has.
func uptime(d time.Duration) string {
	secs := max(int64(d/time.Second), 0)
	text := fmt.Sprintf("%ds", secs%60)
	for _, unit := range []struct {
		size, more int64
		name       string
	}{{60, 60, "m"}, {3600, 24, "h"}, {86400, 365, "d"}, {365 * 86400, 1 << 40, "y"}} {
		if secs < unit.size {
			break
		}
		text = fmt.Sprintf("%d%s%s", secs/unit.size%unit.more, unit.name, text)
	}
	return text
}
