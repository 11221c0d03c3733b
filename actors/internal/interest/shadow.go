package interest

import (
	"github.com/troupe-mq/troupe/actors/internal/account"
)

// A subscription in an account that imports a stream has a shadow in the account
// that the stream comes from: a subscription in that one's index, whose messages
// are delivered as the subscription's own, under the names that they have here.
// The connection owns both. What is counted, limited and ended is the subscription.

// Shadow is what the target of a shadow knows beside its account. Every shadow has
// a target of its own, which is never posted to but for its address.
type Shadow struct {
	Of  *Subscription
	Via *account.StreamImport
}

// castShadow makes the shadow of a subscription in an account that its own imports
// from, nil if it cannot match anything there.
func castShadow(s *Subscription, from *account.StreamImport) *Subscription {
	pattern, some := from.Mapping.Before(s.Subject())
	if !some {
		return nil
	}
	to := s.To.Successor(from.Account)
	to.special = &special{shadow: &Shadow{Of: s, Via: from}}
	cast := NewSubscription(to, []byte(pattern), []byte(s.Queue()), []byte(s.SID()))
	cast.Filter()
	return cast
}

// Subscriptions are those of one connection, and their shadows.
type Subscriptions struct {
	subscriptionTable
	shadows map[*Subscription][]*Subscription // of those that have some
}

// Cast makes the shadows of a subscription.
func (t *Subscriptions) Cast(s *Subscription, streams []account.StreamImport) []*Subscription {
	for i := range streams {
		c := castShadow(s, &streams[i])
		if c == nil {
			continue
		}
		if t.shadows == nil {
			t.shadows = make(map[*Subscription][]*Subscription)
		}
		t.shadows[s] = append(t.shadows[s], c)
	}
	return t.shadows[s]
}

// ShadowsOf is the shadows of a subscription.
func (t *Subscriptions) ShadowsOf(s *Subscription) []*Subscription { return t.shadows[s] }

// EndShadows ends the shadows of a subscription, and returns them.
func (t *Subscriptions) EndShadows(s *Subscription) []*Subscription {
	all := t.shadows[s]
	for _, cast := range all {
		cast.End()
	}
	delete(t.shadows, s)
	return all
}

// Snapshot is each subscription and each shadow that there is now.
func (t *Subscriptions) Snapshot() []*Subscription {
	all := t.Copy()
	for _, casts := range t.shadows {
		all = append(all, casts...)
	}
	return all
}

// Every calls yield with each subscription and each shadow, until that returns
// false. Nothing must be changed meanwhile.
func (t *Subscriptions) Every(yield func(*Subscription) bool) {
	for s := range t.All {
		if !yield(s) {
			return
		}
	}
	for _, casts := range t.shadows {
		for _, cast := range casts {
			if !yield(cast) {
				return
			}
		}
	}
}
