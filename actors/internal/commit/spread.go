package commit

import (
	"runtime"
	"slices"
	"sync/atomic"
	"unsafe"
	"weak"

	"github.com/troupe-mq/troupe/actors/internal/interest"
	"github.com/troupe-mq/troupe/actors/internal/steps"
	"github.com/troupe-mq/troupe/topics"
)

// result is who gets a message.
type result = topics.Result[*interest.Subscription]

// spread is how a message goes to those of a large result. Once it is made it is immutable.
//
// The plain subscriptions are in the order in which it is delivered: first those of clients that have few, then those
// of each other client, as a bundle. So nobody waits for a client that has fifty thousand. For a message of a client, who is
// alone in a queue group is among them, since there is nothing to choose.
type spread struct {
	of      weak.Pointer[result]
	alone   bool // who is alone in a group is in the order
	order   []*interest.Subscription
	bundles []bundle         // the end of the order, one behind the other
	groups  []group          // the others, if anybody is alone
	sides   map[string]sides // of queue groups by name, nil if other servers have members of none
	making  *making          // nil when it is made
}

// bundle is subscriptions of one target, order[from:to].
type bundle struct {
	from, to int
	sids     int  // bytes
	fenced   bool // members of queue groups are among them
}

// sides is where a queue group has members: among the clients of this broker, and of other servers. It is which of
// the result's groups these are, counted from 1; 0 is none.
type sides struct{ near, far int32 }

// leastBundle is the least that is a bundle, in subscriptions. A result with as many subscriptions and groups is large.
const leastBundle = 64

// spreads remembers the spreads of results for as long as these live: a result is shared
// by many messages. They are few, and there are as many places as may be of use at once.
type spreads [64]atomic.Pointer[spread]

func (all *spreads) place(res *result) *atomic.Pointer[spread] {
	return &all[uintptr(unsafe.Pointer(res))>>6%uintptr(len(all))]
}

// of is the spread of a result, which is the same every time while its message is
// delivered: whoever has begun one keeps it.
func (all *spreads) of(res *result, alone bool) *spread {
	key := weak.Make(res)
	if s := all.place(res).Load(); s != nil && s.of == key && s.alone == alone {
		return s
	}
	return newSpread(res, key, alone)
}

// keep remembers a spread that is made.
func (all *spreads) keep(res *result, s *spread) {
	place := all.place(res)
	place.Store(s)
	runtime.AddCleanup(res, func(s *spread) { place.CompareAndSwap(s, nil) }, s)
}

// arrange has a large result be looked through before a message goes to it. It reports false if the step is
// over before.
func (k *Committer) arrange(res *result) (done bool) {
	at := &k.p.cursor
	if len(res.Plain)+len(res.Groups) < leastBundle {
		return true
	}
	if at.spread == nil {
		at.spread = k.p.spreads.of(res, k.p.Target.Kind == interest.Client)
	}
	if at.spread.making == nil {
		return true
	}
	looks, done := at.spread.goOn(k.work.Left() / steps.Look)
	k.work.Spend(looks * steps.Look)
	if done {
		k.p.spreads.keep(res, at.spread)
	}
	return done
}

// orderOf is the order in which a message is delivered. It is the same until that is done.
func (k *Committer) orderOf(res *result) []*interest.Subscription {
	if s := k.p.cursor.spread; s != nil && s.order != nil {
		return s.order
	}
	return res.Plain
}

// groupsOf is the queue groups that a member is chosen from.
func (k *Committer) groupsOf(res *result) []group {
	if s := k.p.cursor.spread; s != nil && s.groups != nil {
		return s.groups
	}
	return res.Groups
}

// at is the bundle that begins at a place in the order, nil if none does.
func (s *spread) at(place int) *bundle {
	if s == nil || len(s.bundles) == 0 || place < s.bundles[0].from {
		return nil
	}
	i, found := slices.BinarySearchFunc(s.bundles, place, func(b bundle, place int) int { return b.from - place })
	if !found {
		return nil
	}
	return &s.bundles[i]
}
