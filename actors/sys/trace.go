package sys

import (
	"context"
	"slices"
	"time"

	"github.com/asynkron/protoactor-go/actor"

	"github.com/troupe-mq/troupe/actors/client"
	"github.com/troupe-mq/troupe/actors/report"
	"github.com/troupe-mq/troupe/supervisor"
)

// This file is traces of messages: the broker notes them, and the service tells them in the account of who has asked.

// What traces may take.
const (
	mayTrace = 128 // traces wait to be told, and as many to be seen by the actor; what comes then is not
	mostName = 64  // receivers of one message that are asked for their names
	nameTime = time.Second
)

// trace is a trace as it is told.
type trace struct {
	Server  *Server      `json:"server"`
	Request traceRequest `json:"request"`
	Hops    int          `json:"hops,omitempty"`
	Events  []any        `json:"events"`
	LeftOut int          `json:"left_out,omitempty"` // events more
}

func (t *trace) by(s *Server) { t.Server = s }

type traceRequest struct {
	Header map[string][]string `json:"header,omitempty"`
	Size   int                 `json:"msgsize,omitempty"`
}

// traceEvent is what all events begin with.
type traceEvent struct {
	Type report.TraceKind `json:"type"`
	Time time.Time        `json:"ts"`
}

// traceEnd is what those have that are about a connection.
type traceEnd struct {
	traceEvent
	Kind int    `json:"kind"`
	CID  uint64 `json:"cid"`
	Name string `json:"name,omitempty"`
}

type traceIn struct {
	traceEnd
	Account string `json:"acc"`
	Subject string `json:"subj"`
	Error   string `json:"error,omitempty"`

	Parsing   time.Duration `json:"parsing_ns,omitempty"`   // until all that came with the message was parsed
	Partition time.Duration `json:"partition_ns,omitempty"` // from there until it was matched
}

type traceOut struct {
	traceEnd
	Hop          string `json:"hop,omitempty"`
	Account      string `json:"acc,omitempty"`
	Subscription string `json:"sub,omitempty"`
	Queue        string `json:"queue,omitempty"`
	Error        string `json:"error,omitempty"`

	Mailbox time.Duration    `json:"mailbox_ns,omitempty"` // until the receiver had taken it up
	Socket  time.Duration    `json:"socket_ns,omitempty"`  // from there until the transport had it
	Waits   report.TraceWait `json:"waits,omitempty"`      // for what it did when this was told
}

type traceMapping struct {
	traceEvent
	To string `json:"to"`
}

type traceExport struct {
	traceEvent
	Account string `json:"acc"`
	To      string `json:"to"`
}

type traceImport struct {
	traceEvent
	Account string `json:"acc"`
	From    string `json:"from"`
	To      string `json:"to"`
}

// The kinds of connections, as traces number them.
const (
	kindClient = 0
	kindRoute  = 1
	kindLeaf   = 4
)

// newTrace is what a trace says. name is what a receiver calls itself.
func newTrace(r *report.Trace, name func(*report.TraceStep) string) *trace {
	t := &trace{Request: traceRequest{Header: r.Header, Size: r.Size}, Hops: r.Hops, LeftOut: r.LeftOut}
	for i := range r.Steps {
		t.Events = append(t.Events, eventOf(r, &r.Steps[i], name))
	}
	return t
}

func eventOf(r *report.Trace, s *report.TraceStep, name func(*report.TraceStep) string) any {
	begin := traceEvent{s.Kind, s.Time.UTC()}
	switch s.Kind {
	case report.TraceMapping:
		return traceMapping{begin, s.To}
	case report.TraceExport:
		return traceExport{begin, s.Account, s.To}
	case report.TraceImport:
		return traceImport{begin, s.Account, s.From, s.To}
	case report.TraceIn, report.TraceOut:
	}
	end := traceEnd{traceEvent: begin, Kind: kindClient, CID: s.CID, Name: s.Name}
	switch s.Link {
	case report.RouteLink:
		end.Kind = kindRoute
	case report.LeafLink:
		end.Kind = kindLeaf
	}
	if s.Kind == report.TraceIn {
		return traceIn{end, s.Account, s.Subject, s.Error, r.Parsing, r.Partition}
	}
	end.Name = name(s)
	return traceOut{end, s.Hop, s.Account, s.Subscription, s.Queue, s.Error, s.Mailbox, s.Socket, s.Waits}
}

// traces are those of messages.
type traces struct {
	inTurn[report.Trace]
	dropped int
}

func (q *traces) add(t *report.Trace) {
	if len(q.waiting) >= mayTrace {
		q.dropped++
		return
	}
	q.waiting = append(q.waiting, t)
}

// see has the actor told of a trace, unless it has not yet seen those before.
func (s *service) see(t *report.Trace, tell func(*seen)) {
	if s.unseen.Add(1) > mayTrace {
		s.unseen.Add(-1)
		s.missed.Add(1)
		return
	}
	tell(&seen{t})
}

// follow has traces told, one after the other, by a goroutine that asks the receivers for their names.
func (s *serving) follow(ctx actor.Context) {
	t := s.traces.next()
	if t == nil {
		return
	}
	cl := s.clients[t.Account]
	if cl == nil {
		s.join(ctx)
		if cl = s.clients[t.Account]; cl == nil { // the account is gone
			s.traces.done()
			return
		}
	}
	root, self := ctx.ActorSystem().Root, ctx.Self()
	supervisor.Go(s.broker.Report, goroutine, func() {
		defer root.Send(self, &traced{})
		s.tellTrace(cl, t)
	})
}

// tellTrace publishes a trace.
func (s *service) tellTrace(cl *client.Client, t *report.Trace) {
	ctx, cancel := context.WithTimeout(context.Background(), nameTime)
	defer cancel()
	var servers map[uint64]string
	if slices.ContainsFunc(t.Steps[1:], func(s report.TraceStep) bool { return s.Link != "" }) {
		servers = s.servers(ctx)
	}
	asked := 0
	name := func(step *report.TraceStep) string {
		if step.Link != "" {
			return servers[step.CID]
		}
		if asked++; asked > mostName {
			return ""
		}
		found, err := s.broker.Connections(ctx, report.ConnectionQuery{CID: step.CID})
		if err != nil || len(found.Connections) == 0 {
			return ""
		}
		return found.Connections[0].Name
	}
	if err := s.voice.say(cl, t.Dest, newTrace(t, name)); err != nil {
		s.logger.Warn("a trace could not be published", "subject", t.Dest, "error", err)
	}
}

// servers are the names of those on links, by the numbers of their connections.
func (s *service) servers(ctx context.Context) map[uint64]string {
	names := make(map[uint64]string)
	for _, l := range s.broker.Links(ctx, false) {
		names[l.ID] = l.Hub.Name
	}
	if c := s.broker.ClusterState(); c != nil {
		for i := range c.Routes {
			names[c.Routes[i].ID] = c.Routes[i].Server.Name
		}
	}
	return names
}
