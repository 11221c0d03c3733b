package connection

import (
	"github.com/troupe-mq/troupe/actors/internal/account"
	"github.com/troupe-mq/troupe/actors/internal/batch"
	"github.com/troupe-mq/troupe/actors/internal/msgtrace"
	"github.com/troupe-mq/troupe/actors/report"
	"github.com/troupe-mq/troupe/topics"
	"github.com/troupe-mq/troupe/wire"
	"github.com/troupe-mq/troupe/wire/link"
	"github.com/troupe-mq/troupe/wire/tracing"
)

// This file is messages whose headers ask where they go.

// errOnlyTracedVerbose is msgtrace.ErrOnly for a verbose client.
var errOnlyTracedVerbose = &wire.Error{Text: msgtrace.ErrOnly.Text, Lines: wire.OK}

// mayTrace reports whether a message with a block of headers is worth a look by beginTrace or traceFromServer.
func (c *connection) mayTrace(block []byte) bool {
	if tracing.MayBe(block) {
		return true
	}
	wanted := c.Traces.SeesSampled() || c.server == nil && c.session.Account.Trace.Dest != ""
	return wanted && tracing.MayBeSampled(block)
}

// beginTrace is the trace of a message that asks for one, nil if there is to be none. It refuses the message if that
// must not be delivered and cannot be traced, or if the client may not publish where the trace is to go.
func (c *connection) beginTrace(cmd *wire.Command, e *batch.Entry) *msgtrace.Trace {
	in := c.in.Buf
	r, ok := tracing.Parse(cmd.Body.Of(in)[:cmd.Header])
	if !ok {
		return nil
	}
	switch {
	case r.Dest == "":
		r.Dest = c.sample(&r)
	case !c.mayTell(&r, e):
		return nil
	}
	r.Sampled = r.Sampled && c.Traces.SeesSampled()
	if r.Dest == "" && !r.Sampled {
		return nil
	}
	e.Alone = true
	t := msgtrace.Begin(r, c.session.Account.Name, int(cmd.Body.Len), report.TraceStep{
		Time: c.Now(), CID: c.cid(), Name: c.session.Origin().Name, Subject: string(cmd.Subject.Of(in)),
	})
	c.batch.Frame(e, batch.Frame{Trace: t})
	return t
}

// traceFromServer is the trace of a message that comes from another server and asks for one, nil if there is to be none; then
// only is whether the message must not be delivered either. Where the trace goes has been judged by the server that the client
// is connected to.
func (c *connection) traceFromServer(cmd *link.Command, a *account.Account) (t *msgtrace.Trace, only bool) {
	in := c.in.Buf
	r, ok := tracing.Parse(cmd.Body.Of(in)[:cmd.Header])
	if r.Dest != "" && (!topics.ValidSubject([]byte(r.Dest)) || !c.Traces.IsWatched() || !c.server.Rights.MayCome([]byte(r.Dest))) {
		r.Dest = ""
	}
	r.Sampled = r.Sampled && c.Traces.SeesSampled()
	if !ok || r.Dest == "" && (r.Only || !r.Sampled) {
		return nil, r.Only
	}
	first := report.TraceStep{Time: c.Now(), Link: report.LeafLink, CID: c.cid(), Name: c.server.who.Name, Subject: string(cmd.Subject.Of(in))}
	if c.server.route != nil {
		first.Link = report.RouteLink
	}
	return msgtrace.Begin(r, a.Name, int(cmd.Body.Len), first), r.Only
}

// mayTell reports whether a message may be traced to where it asks for. If not, and that matters to its sender, it is refused.
func (c *connection) mayTell(r *tracing.Request, e *batch.Entry) bool {
	e.Alone = true
	valid := topics.ValidSubject([]byte(r.Dest))
	switch {
	case valid && c.Traces.IsWatched():
		if c.session.MayPublish([]byte(r.Dest)) {
			return true
		}
		e.Refusal = c.refusePublish([]byte(r.Dest))
		return false
	case !valid:
		c.complain("a message cannot be traced: its header names no subject to publish to", "header", tracing.Dest, "value", report.Brief(r.Dest))
	}
	if r.Only {
		e.Refusal = c.onlyTraced()
	}
	return false
}

// sample is where the account has the trace published of a message that is part of a trace outside; empty for nowhere.
func (c *connection) sample(r *tracing.Request) string {
	t := &c.session.Account.Trace
	if r.Declined || !c.Traces.IsWatched() || t.Sampling > 0 && c.pub.Random(100) >= t.Sampling {
		return ""
	}
	return t.Dest
}

func (c *connection) onlyTraced() *wire.Error {
	if c.pub.Verbose {
		return errOnlyTracedVerbose
	}
	return msgtrace.ErrOnly
}

// refuseTrace ends the trace of a message that the client may not publish.
func (c *connection) refuseTrace(t *msgtrace.Trace) {
	if t != nil {
		t.Refuse(msgtrace.NotPermitted)
		c.Traces.Tell(t)
	}
}

// traceImport notes in the trace of the last message, if it has one, that it is seen in another account.
func (c *connection) traceImport(into *account.Account, from []byte, to string, p passage) {
	original, _ := c.batch.Original()
	if t := c.batch.TraceOf(original); t != nil && !p.untraced {
		t.Import(into.Name, string(from), to, c.Now())
	}
}
