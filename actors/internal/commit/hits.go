package commit

import (
	"github.com/troupe-mq/troupe/actors/internal/batch"
	"github.com/troupe-mq/troupe/actors/internal/interest"
	"github.com/troupe-mq/troupe/actors/internal/msgtrace"
	"github.com/troupe-mq/troupe/actors/internal/steps"
	"github.com/troupe-mq/troupe/actors/report"
	"github.com/troupe-mq/troupe/wire"
	"github.com/troupe-mq/troupe/wire/jetstream"
	"github.com/troupe-mq/troupe/wire/link"
	"github.com/troupe-mq/troupe/wire/tracing"
)

// This file is how a message goes to other servers: to each once, whatever number of its patterns match, with the names of
// the queue groups that it is to serve. So they are noted first. They may be ten thousand, and their patterns more.

// fanOutFar delivers a run to servers, once to each. It is not done if the step is over before.
func (k *Committer) fanOutFar(far []*interest.Subscription, run []batch.Entry, bytes int) (done bool) {
	at := &k.p.cursor
	for ; int(at.group) < len(far); at.group++ {
		if k.isOver() {
			return false
		}
		k.work.Spend(steps.Look)
		if s := far[at.group]; k.mayGoOn(&run[0], s.To) {
			k.b.Hits.Add(s, "")
		}
	}
	return k.sendTo(func(h *batch.Hit) { at.copies += uint32(k.fanOutTo(h.Sub, run, bytes)) })
}

// sendTo sends to each of the servers that are noted. It is not done if the step is over before.
func (k *Committer) sendTo(send func(h *batch.Hit)) (done bool) {
	for at := &k.p.cursor; ; at.asked++ {
		h := k.b.Hits.At(int(at.asked))
		if h == nil {
			at.asked = 0
			k.b.Hits.Clear()
			return true
		}
		if k.isOver() {
			return false
		}
		send(h)
	}
}

// serveFar is what becomes of a group of servers. It is not done if the step is over before.
func (k *Committer) serveFar(e *batch.Entry, g *group) (done bool) {
	queue := interest.NearName(g.Name)
	switch {
	case queue == "":
		return k.noteFar(e, g.Members)
	case !k.isFor(e, queue):
	case k.isNear(e.Result, queue): // it has been asked first
	default:
		return k.chooseFar(e, g)
	}
	return true
}

// noteFar notes servers that want a message for nobody in particular.
func (k *Committer) noteFar(e *batch.Entry, far []*interest.Subscription) (done bool) {
	at := &k.p.cursor
	for ; int(at.asked) < len(far); at.asked++ {
		if k.isOver() {
			return false
		}
		if s := far[at.asked]; k.canTake(e, s) {
			k.b.Hits.Add(s, "")
		}
	}
	at.asked = 0
	return true
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
	m.Origin = k.originFor(e, s.To)
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
