package commit

import (
	"github.com/troupe-mq/troupe/actors/internal/batch"
	"github.com/troupe-mq/troupe/actors/internal/interest"
	"github.com/troupe-mq/troupe/actors/internal/steps"
	"github.com/troupe-mq/troupe/topics"
	"github.com/troupe-mq/troupe/wire"
	"github.com/troupe-mq/troupe/wire/jetstream"
)

// This file is which messages go to other servers, and to which of these.

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

// isFor reports whether a message is for a queue group. A server has said for which ones it is; but in another account, into
// which it has come here, nobody has chosen yet.
func (k *Committer) isFor(e *batch.Entry, near string) bool {
	return k.p.Target.Kind == interest.Client || e.Derived || k.b.Names(e, near)
}

// mayGoOn reports whether a message may go on to a server at all: not back to where it comes from,
// and not where the kinds of links forbid it. What has come into another account here was at no server in that one.
func (k *Committer) mayGoOn(e *batch.Entry, to *interest.Target) bool {
	from := k.p.Target
	if e.Derived && (from.Kind == interest.Route || from.Kind == interest.Spoke) {
		return true
	}
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
			s.To.Rights.Load().Responds() && hasReply(run) || f.Asked != nil && jetstream.Asks(k.b.SubjectOf(&run[0])) || k.originFor(&run[0], s.To) != "" {
			return false
		}
	}
	return len(far) == 0 || !k.b.Moved(&run[0])
}

// originFor is the cluster of leaf nodes that a server is told a message comes from, empty for none.
func (k *Committer) originFor(e *batch.Entry, to *interest.Target) string {
	if from := k.p.Target; !e.Derived && from.Kind == interest.Spoke && to.Kind == interest.Route && to.TellsOrigins() {
		return from.Cluster()
	}
	return ""
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
