package commit

import (
	"runtime"
	"slices"
	"sync/atomic"
	"unsafe"
	"weak"

	"github.com/troupe-mq/troupe/actors/internal/interest"
	"github.com/troupe-mq/troupe/topics"
)

// result is who gets a message.
type result = topics.Result[*interest.Subscription]

// spread is the plain subscriptions of a result in the order in which a message is
// delivered: first those of clients that have few, then those of each other client, as a
// bundle. So nobody waits for a client that has fifty thousand. It is immutable.
type spread struct {
	of      weak.Pointer[result]
	order   []*interest.Subscription
	bundles []bundle // the end of the order, one behind the other
}

// bundle is subscriptions of one target, order[from:to].
type bundle struct {
	from, to int
	sids     int // bytes
}

// leastBundle is the least that is a bundle, in subscriptions.
const leastBundle = 64

// spreads remembers the spreads of results for as long as these live: a result is shared
// by many messages. They are few, and there are as many places as may be of use at once.
type spreads [64]atomic.Pointer[spread]

// of is the spread of a result, which is the same every time while its message is
// delivered: whoever has made it keeps it.
func (all *spreads) of(res *result) (s *spread, known bool) {
	key := weak.Make(res)
	place := &all[uintptr(unsafe.Pointer(res))>>6%uintptr(len(all))]
	if s = place.Load(); s != nil && s.of == key {
		return s, true
	}
	s = newSpread(res.Plain)
	s.of = key
	place.Store(s)
	runtime.AddCleanup(res, func(s *spread) { place.CompareAndSwap(s, nil) }, s)
	return s, false
}

// newSpread takes a time that grows with the number of subscriptions.
func newSpread(plain []*interest.Subscription) *spread {
	have := make(map[uint64]int)
	for _, s := range plain {
		have[bundleOf(s)]++
	}
	sp, few := &spread{order: plain}, len(plain)
	for of, n := range have {
		if of == 0 || n < leastBundle {
			delete(have, of)
			continue
		}
		few -= n
	}
	if len(have) == 0 {
		return sp
	}
	at := few
	for of, n := range have {
		have[of] = len(sp.bundles)
		sp.bundles = append(sp.bundles, bundle{from: at, to: at})
		at += n
	}
	sp.order = make([]*interest.Subscription, len(plain))
	next := 0
	for _, s := range plain {
		i, ok := have[bundleOf(s)]
		if !ok {
			sp.order[next] = s
			next++
			continue
		}
		b := &sp.bundles[i]
		sp.order[b.to] = s
		b.to++
		b.sids += s.SIDLen()
	}
	return sp
}

// bundleOf is whose a subscription is, 0 if it has to be delivered to by itself: because
// its name for the message is another one, or somebody has to be asked.
func bundleOf(s *interest.Subscription) uint64 {
	if s.To.Kind != interest.Client || s.To.Shadow() != nil || !s.Unlimited() {
		return 0
	}
	return s.To.ID
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
