package interest

import "github.com/troupe-mq/troupe/topics"

// Inboxes finds which of a connection's own plain subscriptions gets a message on a
// subject. It is made when a request that nobody gets asks for it first: most
// connections never do. What is sent to it is up to its owner; an ended subscription is
// found no more.
type Inboxes struct {
	last     *Subscription // that was found last: clients use one inbox
	literal  map[string]*Subscription
	wild     []*Subscription
	repeated bool // two have the same subject: one of them is not in literal
	gone     int  // of wild, those that are over
}

// NewInboxes makes the index of all subscriptions but some.
func NewInboxes(all *Subscriptions, but map[*Subscription]bool) *Inboxes {
	x := &Inboxes{literal: make(map[string]*Subscription, all.Len())}
	for s := range all.All {
		if !but[s] {
			x.Add(s)
		}
	}
	return x
}

// Add takes one more subscription in.
func (x *Inboxes) Add(s *Subscription) {
	switch {
	case s.Queue() != "":
	case !topics.Literal(s.Subject()):
		x.wild = append(x.wild, s)
	default:
		if before := x.literal[s.Subject()]; before != nil && before != s && !before.IsOver() {
			x.repeated = true
			return
		}
		x.literal[s.Subject()] = s
	}
}

// Remove takes a subscription out that is over. It reports false if the index is not
// good any more: another subscription has the same subject.
func (x *Inboxes) Remove(s *Subscription) bool {
	switch {
	case s.Queue() != "":
	case !topics.Literal(s.Subject()):
		x.removeWild()
	case x.literal[s.Subject()] != s:
	case x.repeated:
		return false
	default:
		delete(x.literal, s.Subject())
	}
	return true
}

// removeWild counts what is over, and takes it out when that is half of all.
func (x *Inboxes) removeWild() {
	if x.gone++; 2*x.gone > len(x.wild) {
		kept := x.wild[:0]
		for _, s := range x.wild {
			if !s.IsOver() {
				kept = append(kept, s)
			}
		}
		clear(x.wild[len(kept):])
		x.wild, x.gone = kept, 0
	}
}

// Find is a subscription that gets what is published on a subject, nil if there is
// none, and how many were looked at.
func (x *Inboxes) Find(subject string) (s *Subscription, looks int) {
	if s := x.last; s != nil && s.Unlimited() && topics.Matches(s.Subject(), subject) {
		return s, 1
	}
	if s := x.literal[subject]; s != nil && !s.IsOver() && s.Permits([]byte(subject)) {
		x.last = s
		return s, 1
	}
	for i, s := range x.wild {
		if !s.IsOver() && topics.Matches(s.Subject(), subject) && s.Permits([]byte(subject)) {
			x.last = s
			return s, i + 1
		}
	}
	return nil, len(x.wild)
}
