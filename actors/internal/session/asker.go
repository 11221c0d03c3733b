package session

import (
	"net"
	"time"

	"github.com/troupe-mq/troupe/actors/report"
)

// Asker is what everybody may know of the client.
func (s *Session) Asker(rtt time.Duration) report.Asker {
	return report.Asker{Account: s.AccountName(), RTT: rtt}
}

// Share adds what an account shares of its clients. kind is what the client is. Its token is not among it: whoever has that
// of a bearer is the bearer.
func (s *Session) Share(a *report.Asker, kind string) {
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
