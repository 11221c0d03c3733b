package sys

import (
	"cmp"
	"net"
	"time"

	"github.com/troupe-mq/troupe/actors/documents"
	"github.com/troupe-mq/troupe/actors/report"
)

// clientInfo is whom an event is about.
type clientInfo struct {
	Start      time.Time     `json:"start"`
	Host       string        `json:"host,omitempty"`
	CID        uint64        `json:"id"`
	Account    string        `json:"acc"`
	User       string        `json:"user,omitempty"`
	Name       string        `json:"name,omitempty"`
	Lang       string        `json:"lang,omitempty"`
	Version    string        `json:"ver,omitempty"`
	RTT        time.Duration `json:"rtt,omitempty"`
	Stop       *time.Time    `json:"stop,omitempty"`
	NameTag    string        `json:"name_tag,omitempty"`
	Kind       string        `json:"kind"`
	ClientType string        `json:"client_type,omitempty"`
}

func clientOf(o *report.Origin) clientInfo {
	host, _, err := net.SplitHostPort(o.Address)
	if err != nil {
		host = o.Address
	}
	i := clientInfo{
		Start: o.Start.UTC(), Host: host, CID: o.CID, Account: o.Account, NameTag: o.Account, User: cmp.Or(o.User, o.Tried),
		Name: o.Name, Lang: o.Lang, Version: o.Version, Kind: "Client", ClientType: o.Kind,
	}
	if o.IsLeafNode() {
		i.Kind, i.ClientType = "Leafnode", ""
	}
	return i
}

// connected tells of a client that has come in.
func connected(o *report.Origin, at time.Time) *connectEvent {
	return &connectEvent{event: newEvent(typeConnect, at), Client: clientOf(o)}
}

// disconnected tells of a client that has gone. last is what it was like, if that
// is known.
func disconnected(o *report.Origin, at time.Time, reason string, last *report.Connection) *disconnectEvent {
	e := &disconnectEvent{event: newEvent(typeDisconnect, at), Client: clientOf(o), Reason: reason}
	stop := e.Time
	e.Client.Stop = &stop
	if last != nil {
		e.Client.RTT = last.RTT
		e.Sent = documents.MsgBytes{Msgs: last.InMessages, Bytes: last.InBytes}
		e.Received = documents.MsgBytes{Msgs: last.OutMessages, Bytes: last.OutBytes}
	}
	return e
}
