package commit

import (
	"weak"

	"github.com/troupe-mq/troupe/actors/internal/interest"
)

// This file is how a spread is made: in looks at subscriptions and groups, so many in a step, because there may be a hundred thousand.

// making is a spread that is not made yet.
type making struct {
	res     *result
	lone    []bool                   // of each queue group: somebody is alone in it
	singles int                      // how many are
	alone   []*interest.Subscription // who is alone in a queue group
	groups  []group                  // the others
	numbers map[uint64]int32         // of clients, by their ids
	clients []owned
	whose   []int32 // the number of the client of each subscription, as it was when that was looked at
	placed  int     // subscriptions
	next    int     // the place in the order of the next one that is in no bundle
	glanced int     // groups, until one is found that is of other servers
	named   int     // groups, if there is one
	divided int     // groups, if who is alone in one is to be found
}

// owned is what a client has.
type owned struct{ subs, bundle int }

// apart is the number of those whose subscriptions have to be delivered to by themselves.
const apart = 0

func newSpread(res *result, of weak.Pointer[result], alone bool) *spread {
	return &spread{of: of, alone: alone, making: &making{
		res: res, numbers: make(map[uint64]int32), clients: make([]owned, apart+1),
	}}
}

// counting is what it takes to look at a subscription for the first time, in looks.
const counting = 5

// goOn makes a spread in so many looks, and returns how many it took, and whether it is made.
func (s *spread) goOn(looks int) (spent int, done bool) {
	m := s.making
	groups := m.res.Groups
	for ; spent < looks; spent++ {
		switch all := len(m.res.Plain) + len(m.alone); {
		case m.glanced < len(groups):
			if m.glanced++; interest.IsFar(groups[m.glanced-1].Name) {
				m.glanced, s.sides = len(groups), make(map[string]sides)
			}
		case m.named < len(groups) && s.sides != nil:
			m.named++
			s.name(groups[m.named-1].Name, int32(m.named))
		case len(m.lone) < len(groups) && s.alone:
			m.sort(s, &groups[len(m.lone)])
			spent += counting - 1
		case m.divided < len(m.lone) && m.singles > 0:
			m.divided++
			m.divide(m.divided - 1)
		case len(m.whose) < all:
			m.count(m.at(len(m.whose)))
			spent += counting - 1
		case s.order == nil && all > 0:
			m.lay(s)
		case m.placed < all && !m.isInOrder(s):
			m.put(s, m.at(m.placed))
		default:
			s.making = nil
			return spent, true
		}
	}
	return spent, false
}

// at is a subscription by its number: a plain one, or one that is alone.
func (m *making) at(n int) *interest.Subscription {
	if plain := m.res.Plain; n < len(plain) {
		return plain[n]
	}
	return m.alone[n-len(m.res.Plain)]
}

// sort looks whether somebody is alone in a group, so that a message is delivered without a choice. What that depends
// on may change meanwhile, so it is looked at once.
func (m *making) sort(s *spread, g *group) {
	lone := len(g.Members) == 1 && isBundled(g.Members[0]) && !interest.IsFar(g.Name) && s.sides[g.Name].far == 0
	if m.lone = add(m.lone, lone, len(m.res.Groups)); lone {
		m.singles++
	}
}

// divide puts a group where it belongs.
func (m *making) divide(n int) {
	g := &m.res.Groups[n]
	if m.lone[n] {
		m.alone = add(m.alone, g.Members[0], m.singles)
		return
	}
	m.groups = add(m.groups, *g, len(m.res.Groups)-m.singles)
}

// add appends to what is made room for all at once: to become longer, a hundred thousand would be copied in one piece.
func add[E any](list []E, e E, most int) []E {
	if list == nil {
		list = make([]E, 0, most)
	}
	return append(list, e)
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
	m.whose = add(m.whose, n, len(m.res.Plain)+len(m.alone))
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
	if s.order = m.res.Plain; !m.isInOrder(s) {
		s.order = make([]*interest.Subscription, len(m.whose))
	}
	if len(m.alone) > 0 {
		if s.groups = m.groups; s.groups == nil {
			s.groups = []group{}
		}
	}
}

// isInOrder reports whether the plain subscriptions are in the order in which a message is delivered, and all there are.
func (m *making) isInOrder(s *spread) bool { return len(s.bundles) == 0 && len(m.alone) == 0 }

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
	b.fenced = b.fenced || one.Queue() != ""
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
