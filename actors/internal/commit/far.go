package commit

import (
	"github.com/troupe-mq/troupe/actors/internal/batch"
	"github.com/troupe-mq/troupe/actors/internal/interest"
	"github.com/troupe-mq/troupe/actors/internal/msgtrace"
	"github.com/troupe-mq/troupe/actors/internal/steps"
	"github.com/troupe-mq/troupe/actors/report"
	"github.com/troupe-mq/troupe/topics"
	"github.com/troupe-mq/troupe/wire"
	"github.com/troupe-mq/troupe/wire/jetstream"
	"github.com/troupe-mq/troupe/wire/link"
	"github.com/troupe-mq/troupe/wire/tracing"
)

// This file is messages that go to other servers. A server gets a message once, whatever
// number of its patterns match, with the names of the queue groups that it is to serve.

type group = topics.Group[*interest.Subscription]

// find is the group of that name, nil if there is none.
func find(r *batch.Result, name string) *group {
	for i := range r.Groups {
		if r.Groups[i].Name == name {
			return &r.Groups[i]
		}
	}
	return nil
}

// anyFar reports whether any of the groups is one of servers.
func (k *Committer) anyFar(r *batch.Result) bool {
	if s := k.p.cursor.spread; s != nil {
		return s.sides != nil
	}
	for i := range r.Groups {
		if interest.IsFar(r.Groups[i].Name) {
			return true
		}
	}
	return false
}

// farOf is the group of the servers that have members of a queue group, nil if there are none.
func (k *Committer) farOf(r *batch.Result, near string) *group {
	if s := k.p.cursor.spread; s != nil {
		if at := s.sides[near].far; at > 0 {
			return &r.Groups[at-1]
		}
		return nil
	}
	for i := range r.Groups {
		if g := &r.Groups[i]; interest.IsFar(g.Name) && interest.NearName(g.Name) == near {
			return g
		}
	}
	return nil
}

// onlyFar reports whether a message goes to no queue group, and returns the servers that may
// want it.
func (k *Committer) onlyFar(e *batch.Entry) (far []*interest.Subscription, yes bool) {
	groups := e.Result.Groups
	switch {
	case len(groups) == 0:
		return nil, true
	case len(groups) == 1 && groups[0].Name == interest.Far:
		return groups[0].Members, true
	case k.p.Target.Kind == interest.Client || len(groups) >= leastBundle || k.b.NamesAny(e):
		return nil, false
	}
	if all := find(e.Result, interest.Far); all != nil { // a server has chosen among the groups already
		far = all.Members
	}
	return far, true
}

// mayGoOn reports whether a message may go on to a server at all: not back to where it comes from,
// and not where the kinds of links forbid it.
func (k *Committer) mayGoOn(e *batch.Entry, to *interest.Target) bool {
	from := k.p.Target
	return to.ID != from.ID && from.Kind.HandsOn(to.Kind) && !k.b.From(e, to) && (from.Kind != interest.Spoke || !sameLeafs(from, to))
}

// sameLeafs reports whether two servers are leaf nodes of the same cluster.
func sameLeafs(from, to *interest.Target) bool {
	cluster := from.Cluster()
	return cluster != "" && to.Cluster() == cluster
}

// takesAll reports whether servers take a run as it is.
func (k *Committer) takesAll(far []*interest.Subscription, run []batch.Entry) bool {
	largest := uint32(0)
	for i := range run {
		largest = max(largest, run[i].Body.Len)
	}
	for _, s := range far {
		f := s.To.Face()
		if f == nil || s.To.Shadow() != nil || int(largest) > f.MaxPayload || run[0].Op == wire.OpHpub && !s.To.Headers.Load() ||
			s.To.Rights.Load().Responds() && hasReply(run) || f.Asked != nil && jetstream.Asks(k.b.SubjectOf(&run[0])) || k.originFor(s.To) != "" {
			return false
		}
	}
	return len(far) == 0 || !k.b.Moved(&run[0])
}

// originFor is the cluster of leaf nodes that a server is told a message comes from, empty for none.
func (k *Committer) originFor(to *interest.Target) string {
	if from := k.p.Target; from.Kind == interest.Spoke && to.Kind == interest.Route && to.TellsOrigins() {
		return from.Cluster()
	}
	return ""
}

// fanOutFar delivers a run to servers, once to each, and returns how many copies that was.
func (k *Committer) fanOutFar(far []*interest.Subscription, run []batch.Entry, bytes int) (copies int) {
	k.stamp++
	for _, s := range far {
		t := &k.targets[k.find(s.To)]
		if t.stamp == k.stamp || !k.mayGoOn(&run[0], s.To) {
			continue
		}
		if n := k.fanOutTo(s, run, bytes); n > 0 {
			k.targets[k.find(s.To)].stamp = k.stamp // the table may have moved
			copies += n
		}
	}
	return copies
}

// addHit remembers that a message goes to a server for a queue group, or for nobody in particular.
func (k *Committer) addHit(s *interest.Subscription, queue string) {
	at := -1
	for i := range k.b.Hits {
		if h := &k.b.Hits[i]; h.Sub.To == s.To {
			at = i
		}
	}
	if at < 0 {
		at = len(k.b.Hits)
		k.b.Hits = append(k.b.Hits, batch.Hit{Sub: s})
	}
	if queue != "" {
		k.b.Hits[at].Queues = append(k.b.Hits[at].Queues, queue)
	}
}

// isNear reports whether a queue group has members here.
func (k *Committer) isNear(r *batch.Result, queue string) bool {
	if s := k.p.cursor.spread; s != nil {
		return s.sides[queue].near > 0
	}
	return find(r, queue) != nil
}

// canTake reports whether a server may be given a message by a subscription of its own.
func (k *Committer) canTake(e *batch.Entry, s *interest.Subscription) bool {
	k.work.Spend(steps.Look)
	return !s.Owner().IsOver() && k.mayGoOn(e, s.Owner().To) && k.permits(s, e)
}

// serveFar is what becomes of a group of servers.
func (k *Committer) serveFar(e *batch.Entry, g *group) {
	queue := interest.NearName(g.Name)
	switch {
	case queue == "":
		for _, s := range g.Members {
			if k.canTake(e, s) {
				k.addHit(s, "")
			}
		}
	case k.p.Target.Kind != interest.Client && !k.b.Names(e, queue):
	case k.isNear(e.Result, queue): // it has been asked first
	default:
		k.chooseFar(e, g)
	}
}

// sendFar sends a message to the servers that are noted, and returns how many they were.
func (k *Committer) sendFar(e *batch.Entry) (copies uint32) {
	for i := range k.b.Hits {
		if k.sendHit(e, &k.b.Hits[i]) {
			copies++
		}
		clear(k.b.Hits[i].Queues)
		k.b.Hits[i] = batch.Hit{Queues: k.b.Hits[i].Queues[:0]}
	}
	k.b.Hits = k.b.Hits[:0]
	return copies
}

// sendHit sends a message to one server.
func (k *Committer) sendHit(e *batch.Entry, h *batch.Hit) bool {
	s, subject := h.Sub, k.b.SubjectOf(e)
	if sh := s.To.Shadow(); sh != nil {
		var asked bool
		if subject, asked = k.translate(e, sh); !asked {
			return false
		}
		s = sh.Of
	}
	if k.trace != nil && k.trace.Only && !s.To.Traces() {
		k.trace.OutToServer(s.To, "", msgtrace.NotOverLink, k.p.Now())
		return true
	}
	if ok, _ := s.Admit(1); ok == 0 {
		return false
	}
	f, body, headers, header := s.To.Face(), k.b.BodyOf(e), e.Op == wire.OpHpub, e.Headers
	hop := ""
	if k.trace.IsTold() && headers && s.To.Headers.Load() {
		hop = k.trace.Hop()
		body, header = withHop(body, header, hop)
	}
	if headers && !s.To.Headers.Load() {
		body, headers, header = body[e.Headers:], false, 0
	}
	if len(body) > f.MaxPayload {
		k.p.Counters.Drop(report.MaxPayloadExceeded, 1)
		k.p.Connection.Oversized(s.To.ID, len(body))
		k.trace.OutToServer(s.To, "", msgtrace.TooLarge, k.p.Now())
		k.p.Counts.CountCopies(1)
		k.p.Counts.CountPosted(1)
		return false
	}
	if f.Asked != nil && jetstream.Asks(subject) {
		f.Asked(subject, k.b.ReplyOf(e), body)
	}
	k.p.Counts.CountCopies(1)
	k.work.Spend(steps.Delivery + steps.Bytes(int(e.Tail.Len)))
	if k.p.Tracer != nil {
		k.p.Tracer.Delivery(k.b, e, subject, s)
	}
	var way *msgtrace.Way
	if k.trace != nil {
		way = k.trace.OutToServer(s.To, hop, "", k.p.Now())
	}
	k.head = f.Rename(k.head[:0], subject)
	m := link.Message{
		Head: f.Head(headers), Subject: k.head, Reply: k.b.ReplyOf(e), Queues: h.Queues, Headers: headers, Header: header, Body: body,
	}
	if k.b.Moved(e) { // as a stream has sent it
		m.Subject, m.Shown = k.b.MatchOf(e), subject
	}
	m.Origin = k.originFor(s.To)
	t := &k.targets[k.find(s.To)]
	d := k.room(t, m.Size(), len(k.b.Buf)-int(e.Body.Off))
	d.Bytes = m.Append(d.Bytes)
	d.Messages++
	d.Payload += len(body)
	if way != nil {
		d.Watch(way)
	}
	if e.Reply.Len > 0 && s.To.Rights.Load().Responds() {
		d.Note(string(m.Reply))
	}
	return true
}

const crlf = "\r\n"

// withHop is a message, header bytes of headers first, that says by one more how it is marked for the next server.
func withHop(body []byte, header uint32, hop string) ([]byte, uint32) {
	at := int(header) - len(crlf) // the empty line that ends the headers
	line := tracing.Hop + ": " + hop + crlf
	marked := make([]byte, 0, len(body)+len(line))
	marked = append(append(append(marked, body[:at]...), line...), body[at:]...)
	return marked, header + uint32(len(line))
}
