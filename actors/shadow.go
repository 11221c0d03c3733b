package actors

import (
	"github.com/troupe-mq/troupe/topics"
	"github.com/troupe-mq/troupe/wire"
)

// A subscription in an account that imports a stream has a shadow in the account
// that the stream comes from: a subscription in that one's index, whose messages
// are delivered as the subscription's own, under the names that they have here.
// The connection owns both. What is counted, limited and ended is the subscription.

// shadow is what the target of a shadow knows beside its account. Every shadow has
// a target of its own, which is never posted to but for its address.
type shadow struct {
	of  *subscription
	via *streamImport
}

// owner is the subscription that is delivered to.
func (s *subscription) owner() *subscription {
	if sh := s.to.shadow; sh != nil {
		return sh.of
	}
	return s
}

// castShadows makes the shadows of a subscription.
func (c *connection) castShadows(s *subscription) []*subscription {
	for i := range c.world.streams {
		from := &c.world.streams[i]
		pattern, some := from.mapping.Before(s.subject())
		if !some {
			continue
		}
		to := &target{id: c.to.id, pid: c.to.pid, account: from.account, wantsOrigin: c.to.wantsOrigin, shadow: &shadow{of: s, via: from}}
		cast := newSubscription(to, []byte(pattern), []byte(s.queue()), []byte(s.sid()))
		cast.guard()
		if c.to.shadows == nil {
			c.to.shadows = make(map[*subscription][]*subscription)
		}
		c.to.shadows[s] = append(c.to.shadows[s], cast)
	}
	return c.to.shadows[s]
}

// recastShadows is for an account that imports something else than before.
func (c *connection) recastShadows() {
	var gone, cast []*subscription
	for s := range c.subs.all {
		gone = append(gone, c.endShadows(s)...)
		cast = append(cast, c.castShadows(s)...)
	}
	c.withdraw(gone)
	for p, subs := range c.byHome(cast) {
		if len(subs) > 0 {
			c.system.Root.Send(c.partitions[p], &appeared{subs: subs})
		}
	}
}

// same reports whether two imports are the same.
func (i streamImport) same(j streamImport) bool {
	return i.account.name == j.account.name && i.mapping.Same(j.mapping)
}

// dropShadows has the partitions forget the shadows of a subscription, behind an
// UNSUB of it.
func (c *connection) dropShadows(s *subscription) {
	for _, cast := range c.to.shadows[s] {
		cast.end()
		c.aside(entry{op: wire.OpUnsub, sub: cast})
		c.routeHome(cast)
	}
	delete(c.to.shadows, s)
}

// endShadows ends the shadows of a subscription that is over, and returns them.
func (c *connection) endShadows(s *subscription) []*subscription {
	all := c.to.shadows[s]
	for _, cast := range all {
		cast.end()
	}
	delete(c.to.shadows, s)
	return all
}

// translate gives a message on its way through a shadow the name that it has for
// its owner. It reports false if that has not asked for it: a shadow may match
// more than its owner does.
func (k *packer) translate(e *entry, sh *shadow) (subject []byte, ok bool) {
	if e.aside {
		return nil, false // a request that comes from elsewhere is not what is exported
	}
	k.name, ok = sh.via.mapping.Append(k.name[:0], k.b.subjectOf(e))
	return k.name, ok && topics.MatchesBytes(sh.of.subject(), k.name)
}

// everySubscription calls yield with each subscription and each shadow, until that
// returns false.
func (c *connection) everySubscription(yield func(*subscription) bool) {
	for s := range c.subs.all {
		if !yield(s) {
			return
		}
	}
	for _, casts := range c.to.shadows {
		for _, cast := range casts {
			if !yield(cast) {
				return
			}
		}
	}
}
