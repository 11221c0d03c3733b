package mesh

import (
	"encoding/json"
	"fmt"
	"maps"
	"strconv"

	"github.com/troupe-mq/troupe/actors/internal/compression"
	"github.com/troupe-mq/troupe/actors/internal/members"
	"github.com/troupe-mq/troupe/actors/internal/peer"
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
	Nonce        string            `json:"nonce,omitempty"` // of a greeting: servers of NATS say one, and sign none
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
	Gossip       members.Gossip    `json:"gossip_mode,omitempty"`
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
func retold(said []byte, s *members.Strand) (fields map[string]json.RawMessage, err error) {
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
func inMode(fields map[string]json.RawMessage, g members.Gossip) []byte {
	fields = maps.Clone(fields)
	delete(fields, "gossip_mode")
	if g != members.GossipUsual {
		fields["gossip_mode"] = json.RawMessage(strconv.Itoa(int(g)))
	}
	return line("INFO", fields)
}
