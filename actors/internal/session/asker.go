package session

import (
	"encoding/json"
	"net"
	"time"
)

// Asker is what a service of another account is told of who asks it, in the words of nats-server. Empty fields are not said.
type Asker struct {
	Start      *time.Time    `json:"start,omitempty"`
	Host       string        `json:"host,omitempty"`
	CID        uint64        `json:"id,omitempty"`
	Account    string        `json:"acc,omitempty"`
	Service    string        `json:"svc,omitempty"` // the account that passes the request on, if one does
	User       string        `json:"user,omitempty"`
	Name       string        `json:"name,omitempty"`
	Lang       string        `json:"lang,omitempty"`
	Version    string        `json:"ver,omitempty"`
	RTT        time.Duration `json:"rtt,omitempty"`
	Server     string        `json:"server,omitempty"`
	Cluster    string        `json:"cluster,omitempty"`
	IssuerKey  string        `json:"issuer_key,omitempty"`
	NameTag    string        `json:"name_tag,omitempty"`
	Tags       []string      `json:"tags,omitempty"`
	Kind       string        `json:"kind,omitempty"`
	ClientType string        `json:"client_type,omitempty"`
}

// Asker is what everybody may know of the client.
func (s *Session) Asker(rtt time.Duration) Asker {
	return Asker{Account: s.AccountName(), RTT: rtt}
}

// Share adds what an account shares of its clients. kind is what the client is. Its token is not among it: whoever has that
// of a bearer is the bearer.
func (a *Asker) Share(s *Session, kind string) {
	o, start := s.Origin(), s.Started.UTC()
	a.Start, a.CID, a.User = &start, o.CID, o.User
	a.Host = o.Address
	if host, _, err := net.SplitHostPort(o.Address); err == nil {
		a.Host = host
	}
	a.Name, a.Lang, a.Version = o.Name, o.Lang, o.Version
	a.Kind = kind
	if kind == "Client" {
		a.ClientType = o.Kind
	}
	if s.Identity != nil && s.Identity.Token != nil {
		t := s.Identity.Token
		a.IssuerKey, a.NameTag, a.Tags = t.Issuer, t.Label, t.Tags
	}
}

// Text is the value of the header.
func (a *Asker) Text() []byte {
	text, err := json.Marshal(a)
	if err != nil {
		panic(err) // there is nothing in it that cannot be written down
	}
	return text
}
