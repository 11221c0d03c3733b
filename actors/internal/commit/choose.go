package commit

import (
	"github.com/troupe-mq/troupe/actors/internal/batch"
	"github.com/troupe-mq/troupe/actors/internal/interest"
	"github.com/troupe-mq/troupe/actors/internal/steps"
)

// This file is which server serves a queue group.

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

// A server is chosen by how many members it has. One look at each of its patterns for them is enough, of which there may be a hundred
// thousand: whichever is looked at takes the place of the one that was chosen before as often as its part of the weight is. Who is
// preferred to all that came before begins anew.

// rank is how little a server is preferred: by what is said against it, and then by its distance.
type rank = uint8

const (
	nearest rank = 0
	unknown rank = 1<<8 - 1 // behind all others
)

// What is said against servers that a message is handed on to, although it was to be here.
const (
	back  = (rank(atHub) + 1) << iota // it is where the message comes from
	twice                             // it would give the message to clients in no group a second time
)

// chooseInCluster chooses one of all members of a queue group in the cluster, of which so many are near, and notes its
// server if it is a far one. A message that comes from a server has been chosen for a near one already. It is not
// done if the step is over before.
func (k *Committer) chooseInCluster(e *batch.Entry, far *group, near int) (noted, done bool) {
	if k.p.Target.Kind != interest.Client && k.p.Target.Kind != interest.Spoke {
		return false, true
	}
	return k.chooseFrom(e, far, batch.Choice{Rank: nearest, Weight: near})
}

// chooseFar chooses one server of those that have members of a queue group: one of the cluster if
// there is any. One whose own member has just gone hands a message on to another that has some, and back to the sender if
// none has; and to one that would give it to clients outside of groups a second time only if there is nobody else. It is not
// done if the step is over before.
func (k *Committer) chooseFar(e *batch.Entry, g *group) (done bool) {
	_, done = k.chooseFrom(e, g, batch.Choice{Rank: unknown})
	return done
}

// chooseFrom begins a choice, or goes on with the one that is under way, and notes the server that is chosen.
func (k *Committer) chooseFrom(e *batch.Entry, g *group, c batch.Choice) (noted, done bool) {
	if under := k.b.Choice; under != nil {
		c, k.b.Choice = *under, nil
	}
	if !k.look(e, g, &c) {
		left := c
		k.b.Choice = &left
		return false, false
	}
	if c.Found != nil {
		k.b.Hits.Add(c.Found, interest.NearName(g.Name))
	}
	return c.Found != nil, true
}

// look looks at the subscriptions of a group, until the step is over.
func (k *Committer) look(e *batch.Entry, g *group, c *batch.Choice) (done bool) {
	if k.p.Target.Kind == interest.Route && !k.askPlain(e, c) {
		return false
	}
	for ; c.Next < len(g.Members); c.Next++ {
		if k.isOver() {
			return false
		}
		k.work.Spend(steps.Look)
		s := g.Members[c.Next]
		r := rank(distanceOf(s)) + k.qualms(c, s.Owner().To)
		if r > c.Rank || !k.mayServe(e, s) {
			continue
		}
		if r < c.Rank {
			c.Rank, c.Weight = r, 0
		}
		if c.Weight += s.Weight(); k.p.Random(c.Weight) < s.Weight() {
			c.Found = s
		}
	}
	return true
}

// askPlain finds which servers of the cluster want a message for clients that are in no group.
func (k *Committer) askPlain(e *batch.Entry, c *batch.Choice) (done bool) {
	all := find(e.Result, interest.Far)
	for ; all != nil && c.Asked < len(all.Members); c.Asked++ {
		if k.isOver() {
			return false
		}
		k.work.Spend(steps.Look)
		if to := all.Members[c.Asked].Owner().To; to.Kind == interest.Route {
			if c.Plain == nil {
				c.Plain = make(map[uint64]struct{})
			}
			c.Plain[to.ID] = struct{}{}
		}
	}
	return true
}

// qualms are what is said against a server of the cluster if the message comes from another one, as it was to be here.
func (k *Committer) qualms(c *batch.Choice, to *interest.Target) (r rank) {
	if from := k.p.Target; from.Kind != interest.Route || to.Kind != interest.Route {
		return 0
	} else if to.ID == from.ID {
		r = back
	}
	if _, has := c.Plain[to.ID]; has {
		r = twice
	}
	return r
}

// mayServe reports whether a server may be given a message for one of its members.
func (k *Committer) mayServe(e *batch.Entry, s *interest.Subscription) bool {
	to, from := s.Owner().To, k.p.Target
	switch {
	case to.Kind != interest.Route:
		return k.canTake(e, s)
	case from.Kind == interest.Route: // it was to be here
		return !s.IsOver() && k.permits(s, e)
	case !e.Derived && from.Kind == interest.Spoke && s.Origin() != "" && s.Origin() == from.Cluster():
		return false
	}
	return k.canTake(e, s)
}
