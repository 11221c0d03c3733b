package batch

import "github.com/troupe-mq/troupe/actors/internal/interest"

// Hit is a server that gets the message that is carried out, and for which queue groups.
type Hit struct {
	Sub    *interest.Subscription // one of those that it is for
	Queues []string
}

// Hits are the servers that get it, each once. The zero value is none.
type Hits struct {
	all    []Hit
	places map[*interest.Target]int // of all of them, once they are many
}

// Choice is the choice of a server for a queue group, where it was left in the middle.
type Choice struct {
	Next   int                    // the subscription to be looked at
	Rank   uint8                  // of those that may be chosen so far
	Weight int                    // of all of them
	Found  *interest.Subscription // the one that is chosen, nil for nobody, or for a near one

	Asked int                 // of those for clients in no group, how many were looked at
	Plain map[uint64]struct{} // the servers of the cluster that have such clients
}

// fewHits are searched one by one.
const fewHits = 16

// Add notes that the message goes to a server for a queue group, or for nobody in particular.
func (h *Hits) Add(s *interest.Subscription, queue string) {
	at := h.find(s.To)
	if at < 0 {
		at = len(h.all)
		h.all = append(h.all, Hit{Sub: s})
		h.place(at)
	}
	one := &h.all[at]
	if one.Sub.IsOver() {
		one.Sub = s
	}
	if queue != "" {
		one.Queues = append(one.Queues, queue)
	}
}

// find is the place of a server, -1 if it has none.
func (h *Hits) find(to *interest.Target) int {
	if len(h.all) > fewHits {
		if at, found := h.places[to]; found {
			return at
		}
		return -1
	}
	for i := range h.all {
		if h.all[i].Sub.To == to {
			return i
		}
	}
	return -1
}

// place remembers the place of the last one, and those of all when they begin to be many.
func (h *Hits) place(last int) {
	if len(h.all) <= fewHits {
		return
	}
	from := last
	if h.places == nil {
		h.places, from = make(map[*interest.Target]int), 0
	}
	for i := from; i <= last; i++ {
		h.places[h.all[i].Sub.To] = i
	}
}

// At is one of them by its number, nil behind the last.
func (h *Hits) At(n int) *Hit {
	if n >= len(h.all) {
		return nil
	}
	return &h.all[n]
}

// Clear forgets all of them. Room for few is kept.
func (h *Hits) Clear() {
	if h.places != nil {
		*h = Hits{}
		return
	}
	clear(h.all)
	h.all = h.all[:0]
}
