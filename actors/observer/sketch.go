package observer

import (
	"cmp"
	"slices"
	"strings"
)

// counters is how many subjects a sketch counts at a time.
const counters = 1024

// sketch counts the most frequent of any number of subjects in bounded memory, by the
// Space-Saving algorithm (Metwally, Agrawal, El Abbadi, 2005): a subject that is not
// counted yet takes the place of the rarest, and inherits its count. A count is too high
// by the inherited part at most, which is kept beside it; a subject that makes up more
// than one part in counters of all messages is always there.
type sketch struct {
	at   map[string]*tally
	heap []*tally // the rarest first
}

// tally is the count of one subject.
type tally struct {
	subject string
	account string
	count   uint64
	over    uint64 // how much too high the count may be
	bytes   uint64
	index   int // in the heap
}

// add counts messages on a subject of an account.
func (s *sketch) add(account, subject string, n, bytes uint64) {
	if s.at == nil {
		s.at = make(map[string]*tally, counters)
	}
	key := account + " " + subject
	t := s.at[key]
	switch {
	case t != nil:
	case len(s.heap) < counters:
		t = &tally{index: len(s.heap)}
		s.heap = append(s.heap, t)
		s.up(t.index)
		s.name(t, key, len(account))
	default:
		t = s.heap[0]
		delete(s.at, t.account+" "+t.subject)
		t.over, t.bytes = t.count, 0
		s.name(t, key, len(account))
	}
	t.count += n
	t.bytes += bytes
	s.down(t.index)
}

func (s *sketch) name(t *tally, key string, account int) {
	key = strings.Clone(key)
	t.account, t.subject = key[:account], key[account+1:]
	s.at[key] = t
}

// up moves a tally to where it belongs, if it is rarer than those above it.
func (s *sketch) up(i int) {
	for i > 0 {
		above := (i - 1) / 2
		if s.heap[above].count <= s.heap[i].count {
			return
		}
		s.swap(i, above)
		i = above
	}
}

// down moves a tally to where it belongs, if it is more frequent than those below it.
func (s *sketch) down(i int) {
	for {
		least := i
		for _, below := range [...]int{2*i + 1, 2*i + 2} {
			if below < len(s.heap) && s.heap[below].count < s.heap[least].count {
				least = below
			}
		}
		if least == i {
			return
		}
		s.swap(i, least)
		i = least
	}
}

func (s *sketch) swap(i, j int) {
	s.heap[i], s.heap[j] = s.heap[j], s.heap[i]
	s.heap[i].index, s.heap[j].index = i, j
}

// top are the n most frequent, the most frequent first.
func (s *sketch) top(n int) []*tally {
	all := slices.Clone(s.heap)
	slices.SortFunc(all, func(a, b *tally) int {
		return cmp.Or(cmp.Compare(b.count-b.over, a.count-a.over), cmp.Compare(a.subject, b.subject))
	})
	return all[:min(n, len(all))]
}

// forget begins anew.
func (s *sketch) forget() {
	clear(s.at)
	s.heap = s.heap[:0]
}
