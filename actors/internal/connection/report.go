package connection

import (
	"crypto/tls"
	"strings"

	"github.com/troupe-mq/troupe/actors/internal/history"
	"github.com/troupe-mq/troupe/actors/internal/host"
	"github.com/troupe-mq/troupe/actors/internal/interest"
	"github.com/troupe-mq/troupe/actors/internal/steps"
	"github.com/troupe-mq/troupe/actors/internal/transport"
	"github.com/troupe-mq/troupe/actors/report"
	"github.com/troupe-mq/troupe/actors/tap"
	"github.com/troupe-mq/troupe/supervisor"
	"github.com/troupe-mq/troupe/topics"
)

// This file is what a connection says about itself.

// report answers.
func (c *connection) report(m *Report) {
	r := c.describe()
	if !m.Subs {
		m.Answers <- r
		return
	}
	c.run(&errand{cost: listing, some: c.withSubs(func(some []*interest.Subscription) {
		for _, s := range some {
			if m.Overlapping == "" || topics.Overlap(m.Overlapping, s.Subject()) {
				r.Subscriptions = append(r.Subscriptions, s.Report())
			}
		}
	}), then: func() { m.Answers <- r }, lost: func() { m.Answers <- nil }})
}

// count counts subscriptions. One to a group of another server stands for so many as that has members.
func (c *connection) count(m *Count) {
	if c.session.AccountName() != m.Account || c.subs.Len() == 0 {
		m.Answers <- 0
		return
	}
	n := 0
	c.run(&errand{cost: listing, some: c.withSubs(func(some []*interest.Subscription) {
		for _, s := range some {
			if s.IsOf(m.Queue) && topics.Covers(m.Within, s.Subject()) {
				n += s.Weight()
			}
		}
	}), then: func() { m.Answers <- n }, lost: func() { m.Answers <- 0 }})
}

// listing is the work of one subscription in a list.
const listing = 5 * steps.Delivery

func (c *connection) describe() *report.Connection {
	host, port := transport.SplitAddr(c.session.Link.Conn().RemoteAddr())
	said := c.session.Said()
	r := &report.Connection{
		CID:               c.cid(),
		Kind:              c.kind(),
		Type:              c.session.Endpoint.Kind,
		Host:              host,
		Port:              port,
		Start:             c.session.Started,
		LastActivity:      c.counts.Last,
		RTT:               c.clock.RTT,
		PendingBytes:      c.out.Pending(),
		InMessages:        c.counts.InMessages,
		OutMessages:       c.counts.OutMessages,
		InBytes:           c.counts.InBytes,
		OutBytes:          c.counts.OutBytes,
		Name:              said.Name,
		Lang:              said.Lang,
		Version:           said.Version,
		Verbose:           c.session.Options.Verbose,
		Pedantic:          c.session.Options.Pedantic,
		SubscriptionCount: c.subs.Len(),
		Mailbox:           supervisor.Load{Depth: c.box.Depth(), Oldest: c.box.Oldest(), Handled: c.box.Handled()},
	}
	r.Compression = string(c.server.compression())
	if c.connected && c.session.Authorized() {
		r.User, r.Issuer, r.Proxy = c.session.User(), c.session.Issuer(), said.Proxy
	}
	r.Account, r.Tried = c.session.AccountName(), c.session.Tried()
	if by := transport.CipherOf(c.session.Link); by.Version != 0 {
		r.TLSVersion, r.TLSCipherSuite = strings.TrimPrefix(tls.VersionName(by.Version), "TLS "), tls.CipherSuiteName(by.Suite)
		r.TLSFirst, r.Certificates = by.First, by.Shown()
	}
	if r.LastActivity.IsZero() {
		r.LastActivity = c.session.Started
	}
	now := c.Now()
	r.Uptime, r.Idle = now.Sub(r.Start), now.Sub(r.LastActivity)
	return r
}

// kind is what is on the other side, as nats-server calls it.
func (c *connection) kind() string {
	switch c.pub.Target.Kind {
	case interest.Hub, interest.Spoke, interest.Engine:
		return "Leafnode"
	case interest.Route:
		return "Router"
	default:
		return "Client"
	}
}

// closedSubs is how many subscriptions are kept of a connection that has ended.
const closedSubs = 16

// keepReport notes what the connection will not know any more when it has ended.
func (c *connection) keepReport() {
	aside := c.onTheSide()
	if aside.past != nil {
		return
	}
	past := c.describe()
	aside.past = past
	past.Subscriptions = make([]report.Subscription, 0, min(c.subs.Len(), closedSubs))
	for s := range c.subs.All {
		if len(past.Subscriptions) == cap(past.Subscriptions) {
			break
		}
		r := s.Report()
		r.SID, r.Subject, r.Queue = report.Brief(r.SID), report.Brief(r.Subject), report.Brief(r.Queue)
		past.Subscriptions = append(past.Subscriptions, r)
	}
}

// reportClosed tells whoever remembers that this connection has ended, and the taps that it is gone.
func (c *connection) reportClosed() {
	if c.session.Internal && (!c.isSpoke() || !c.session.Authorized()) {
		return
	}
	r := c.describe()
	past := c.onTheSide().past
	r.SubscriptionCount, r.Subscriptions = past.SubscriptionCount, past.Subscriptions
	r.PendingBytes, r.Certificates = past.PendingBytes, nil
	r.Stop, r.Reason = r.Start.Add(r.Uptime), c.reason
	r.Name, r.Lang, r.Version = report.Brief(r.Name), report.Brief(r.Lang), report.Brief(r.Version)
	c.Send(c.PID(host.Path(host.Monitor, host.Closed)), &history.ConnectionClosed{Last: r})
	c.witness.Note(tap.Record{Kind: tap.Disconnected, Reason: string(c.reason), Last: r}, c)
}
