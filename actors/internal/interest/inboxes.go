package interest

import "github.com/troupe-mq/troupe/topics"

// Inboxes finds which of a connection's own plain subscriptions gets a message on a
// subject. It is made when a request that nobody gets asks for it first: most
// connections never do. What is sent to it is up to its owner; an ended subscription is
// found no more.
//
// Nothing here takes longer than it is told, however many subscriptions there are: who
// asks comes again, and it goes on from where it was.
type Inboxes struct {
	last     *Subscription // that was found last: clients use one inbox
	literal  map[string]*Subscription
	wild     []*Subscription
	repeated bool // two have the same subject: one of them is not in literal
	gone     int  // of wild, those that are over
	at       int  // how many of wild the search under way has looked at

	rest []*Subscription // that are still to be taken in
	but  map[*Subscription]bool
}

// adding is the work of taking one in, in looks.
const adding = 5

// NewInboxes begins to make the index of all subscriptions but some.
func NewInboxes(all *Subscriptions, but map[*Subscription]bool) *Inboxes {
	return &Inboxes{literal: make(map[string]*Subscription), rest: all.Copy(), but: but}
}

// Build goes on with that for so many looks. It returns how many there were, and whether the index is made.
func (x *Inboxes) Build(most int) (looks int, made bool) {
	for ; len(x.rest) > 0; x.rest = x.rest[1:] {
		s := x.rest[0]
		if x.but[s] || s.IsOver() {
			continue
		}
		if looks >= most {
			return looks, false
		}
		x.Add(s)
		looks += adding
	}
	x.rest, x.but = nil, nil
	return looks, true
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
		x.wild, x.gone, x.at = kept, 0, 0
	}
}

// Find is a subscription that gets what is published on a subject, nil if there is
// none. It returns how many were looked at, and reports false if there are more than most: who
// asks for the same subject again goes on behind these.
func (x *Inboxes) Find(subject string, most int) (s *Subscription, looks int, done bool) {
	if s := x.last; s != nil && s.Unlimited() && topics.Matches(s.Subject(), subject) {
		return x.found(s), 1, true
	}
	if s := x.literal[subject]; s != nil && !s.IsOver() && s.Permits([]byte(subject)) {
		return x.found(s), 1, true
	}
	for ; x.at < len(x.wild); x.at++ {
		if looks >= most {
			return nil, looks, false
		}
		looks++
		if s := x.wild[x.at]; !s.IsOver() && topics.Matches(s.Subject(), subject) && s.Permits([]byte(subject)) {
			return x.found(s), looks, true
		}
	}
	x.at = 0
	return nil, looks, true
}

func (x *Inboxes) found(s *Subscription) *Subscription {
	x.last, x.at = s, 0
	return s
}
