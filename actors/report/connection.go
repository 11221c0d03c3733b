package report

import (
	"crypto/x509"
	"strings"
	"time"

	"github.com/troupe-mq/troupe/supervisor"
)

// Connection is what a connection has said about itself. It is a copy.
type Connection struct {
	CID          uint64
	Kind         string // "Client"
	Type         string // "nats" or "websocket"
	Host         string
	Port         int
	Start        time.Time
	LastActivity time.Time
	Uptime, Idle time.Duration // until now, or until the connection ended
	Compression  string        // of what is sent to a server; empty for none
	RTT          time.Duration // of the last PING; 0 if it is not known
	PendingBytes int           // that wait to be written to the client

	InMessages, OutMessages uint64 // from the client, to the client
	InBytes, OutBytes       uint64 // of payload

	Name, Lang, Version string // as the client calls itself
	User                string // whom the client has authenticated as
	Tried               string // whom it has said it was, where it could not come in so; see Origin
	Account             string // the account that the client is in
	Proxy               string // the key of the proxy that has vouched for it, empty for none
	Issuer              string // the key that has signed the client's token, or the account of a user on a list
	Verbose, Pedantic   bool
	TLSVersion          string // "1.3"; empty if the client is not encrypted
	TLSCipherSuite      string
	TLSFirst            bool // the client began its handshake before INFO
	// Certificates are those that the client has shown, its own first. They are not kept of one that has ended.
	Certificates []*x509.Certificate

	// SubscriptionCount is how many subscriptions there are. Subscriptions lists them if the query
	// asked for that. Of a connection that has ended only the first few are kept.
	SubscriptionCount int
	Subscriptions     []Subscription

	// Stop and Reason are set if the connection has ended.
	Stop   time.Time
	Reason CloseReason

	Mailbox supervisor.Load
}

// Closed reports whether the connection has ended.
func (r *Connection) Closed() bool { return r.Reason != "" }

// mentions reports whether a text in lower case stands in what people know the connection by.
func (r *Connection) mentions(text string) bool {
	for _, known := range [...]string{r.Name, r.User, r.Account, r.Host, r.Lang, string(r.Reason)} {
		if strings.Contains(strings.ToLower(known), text) {
			return true
		}
	}
	return false
}

// Subscription is one subscription.
type Subscription struct {
	CID       uint64
	Account   string
	SID       string
	Subject   string
	Queue     string
	Delivered int64 // messages so far
	Max       int64 // of UNSUB, in messages; 0 if there is none
}

// closedText is how many bytes are kept of each text of a connection that has ended.
// A client chooses these texts, and it may come back ten thousand times.
const closedText = 128

// Brief is the beginning of a text that a client chose. It has memory of its own: a part of the text
// would keep the whole alive.
func Brief(s string) string {
	if len(s) <= closedText {
		return s
	}
	return strings.ToValidUTF8(strings.Clone(s[:closedText]), "") + "…"
}

// Place is where a message is seen: an account, and the subject that it has there.
type Place struct{ Account, Subject string }
