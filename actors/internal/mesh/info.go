package mesh

import (
	"encoding/json"
	"fmt"
	"maps"
	"net"
	"net/url"
	"strconv"
	"strings"

	"github.com/troupe-mq/troupe/actors/internal/compression"
	"github.com/troupe-mq/troupe/actors/internal/peer"
)

// Info is what a server of the cluster says about itself, as far as it matters.
type Info struct {
	ServerID     string           `json:"server_id"`
	ServerName   string           `json:"server_name"`
	Version      string           `json:"version"`
	Troupe       string           `json:"troupe"`
	Proto        int              `json:"proto"`
	Host         string           `json:"host"`
	Port         int              `json:"port"`
	IP           string           `json:"ip"` // the URL of its routes, in spite of its name
	Headers      bool             `json:"headers"`
	MaxPayload   int              `json:"max_payload"`
	AuthRequired bool             `json:"auth_required"`
	JetStream    bool             `json:"jetstream"`
	Domain       string           `json:"domain"`
	Cluster      string           `json:"cluster"`
	Dynamic      bool             `json:"cluster_dynamic"`
	URLs         []string         `json:"connect_urls"`
	WebURLs      []string         `json:"ws_connect_urls"`
	LeafURLs     []string         `json:"leafnode_urls"`
	LameDuck     bool             `json:"ldm"`
	Gossip       Gossip           `json:"gossip_mode"`
	Gateway      string           `json:"gateway"`
	Compression  compression.Mode `json:"compression"`
	LeafOrigin   bool             `json:"lnoc"` // as ownInfo has them
	LeafUnsub    bool             `json:"lnocu"`
	// Import and Export are what may pass its routes.
	Import *peer.Permissions `json:"import"`
	Export *peer.Permissions `json:"export"`

	PoolSize     int    `json:"route_pool_size"` // 0: the server makes one connection, for all accounts
	PoolIndex    int    `json:"route_pool_idx"`
	RouteAccount string `json:"route_account"` // that the connection is for
	// AccountAdded is on an INFO that says no more than that an account is to have a connection of its own from now on: a
	// word to be repeated.
	AccountAdded string `json:"route_acc_add_reqid"`
}

// Gossip is what becomes of the news that there is a server.
type Gossip int

// The modes of gossip, as servers write them.
const (
	GossipUsual    Gossip = iota // who hears of the server dials it, and tells nobody
	GossipDisabled               // neither does the server that is dialed
	GossipOverride               // who hears of the server dials it, and tells others all the same
)

// ownInfo is the INFO of this broker on a route. The order of the fields is that of NATS.
type ownInfo struct {
	ServerID     string            `json:"server_id"`
	ServerName   string            `json:"server_name"`
	Version      string            `json:"version"`
	Troupe       string            `json:"troupe"`
	Proto        int               `json:"proto"`
	Go           string            `json:"go"`
	Host         string            `json:"host"`
	Port         int               `json:"port"`
	Headers      bool              `json:"headers"`
	AuthRequired bool              `json:"auth_required,omitempty"`
	TLSRequired  bool              `json:"tls_required,omitempty"`
	TLSVerify    bool              `json:"tls_verify,omitempty"`
	MaxPayload   int               `json:"max_payload"`
	IP           string            `json:"ip,omitempty"`
	Import       *peer.Permissions `json:"import,omitempty"`
	Export       *peer.Permissions `json:"export,omitempty"`
	Cluster      string            `json:"cluster"`
	Dynamic      bool              `json:"cluster_dynamic,omitempty"`
	URLs         []string          `json:"connect_urls,omitempty"`
	WebURLs      []string          `json:"ws_connect_urls,omitempty"`
	LeafURLs     []string          `json:"leafnode_urls,omitempty"`
	LameDuck     bool              `json:"ldm,omitempty"`
	Compression  compression.Mode  `json:"compression,omitempty"`
	LeafOrigin   bool              `json:"lnoc"`  // it understands LS+, LS- and LMSG: what is of the leaf nodes of others
	LeafUnsub    bool              `json:"lnocu"` // and that LS- has an origin as well
	PoolSize     int               `json:"route_pool_size,omitempty"`
	PoolIndex    int               `json:"route_pool_idx,omitempty"`
	RouteAccount string            `json:"route_account,omitempty"`
	Gossip       Gossip            `json:"gossip_mode,omitempty"`
}

// greeting is the CONNECT of a server.
type greeting struct {
	Echo        bool   `json:"echo"`
	Verbose     bool   `json:"verbose"`
	Pedantic    bool   `json:"pedantic"`
	User        string `json:"user,omitempty"`
	Pass        string `json:"pass,omitempty"`
	TLSRequired bool   `json:"tls_required"`
	Headers     bool   `json:"headers"`
	Name        string `json:"name"`
	Cluster     string `json:"cluster"`
	Dynamic     bool   `json:"cluster_dynamic,omitempty"`
	LeafOrigin  bool   `json:"lnoc"`
	Lang        string `json:"lang,omitempty"` // clients have one, servers have not
	Gateway     string `json:"gateway,omitempty"`
}

// line is a command with an argument that is JSON.
func line(verb string, v any) []byte {
	text, err := json.Marshal(v)
	if err != nil {
		panic("mesh: plain fields must be JSON: " + err.Error())
	}
	return fmt.Appendf(nil, "%s %s\r\n", verb, text)
}

// retold is the INFO of another server, with all that it has said, for those who may not know it.
func retold(said []byte, s *Strand) (fields map[string]json.RawMessage, err error) {
	if err := json.Unmarshal(said, &fields); err != nil {
		return nil, err
	}
	fields = maps.Clone(fields)
	delete(fields, "nonce")
	delete(fields, "route_pool_idx")
	if s.Account != "" {
		fields["route_account"], _ = json.Marshal(s.Account) // it is a text
	}
	fields["ip"], err = json.Marshal(s.Of.URL)
	return fields, err
}

// inMode is that INFO with a mode of gossip.
func inMode(fields map[string]json.RawMessage, g Gossip) []byte {
	fields = maps.Clone(fields)
	delete(fields, "gossip_mode")
	if g != GossipUsual {
		fields["gossip_mode"] = json.RawMessage(strconv.Itoa(int(g)))
	}
	return line("INFO", fields)
}

// scheme is that of the URLs that servers tell each other.
const scheme = "nats-route"

// urlOf is the URL of a server's routes that is at a host and has not said where else.
func urlOf(host string, port int) string {
	return fmt.Sprintf("%s://%s/", scheme, net.JoinHostPort(host, strconv.Itoa(port)))
}

// ParseURL reads the address of a server: a host with or without a port, or a URL with one of the schemes nats-route,
// nats and tls. The error says what is wrong, without what is secret in it.
func ParseURL(text string) (*url.URL, error) {
	text = strings.TrimSpace(text)
	if !strings.Contains(text, "://") {
		text = scheme + "://" + text
	}
	u, err := url.Parse(text)
	switch {
	case err != nil:
		return nil, fmt.Errorf("not a URL")
	case u.Scheme != scheme && u.Scheme != "nats" && u.Scheme != "tls":
		return nil, fmt.Errorf("scheme %q is none of nats-route, nats and tls", u.Scheme)
	case u.Hostname() == "":
		return nil, fmt.Errorf("there is no host in it")
	}
	if u.Port() == "" {
		u.Host = net.JoinHostPort(u.Hostname(), strconv.Itoa(DefaultPort))
	}
	return u, nil
}

// DefaultPort is where servers listen for routes.
const DefaultPort = 6222

// place tells addresses apart.
func place(u *url.URL) string { return strings.ToLower(u.Host) }
