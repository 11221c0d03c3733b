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

// choice is the choice of a server for a queue group, by how many members each has. One look at each of their subscriptions is
// enough, of which there may be a hundred thousand: whichever is looked at takes the place of the one that was chosen before as
// often as its part of the weight is. Who is preferred to all that came before begins anew.
type choice struct {
	next   int                    // the subscription to be looked at
	rank   rank                   // of those that may be chosen so far
	weight int                    // of all of them
	found  *interest.Subscription // the one that is chosen, nil for nobody, or for a near one

	asked int                 // of those for clients in no group, how many were looked at
	plain map[uint64]struct{} // the servers of the cluster that have such clients
}

// rank is how little a server is preferred: by what is said against it, and then by its distance.
type rank uint8

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
	return k.chooseFrom(e, far, choice{rank: nearest, weight: near})
}

// chooseFar chooses one server of those that have members of a queue group: one of the cluster if
// there is any. One whose own member has just gone hands a message on to another that has some, and back to the sender if
// none has; and to one that would give it to clients outside of groups a second time only if there is nobody else. It is not
// done if the step is over before.
func (k *Committer) chooseFar(e *batch.Entry, g *group) (done bool) {
	_, done = k.chooseFrom(e, g, choice{rank: unknown})
	return done
}

// chooseFrom begins a choice, or goes on with the one that is under way, and notes the server that is chosen.
func (k *Committer) chooseFrom(e *batch.Entry, g *group, c choice) (noted, done bool) {
	at := &k.p.cursor
	if at.choice != nil {
		c, at.choice = *at.choice, nil
	}
	if !k.look(e, g, &c) {
		left := c
		at.choice = &left
		return false, false
	}
	if c.found != nil {
		k.b.Hits.Add(c.found, interest.NearName(g.Name))
	}
	return c.found != nil, true
}

// look looks at the subscriptions of a group, until the step is over.
func (k *Committer) look(e *batch.Entry, g *group, c *choice) (done bool) {
	if k.p.Target.Kind == interest.Route && !k.askPlain(e, c) {
		return false
	}
	for ; c.next < len(g.Members); c.next++ {
		if k.isOver() {
			return false
		}
		k.work.Spend(steps.Look)
		s := g.Members[c.next]
		r := rank(distanceOf(s)) + k.qualms(c, s.Owner().To)
		if r > c.rank || !k.mayServe(e, s) {
			continue
		}
		if r < c.rank {
			c.rank, c.weight = r, 0
		}
		if c.weight += s.Weight(); k.p.Random(c.weight) < s.Weight() {
			c.found = s
		}
	}
	return true
}

// askPlain finds which servers of the cluster want a message for clients that are in no group.
func (k *Committer) askPlain(e *batch.Entry, c *choice) (done bool) {
	all := find(e.Result, interest.Far)
	for ; all != nil && c.asked < len(all.Members); c.asked++ {
		if k.isOver() {
			return false
		}
		k.work.Spend(steps.Look)
		if to := all.Members[c.asked].Owner().To; to.Kind == interest.Route {
			if c.plain == nil {
				c.plain = make(map[uint64]struct{})
			}
			c.plain[to.ID] = struct{}{}
		}
	}
	return true
}

// qualms are what is said against a server of the cluster if the message comes from another one, as it was to be here.
func (k *Committer) qualms(c *choice, to *interest.Target) (r rank) {
	if from := k.p.Target; from.Kind != interest.Route || to.Kind != interest.Route {
		return 0
	} else if to.ID == from.ID {
		r = back
	}
	if _, has := c.plain[to.ID]; has {
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
	case from.Kind == interest.Spoke && s.Origin() != "" && s.Origin() == from.Cluster():
		return false
	}
	return k.canTake(e, s)
}
