package members

import (
	"slices"

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

// MostURLs is how many addresses for clients of each kind are taken up that one server says.
const MostURLs = 128

// clip leaves out what is too much: all of it is told to clients, with that of the other servers.
func (i *Info) clip() {
	for _, all := range []*[]string{&i.URLs, &i.WebURLs, &i.LeafURLs} {
		if len(*all) > MostURLs {
			*all = slices.Clone((*all)[:MostURLs])
		}
	}
}

// Gossip is what becomes of the news that there is a server.
type Gossip int

// The modes of gossip, as servers write them.
const (
	GossipUsual    Gossip = iota // who hears of the server dials it, and tells nobody
	GossipDisabled               // neither does the server that is dialed
	GossipOverride               // who hears of the server dials it, and tells others all the same
)
