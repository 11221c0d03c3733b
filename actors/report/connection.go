package report

import (
	"strings"
	"time"

	"github.com/troupe-mq/troupe/supervisor"
)

// Connection is what a connection says about itself. It is a copy.
type Connection struct {
	CID          uint64
	Kind         string // "Client"
	Type         string // "nats" or "websocket"
	Host         string
	Port         int
	Start        time.Time
	LastActivity time.Time
	Uptime, Idle time.Duration // until now, or until it ended
	RTT          time.Duration // 0 if not known
	PendingBytes int

	InMessages, OutMessages uint64
	InBytes, OutBytes       uint64

	Name, Lang, Version string // as the client calls itself
	User                string // whom it has authenticated as
	Account             string // which account it is in
	Verbose, Pedantic   bool
	TLSVersion          string // "1.3"; empty if the client is not encrypted
	TLSCipherSuite      string

	// SubscriptionCount is always true; Subscriptions are there if they were
	// asked for. Of a connection that has ended only the first few are kept.
	SubscriptionCount int
	Subscriptions     []Subscription

	// Stop and Reason are set if the connection has ended.
	Stop   time.Time
	Reason CloseReason

	Mailbox supervisor.Load
}

// Closed reports whether the connection has ended.
func (r *Connection) Closed() bool { return r.Reason != "" }

// Subscription is one subscription.
type Subscription struct {
	CID       uint64
	Account   string
	SID       string
	Subject   string
	Queue     string
	Delivered int64 // messages
	Max       int64 // of UNSUB, 0 if none
}

// closedText is how many bytes are kept of each text of a connection that has ended.
// A client chooses these texts, and it may come back ten thousand times.
const closedText = 128

// Brief is the beginning of a text, in memory of its own: a part would keep the
// whole alive.
func Brief(s string) string {
	if len(s) <= closedText {
		return s
	}
	return strings.ToValidUTF8(strings.Clone(s[:closedText]), "") + "…"
}
