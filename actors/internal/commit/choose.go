package commit

import (
	"slices"

	"github.com/troupe-mq/troupe/actors/internal/batch"
	"github.com/troupe-mq/troupe/actors/internal/interest"
)

// This file is which server serves a queue group.

// chooseInCluster chooses one of all members of a queue group in the cluster, of which so many are near, and notes its
// server if it is a far one. A message that comes from a server has been chosen for a near one already.
func (k *Committer) chooseInCluster(e *batch.Entry, far *group, near int) (noted bool) {
	if k.p.Target.Kind != interest.Client && k.p.Target.Kind != interest.Spoke {
		return false
	}
	total := k.weigh(e, far, inCluster)
	if total == 0 {
		return false
	}
	roll := k.p.Random(near+total) - near
	if roll < 0 {
		return false
	}
	k.noteAt(e, far, inCluster, roll)
	return true
}

// distance is how far away the member of a queue group is that a server has: who is nearer is preferred.
type distance uint8

const (
	inCluster distance = iota // a client of a server of the cluster
	atLeafs                   // behind a leaf node of this server or of another one of the cluster
	atHub
)

// distanceOf is that of the members that a server has by a subscription.
func distanceOf(s *interest.Subscription) distance {
	switch s.Owner().To.Kind {
	case interest.Route:
		if s.Origin() == "" {
			return inCluster
		}
		return atLeafs
	case interest.Hub:
		return atHub
	case interest.Engine:
		return inCluster
	default:
		return atLeafs
	}
}

// chooseFar chooses one server of those that have members of a queue group, by how many they have: one of the cluster if
// there is any. One whose own member has just gone hands a message on to another that has some, and back to the sender if
// none has; and to one that would give it to clients outside of groups a second time only if there is nobody else.
func (k *Committer) chooseFar(e *batch.Entry, g *group) {
	if k.qualms = anyhow; k.p.Target.Kind == interest.Route {
		k.qualms = toOthers
	}
	for !k.chooseAt(e, g) && k.qualms > anyhow {
		k.qualms--
	}
}

// qualms are what is said against servers that a message is handed on to, although it was to be here.
type qualms uint8

const (
	anyhow   qualms = iota
	onlyOnce        // it must not be given to clients outside of groups a second time
	toOthers        // nor must it go back
)

// mayHandOn reports whether there is nothing against a server.
func (k *Committer) mayHandOn(e *batch.Entry, to *interest.Target) bool {
	return (k.qualms < toOthers || to.ID != k.p.Target.ID) && (k.qualms < onlyOnce || !k.hasPlain(e, to))
}

// chooseAt chooses one at the least distance, and reports whether there is any.
func (k *Committer) chooseAt(e *batch.Entry, g *group) bool {
	for at := inCluster; at <= atHub; at++ {
		if total := k.weigh(e, g, at); total > 0 {
			k.noteAt(e, g, at, k.p.Random(total))
			return true
		}
	}
	return false
}

// hasPlain reports whether a server wants a message for clients that are in no group.
func (k *Committer) hasPlain(e *batch.Entry, to *interest.Target) bool {
	all := find(e.Result, interest.Far)
	return all != nil && slices.ContainsFunc(all.Members, func(s *interest.Subscription) bool { return s.Owner().To.ID == to.ID })
}

// weigh is how many members that a message may be given to are at a distance.
func (k *Committer) weigh(e *batch.Entry, g *group, at distance) (total int) {
	for _, s := range g.Members {
		if k.mayServe(e, s, at) {
			total += s.Weight()
		}
	}
	return total
}

// noteAt notes the server that has the member with a number.
func (k *Committer) noteAt(e *batch.Entry, g *group, at distance, roll int) {
	for _, s := range g.Members {
		if !k.mayServe(e, s, at) {
			continue
		}
		if roll -= s.Weight(); roll < 0 {
			k.b.Hits.Add(s, interest.NearName(g.Name))
			return
		}
	}
}

// mayServe reports whether a server may be given a message for one of its members, which are at that distance.
func (k *Committer) mayServe(e *batch.Entry, s *interest.Subscription, at distance) bool {
	if distanceOf(s) != at {
		return false
	}
	to, from := s.Owner().To, k.p.Target
	switch {
	case to.Kind != interest.Route:
		return k.canTake(e, s)
	case from.Kind == interest.Route: // it was to be here
		return !s.IsOver() && k.permits(s, e) && k.mayHandOn(e, to)
	case from.Kind == interest.Spoke && at == atLeafs && s.Origin() == from.Cluster():
		return false
	}
	return k.canTake(e, s)
}
