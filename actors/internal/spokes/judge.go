package spokes

import (
	"encoding/json"
	"strings"

	"github.com/troupe-mq/troupe/actors/internal/peer"
	"github.com/troupe-mq/troupe/actors/report"
	"github.com/troupe-mq/troupe/wire"
)

// greeting is the CONNECT of a leaf node, as far as it is not about who it is.
type greeting struct {
	Name          string   `json:"name"`
	ServerID      string   `json:"server_id"`
	Version       string   `json:"version"`
	Troupe        string   `json:"troupe"` // its own version, of one like this
	Cluster       string   `json:"cluster"`
	Domain        string   `json:"domain"`
	Headers       bool     `json:"headers"`
	JetStream     bool     `json:"jetstream"`
	Protocol      int      `json:"protocol"`
	MaxPayload    int      `json:"max_payload"`
	Hub           bool     `json:"is_hub"`
	DenyPub       []string `json:"deny_pub"` // what it does not want
	Isolate       bool     `json:"isolate"`
	RemoteAccount string   `json:"remote_account"` // its own
	Gateway       string   `json:"gateway"`
	Lang          string   `json:"lang"` // clients have one, servers have not
}

// judge reads a CONNECT. cluster is that of this broker. The error says why the server cannot stay.
func (s *Settings) judge(said []byte, cluster string) (*greeting, *wire.Error) {
	g := &greeting{}
	if json.Unmarshal(said, g) != nil {
		return nil, wire.ErrParser
	}
	switch {
	case g.Lang != "":
		return nil, peer.Refusal(report.WrongPort, "attempted to connect to leaf node port")
	case g.Gateway != "":
		return nil, peer.Refusal(report.WrongPort, "Rejecting connection from gateway %q on the leafnode port", report.Brief(g.Gateway))
	case !isClusterName(g.Cluster):
		return nil, errSpacesInName
	case g.Cluster != "" && g.Cluster == cluster:
		return nil, peer.Refusal(report.ClusterNamesIdentical, "remote leafnode has same cluster name")
	case s.tooOld(g.Version):
		return nil, peer.Refusal(report.MinimumVersionRequired, "connection rejected since minimum version required is %q", s.MinVersion)
	}
	return g, nil
}

var errSpacesInName = peer.Refusal(report.ProtocolViolation, "cluster name cannot contain spaces")

func isClusterName(text string) bool { return !strings.ContainsAny(text, " \t\r\n") }

func (s *Settings) tooOld(version string) bool {
	least, some := ParseVersion(s.MinVersion)
	v, ok := ParseVersion(version)
	return some && (!ok || v.Before(least))
}

// server is who the leaf node is.
func (g *greeting) server(s *Settings) peer.Server {
	return peer.Server{
		Hasty: g.Troupe == "",
		ID:    g.ServerID, Name: g.Name, Version: g.Version, Cluster: g.Cluster, Domain: g.Domain, JetStream: g.JetStream, Headers: g.Headers,
		MaxPayload: g.MaxPayload, Protocol: g.Protocol, RemoteAccount: g.RemoteAccount, Hub: g.Hub, Alone: s.Isolate || g.Isolate,
	}
}
