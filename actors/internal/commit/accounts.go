package commit

import (
	"github.com/troupe-mq/troupe/actors/internal/batch"
	"github.com/troupe-mq/troupe/actors/internal/interest"
	"github.com/troupe-mq/troupe/topics"
)

// This file is messages that are seen in other accounts than their publisher's.

// carryOutHops publishes the first of the entries in all the accounts that it
// is in, and returns how many entries that were. If one of them cannot carry it
// out, none does.
func (k *Committer) carryOutHops(entries []batch.Entry) int {
	n := 1
	for n < len(entries) && entries[n].Derived {
		n++
	}
	all := entries[:n]
	k.countIn(all[:1])
	for i := range all {
		if all[i].Refusal != nil {
			k.closeReplies(all)
			k.p.Counts.CountRefused(1)
			k.p.Say(all[i].Refusal.Lines)
			return n
		}
	}
	if !k.publish(all) {
		k.closeReplies(all)
	}
	return n
}

// closeReplies closes the ways back for a message that nobody got.
func (k *Committer) closeReplies(all []batch.Entry) {
	for i := range all {
		if !all[i].Derived {
			continue
		}
		if x := &k.b.Hops[all[i].Hop()]; x.Reply != nil {
			x.Into.Replies.Close(x.Reply)
		}
	}
}

// translate gives a message on its way through a shadow the name that it has for
// its owner. It reports false if that has not asked for it: a shadow may match
// more than its owner does.
func (k *Committer) translate(e *batch.Entry, sh *interest.Shadow) (subject []byte, ok bool) {
	if e.Derived {
		return nil, false // a request that comes from elsewhere is not what is exported
	}
	k.name, ok = sh.Via.Mapping.Append(k.name[:0], k.b.SubjectOf(e))
	return k.name, ok && topics.MatchesBytes(sh.Of.Subject(), k.name)
}
