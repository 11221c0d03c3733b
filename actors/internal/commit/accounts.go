package commit

import (
	"bytes"

	"github.com/troupe-mq/troupe/actors/internal/batch"
	"github.com/troupe-mq/troupe/actors/internal/interest"
	"github.com/troupe-mq/troupe/actors/report"
	"github.com/troupe-mq/troupe/topics"
	"github.com/troupe-mq/troupe/wire"
)

// This file is messages that are seen in other accounts than their publisher's.

// carryOutHops publishes the first of the entries in all the accounts that it
// is in, and returns how many entries that were, 0 if the step is over before. If one of
// them cannot carry it out, none does.
func (k *Committer) carryOutHops(entries []batch.Entry) int {
	n := 1
	for n < len(entries) && entries[n].Derived {
		n++
	}
	all := entries[:n]
	for i := range all {
		if all[i].Refusal != nil {
			k.refuseHops(all, all[i].Refusal)
			return n
		}
	}
	if !k.publish(all) {
		return 0
	}
	return n
}

// refuseHops answers a message that one of the accounts cannot carry out.
func (k *Committer) refuseHops(all []batch.Entry, why *wire.Error) {
	k.countIn(all[:1])
	k.p.Counts.CountRefused(1)
	k.p.Say(why.Lines)
	if t := k.b.TraceOf(&all[0]); t != nil {
		t.Refuse(why.Text)
		k.p.Traces.Tell(t)
	}
	k.closeReplies(all)
}

// tellLatency tells how long services took whose answer this message is, in the accounts that it is in.
func (k *Committer) tellLatency(all []batch.Entry) {
	for i := range all {
		if !all[i].Derived {
			continue
		}
		h := &k.b.Hops[all[i].Hop()]
		m := h.Answered
		switch {
		case m == nil:
			continue
		case all[0].Copies() == 0:
			m.Status, m.Responder, m.Service, m.Total = report.LatencyGone, nil, 0, 0
		default:
			whole := k.p.Now().Sub(m.Start)
			m.System, m.Total = whole-m.Total, whole
		}
		h.Into.Replies.Measured(m)
	}
}

// closeReplies closes the reply routes of a message that nobody got, in all the accounts that it is in.
func (k *Committer) closeReplies(all []batch.Entry) {
	for i := range all {
		k.closeReply(&all[i])
	}
}

// closeReply closes the reply route of a message that nobody got.
func (k *Committer) closeReply(e *batch.Entry) {
	if !e.Derived {
		return
	}
	if h := &k.b.Hops[e.Hop()]; h.Reply != nil {
		h.Into.Replies.Close(h.Reply)
	}
}

// translate gives a message on its way through a shadow the name that it has for
// its owner. It reports false if that has not asked for it: a shadow may match
// more than its owner does.
func (k *Committer) translate(e *batch.Entry, sh *interest.Shadow) (subject []byte, ok bool) {
	if e.Derived {
		return nil, false // a request that comes from elsewhere is not what is exported
	}
	at, shown := k.b.MatchOf(e), k.b.SubjectOf(e)
	k.name, ok = sh.Via.Mapping.Append(k.name[:0], at)
	if !ok || !topics.MatchesBytes(sh.Of.Subject(), k.name) {
		return nil, false
	}
	if bytes.Equal(k.name, at) && !bytes.Equal(at, shown) {
		return shown, true // what a stream delivers, by an import that calls it as the other account does
	}
	return k.name, true
}
