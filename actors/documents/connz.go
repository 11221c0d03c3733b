package documents

import (
	"cmp"
	"context"
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"time"

	"github.com/troupe-mq/troupe/actors/report"
)

// Connz is the document about connections.
type Connz struct {
	Head
	NumConns int          `json:"num_connections"`
	Total    int          `json:"total"`
	Offset   int          `json:"offset"`
	Limit    int          `json:"limit"`
	Silent   int          `json:"not_answering,omitempty"` // connections left out because they did not answer
	Conns    []Connection `json:"connections"`
}

// Proxy is the proxy that has vouched for a connection.
type Proxy struct {
	Key string `json:"key"`
}

// Connection is one of them.
type Connection struct {
	CID          uint64         `json:"cid"`
	Kind         string         `json:"kind"`
	Type         string         `json:"type"`
	IP           string         `json:"ip"`
	Port         int            `json:"port"`
	Start        time.Time      `json:"start"`
	LastActivity time.Time      `json:"last_activity"`
	Stop         *time.Time     `json:"stop,omitempty"`
	Reason       string         `json:"reason,omitempty"`
	RTT          string         `json:"rtt,omitempty"`
	Uptime       string         `json:"uptime"`
	Idle         string         `json:"idle"`
	Pending      int            `json:"pending_bytes"`
	InMsgs       uint64         `json:"in_msgs"`
	OutMsgs      uint64         `json:"out_msgs"`
	InBytes      uint64         `json:"in_bytes"`
	OutBytes     uint64         `json:"out_bytes"`
	NumSubs      int            `json:"subscriptions"`
	Name         string         `json:"name,omitempty"`
	Lang         string         `json:"lang,omitempty"`
	Version      string         `json:"version,omitempty"`
	User         string         `json:"authorized_user,omitempty"`
	Account      string         `json:"account,omitempty"`
	IssuerKey    string         `json:"issuer_key,omitempty"`
	Proxy        *Proxy         `json:"proxy,omitempty"`
	TLSVersion   string         `json:"tls_version,omitempty"`
	TLSCipher    string         `json:"tls_cipher_suite,omitempty"`
	TLSPeerCerts []PeerCert     `json:"tls_peer_certs,omitempty"`
	TLSFirst     bool           `json:"tls_first,omitempty"`
	Subs         []string       `json:"subscriptions_list,omitempty"`
	Detail       []Subscription `json:"subscriptions_list_detail,omitempty"`
	NameTag      string         `json:"name_tag,omitempty"`
}

// PeerCert is a certificate that a client has shown.
type PeerCert struct {
	Subject   string `json:"subject,omitempty"`
	KeySHA256 string `json:"spki_sha256,omitempty"` // of the public key, in hexadecimal: what pinned_certs takes
	SHA256    string `json:"cert_sha256,omitempty"` // of the whole certificate
}

// Subscription is one subscription.
type Subscription struct {
	Account    string `json:"account,omitempty"`
	AccountTag string `json:"account_tag,omitempty"`
	Subject    string `json:"subject"`
	Queue      string `json:"qgroup,omitempty"`
	SID        string `json:"sid"`
	Msgs       int64  `json:"msgs"`
	Max        int64  `json:"max,omitempty"`
	CID        uint64 `json:"cid"`
}

// Connz makes the document. What nobody can be asked for is a RequestError.
func (m *Maker) Connz(ctx context.Context, o ConnzOptions) (*Connz, error) {
	q := o.query()
	if err := q.Validate(); err != nil {
		return nil, &RequestError{err}
	}
	if _, known := states[o.State]; !known {
		return &Connz{Head: m.Head(), Limit: report.DefaultPage, Conns: []Connection{}}, nil
	}
	page, err := m.broker.Connections(ctx, q)
	if err != nil {
		return nil, err
	}
	out := &Connz{
		Head: m.Head(), NumConns: len(page.Connections), Total: page.Total, Offset: page.Offset, Limit: page.Limit,
		Silent: page.Silent, Conns: make([]Connection, 0, len(page.Connections)),
	}
	for _, c := range page.Connections {
		out.Conns = append(out.Conns, connection(c, &o))
	}
	return out, nil
}

func connection(r *report.Connection, o *ConnzOptions) Connection {
	c := Connection{
		CID: r.CID, Kind: r.Kind, Type: r.Type, IP: r.Host, Port: r.Port,
		Start: r.Start.UTC(), LastActivity: r.LastActivity.UTC(), RTT: roundTrip(r.RTT),
		Uptime: uptime(r.Uptime), Idle: uptime(r.Idle), Pending: r.PendingBytes,
		InMsgs: r.InMessages, OutMsgs: r.OutMessages, InBytes: r.InBytes, OutBytes: r.OutBytes,
		NumSubs: r.SubscriptionCount, Name: r.Name, Lang: r.Lang, Version: r.Version,
		TLSVersion: r.TLSVersion, TLSCipher: r.TLSCipherSuite, TLSFirst: r.TLSFirst,
	}
	if r.Proxy != "" {
		c.Proxy = &Proxy{r.Proxy}
	}
	if r.Closed() {
		stop := r.Stop.UTC()
		c.Stop, c.Reason = &stop, string(r.Reason)
	}
	if o.Auth {
		c.User, c.Account, c.NameTag = cmp.Or(r.User, r.Tried), r.Account, r.Account
		c.IssuerKey, c.TLSPeerCerts = r.Issuer, peerCerts(r.Certificates)
	}
	for _, sub := range r.Subscriptions {
		if o.Detail {
			c.Detail = append(c.Detail, subscription(sub, false))
		} else {
			c.Subs = append(c.Subs, sub.Subject)
		}
	}
	return c
}

// subscription tells of its account where that is not known from its connection.
func subscription(r report.Subscription, account bool) Subscription {
	s := Subscription{Subject: r.Subject, Queue: r.Queue, SID: r.SID, Msgs: r.Delivered, Max: r.Max, CID: r.CID}
	if account {
		s.Account, s.AccountTag = r.Account, r.Account
	}
	return s
}

func peerCerts(shown []*x509.Certificate) (out []PeerCert) {
	for _, c := range shown {
		key, all := sha256.Sum256(c.RawSubjectPublicKeyInfo), sha256.Sum256(c.Raw)
		out = append(out, PeerCert{c.Subject.String(), hex.EncodeToString(key[:]), hex.EncodeToString(all[:])})
	}
	return out
}

// roundTrip prints what is known of a round trip, to the microsecond.
func roundTrip(d time.Duration) string {
	switch {
	case d <= 0:
		return ""
	case d < time.Microsecond:
		return d.String()
	default:
		return d.Truncate(time.Microsecond).String()
	}
}
