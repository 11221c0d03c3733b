package sys

import (
	"time"

	"github.com/asynkron/protoactor-go/actor"

	"github.com/troupe-mq/troupe/actors/report"
)

// This file is how long services took, as the accounts are told that offer them.

const typeLatency = "io.nats.server.metric.v1.service_latency"

// mayMeasure is how many measurements wait to be told.
const mayMeasure = 1024

// latency is a measurement as it is told. All times are in nanoseconds.
type latency struct {
	Type      string               `json:"type"`
	ID        string               `json:"id"`
	Time      time.Time            `json:"timestamp"`
	Status    report.LatencyStatus `json:"status"`
	Error     string               `json:"description,omitempty"`
	Requestor *report.Asker        `json:"requestor,omitempty"`
	Responder *report.Asker        `json:"responder,omitempty"`
	Header    map[string][]string  `json:"header,omitempty"`
	Start     time.Time            `json:"start"`
	Service   time.Duration        `json:"service"`
	System    time.Duration        `json:"system"`
	Total     time.Duration        `json:"total"`
}

// by does nothing: a measurement does not say which server it is from.
func (*latency) by(*Server) {}

func newLatency(m *report.Latency, at time.Time) *latency {
	e := newEvent(typeLatency, at)
	return &latency{
		Type: e.Type, ID: e.ID, Time: e.Time, Status: m.Status, Error: m.Status.Text(), Requestor: m.Requestor, Responder: m.Responder,
		Header: m.Header, Start: m.Start.UTC(), Service: m.Service, System: m.System, Total: m.Total,
	}
}

// tellLatency publishes a measurement in the account of the service.
func (s *serving) tellLatency(ctx actor.Context, m *report.Latency) {
	s.untold.Add(-1)
	if s.clients[m.Account] == nil {
		s.join(ctx)
	}
	cl := s.clients[m.Account]
	if cl == nil {
		return // the account is gone
	}
	if err := s.voice.say(cl, m.Subject, newLatency(m, time.Now())); err != nil {
		s.logger.Warn("a measurement of a service could not be published", "subject", m.Subject, "error", err)
	}
}
