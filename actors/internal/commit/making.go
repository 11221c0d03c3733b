package commit

import (
	"weak"

	"github.com/troupe-mq/troupe/actors/internal/interest"
)

// This file is how a spread is made: in looks at subscriptions and groups, so many in a step, because there may be a hundred thousand.

// making is a spread that is not made yet.
type making struct {
	res     *result
	numbers map[uint64]int32 // of clients, by their ids
	clients []owned
	whose   []int32 // the number of the client of each subscription, as it was when that was looked at
	placed  int     // subscriptions
	next    int     // the place in the order of the next one that is in no bundle
	glanced int     // groups, until one is found that is of other servers
	named   int     // groups, if there is one
}

// owned is what a client has.
type owned struct{ subs, bundle int }

// apart is the number of those whose subscriptions have to be delivered to by themselves.
const apart = 0

func newSpread(res *result, of weak.Pointer[result]) *spread {
	return &spread{of: of, making: &making{res: res, numbers: make(map[uint64]int32), clients: make([]owned, apart+1)}}
}

// counting is what it takes to look at a subscription for the first time, in looks.
const counting = 5

// goOn makes a spread in so many looks, and returns how many it took, and whether it is made.
func (s *spread) goOn(looks int) (spent int, done bool) {
	m := s.making
	plain, groups := m.res.Plain, m.res.Groups
	for ; spent < looks; spent++ {
		switch {
		case len(m.whose) < len(plain):
			m.count(plain[len(m.whose)])
			spent += counting - 1
		case s.order == nil && len(plain) > 0:
			m.lay(s)
		case m.placed < len(plain) && len(s.bundles) > 0:
			m.put(s, plain[m.placed])
		case m.glanced < len(groups):
			if m.glanced++; interest.IsFar(groups[m.glanced-1].Name) {
				m.glanced, s.sides = len(groups), make(map[string]sides)
			}
		case m.named < len(groups) && s.sides != nil:
			m.named++
			s.name(groups[m.named-1].Name, int32(m.named))
		default:
			s.making = nil
			return spent, true
		}
	}
	return spent, false
}

// count notes whose a subscription is. What that depends on may change meanwhile, so it is looked at once.
func (m *making) count(s *interest.Subscription) {
	n := int32(apart)
	if isBundled(s) {
		if n = m.numbers[s.To.ID]; n == apart {
			n = int32(len(m.clients))
			m.numbers[s.To.ID] = n
			m.clients = append(m.clients, owned{})
		}
	}
	m.clients[n].subs++
	m.whose = append(m.whose, n)
}

// isBundled reports whether a subscription may be in a bundle: its name for the message is that of the message,
// and nobody has to be asked.
func isBundled(s *interest.Subscription) bool {
	return s.To.Kind == interest.Client && s.To.Shadow() == nil && s.Unlimited()
}

// lay gives each client that has many a place at the end of the order.
func (m *making) lay(s *spread) {
	few := len(m.whose)
	for n := apart + 1; n < len(m.clients); n++ {
		if c := &m.clients[n]; c.subs >= leastBundle {
			few -= c.subs
		}
	}
	at := few
	for n := range m.clients {
		c := &m.clients[n]
		c.bundle = -1
		if n != apart && c.subs >= leastBundle {
			c.bundle = len(s.bundles)
			s.bundles = append(s.bundles, bundle{from: at, to: at})
			at += c.subs
		}
	}
	if s.order = m.res.Plain; len(s.bundles) > 0 {
		s.order = make([]*interest.Subscription, len(m.whose))
	}
}

// put puts a subscription in its place.
func (m *making) put(s *spread, one *interest.Subscription) {
	in := m.clients[m.whose[m.placed]].bundle
	m.placed++
	if in < 0 {
		s.order[m.next] = one
		m.next++
		return
	}
	b := &s.bundles[in]
	s.order[b.to] = one
	b.to++
	b.sids += one.SIDLen()
}

// name notes on which side a queue group has members.
func (s *spread) name(group string, number int32) {
	name := interest.NearName(group)
	both := s.sides[name]
	if interest.IsFar(group) {
		both.far = number
	} else {
		both.near = number
	}
	s.sides[name] = both
}
