package actors

import (
	"crypto/tls"
	"net"
	"strconv"
	"strings"
	"time"

	"github.com/asynkron/protoactor-go/actor"

	"github.com/troupe-mq/troupe/actors/access"
	"github.com/troupe-mq/troupe/supervisor"
)

// ConnectionReport is what a connection says about itself. It is a copy.
type ConnectionReport struct {
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
	Subscriptions     []SubscriptionReport

	// Stop and Reason are set if the connection has ended.
	Stop   time.Time
	Reason CloseReason

	Mailbox supervisor.Load

	pid *actor.PID
}

// Closed reports whether the connection has ended.
func (r *ConnectionReport) Closed() bool { return r.Reason != notClosed }

// SubscriptionReport is one subscription.
type SubscriptionReport struct {
	CID       uint64
	Account   string
	SID       string
	Subject   string
	Queue     string
	Delivered int64 // messages
	Max       int64 // of UNSUB, 0 if none
}

// report asks a connection for its ConnectionReport. Everybody who is asked is
// sent the same message. The channel has room for all of them, so that an answer
// never blocks; one that is gone answers nil.
type report struct {
	answers chan<- *ConnectionReport
	subs    bool // list the subscriptions
}

// IgnoreDeadLetterLogging: a connection may end between being found and asked.
func (*report) IgnoreDeadLetterLogging() {}

// report answers.
func (c *connection) report(m *report) {
	r := c.describe()
	if m.subs {
		r.Subscriptions = make([]SubscriptionReport, 0, c.subs.len())
		for s := range c.subs.all {
			r.Subscriptions = append(r.Subscriptions, s.report())
		}
	}
	m.answers <- r
}

func (c *connection) describe() *ConnectionReport {
	host, port := splitAddr(c.link.conn().RemoteAddr())
	r := &ConnectionReport{
		CID:               c.cid,
		Kind:              "Client",
		Type:              c.door.kind,
		Host:              host,
		Port:              port,
		Start:             c.started,
		LastActivity:      c.stats.last,
		RTT:               c.clock.rtt,
		PendingBytes:      c.out.pending(),
		InMessages:        c.stats.inMessages,
		OutMessages:       c.stats.outMessages,
		InBytes:           c.stats.inBytes,
		OutBytes:          c.stats.outBytes,
		Name:              c.options.Name,
		Lang:              c.options.Lang,
		Version:           c.options.Version,
		Verbose:           c.options.Verbose,
		Pedantic:          c.options.Pedantic,
		SubscriptionCount: c.subs.len(),
		Mailbox:           supervisor.Load{Depth: c.box.Depth(), Oldest: c.box.Oldest(), Handled: c.box.Handled()},
		pid:               c.to.pid,
	}
	if c.connected && c.authorized() {
		r.User = c.user()
	}
	r.Account = c.accountName()
	if by := cipherOf(c.link); by.version != 0 {
		r.TLSVersion, r.TLSCipherSuite = strings.TrimPrefix(tls.VersionName(by.version), "TLS "), tls.CipherSuiteName(by.suite)
	}
	if r.LastActivity.IsZero() {
		r.LastActivity = c.started
	}
	now := c.now()
	r.Uptime, r.Idle = now.Sub(r.Start), now.Sub(r.LastActivity)
	return r
}

// cipherOf is how the client of a link is encrypted, zero if it is not.
func cipherOf(l link) cipher {
	switch l := l.(type) {
	case layered:
		return l.by
	case webLink:
		return l.web.by
	}
	return cipher{}
}

// splitAddr is an address as host and port, as far as it has them.
func splitAddr(addr net.Addr) (string, int) {
	if addr == nil || addr.Network() == "unix" {
		return "", 0
	}
	host, port, err := net.SplitHostPort(addr.String())
	if err != nil {
		return addr.String(), 0
	}
	n, _ := strconv.Atoi(port) // 0 will do for a port that is no number
	return host, n
}

func (s *subscription) report() SubscriptionReport {
	s = s.owner()
	account := access.GlobalAccount
	if s.to.account != nil {
		account = s.to.account.name
	}
	return SubscriptionReport{
		Account:   account,
		CID:       s.to.id,
		SID:       s.sid(),
		Subject:   s.subject(),
		Queue:     s.queue(),
		Delivered: s.delivered.Load(),
		Max:       s.limit.Load() &^ (ended | guarded),
	}
}
