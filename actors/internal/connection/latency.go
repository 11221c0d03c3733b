package connection

import (
	"time"

	"github.com/troupe-mq/troupe/wire/tracing"

	"github.com/troupe-mq/troupe/actors/internal/account"
	"github.com/troupe-mq/troupe/actors/report"
	"github.com/troupe-mq/troupe/wire"
)

// This file is how long the services of other accounts take.

// measure begins to measure a request from account a, nil if it is not to be measured. One that wants no answer is told of at
// once.
func (c *connection) measure(cmd *wire.Command, a *account.Account, s *account.ServiceImport, reply []byte) *report.Latency {
	l := s.Latency
	if l == nil {
		return nil
	}
	var by wire.Header
	if l.Sampling <= 0 || c.pub.Random(100) >= l.Sampling {
		if by = tracing.Sampled(cmd.Body.Of(c.in.Buf)[:cmd.Header]); by == nil {
			return nil
		}
	}
	m := &report.Latency{Account: s.Account.Name, Subject: l.Subject, Requestor: c.asker(a, s.Share), Header: by}
	m.Start = c.Now().Add(-rttOf(m.Requestor))
	if len(reply) == 0 {
		m.Status = report.LatencyNoReply
		a.Replies.Measured(m)
		return nil
	}
	return m
}

// answered is a measurement whose answer this client has just sent, nil if there is none.
func (c *connection) answered(r *account.ReplyRoute, from *account.Account) *report.Latency {
	if r.Measured == nil {
		return nil
	}
	m, now := *r.Measured, c.Now()
	m.Status, m.Responder = report.LatencyAnswered, c.asker(from, true)
	asked := m.Start.Add(rttOf(m.Requestor))
	m.Service = max(now.Sub(asked)-rttOf(m.Responder), 0)
	m.Total = now.Sub(m.Start)
	return &m
}

// rttOf is how long a message takes to somebody and back, as far as that is known.
func rttOf(who *report.Asker) time.Duration {
	if who == nil {
		return 0
	}
	return who.RTT
}
