package peer

import (
	"hash/maphash"
	"strings"

	"github.com/troupe-mq/troupe/actors/internal/interest"
	"github.com/troupe-mq/troupe/topics/dense"
	"github.com/troupe-mq/troupe/wire/link"
)

// Ledger is what one server has been told is wanted here. Its zero value has told it nothing.
type Ledger struct {
	// May reports whether the server may be told of a pattern.
	May func(account int, pattern, queue string) bool
	// Name is the name of an account, where the link names accounts.
	Name func(account int) string

	said     dense.Table[said]
	stands   map[int][]string // by account: what is announced whoever wants it
	speakers speakers
}

type key struct {
	account int
	subject string
	group   string // the queue; of what leaf nodes want, a blank and their cluster behind it
}

// keyOf is that of a count.
func keyOf(account int, c *interest.Count) key {
	k := key{account, c.Subject, c.Queue}
	if c.Origin != "" {
		k.group += " " + c.Origin // few are of leaf nodes, and all others have a word less
	}
	return k
}

// names are the queue and the cluster.
func (k *key) names() (queue, origin string) {
	queue, origin, _ = strings.Cut(k.group, " ")
	return queue, origin
}

var seed = maphash.MakeSeed()

// hash is that of a key, for the table.
func (k *key) hash() uint32 {
	h := maphash.String(seed, k.subject) + uint64(k.account)<<32
	if k.group != "" {
		h ^= maphash.String(seed, k.group) >> 1 // not all of it: a subject that is its own queue
	}
	return uint32(h >> 32)
}

// said is one pattern that the server has been told of.
type said struct {
	key
	weight     int32 // of those who want it here
	stands     bool  // it is announced whoever wants it
	partition  uint16
	generation uint32 // of the partition's statements; see speakers
}

// told is what the server is told of it.
func (s *said) told() int32 {
	if s.stands {
		return max(s.weight, 1)
	}
	return s.weight
}

// Len is how many patterns the server has been told of.
func (l *Ledger) Len() int { return l.said.Len() }

// find is the row of a pattern, -1 if the server has not been told of it.
func (l *Ledger) find(k *key, hash uint32) int {
	for cells := l.said.Look(); cells != nil; cells = l.said.Rest(cells) {
		for i := cells.Home(hash); cells.Taken(i); i = cells.Next(i) {
			if cells.Hash(i) == hash && l.said.At(cells.Row(i)).key == *k {
				return cells.Row(i)
			}
		}
	}
	return -1
}

// Take takes a statement in, and calls write with what the server is to be told now. Behind a Complete one
// a [Ledger.Sweep] is due.
func (l *Ledger) Take(m *interest.Stated, write func(link.Interest)) {
	by := l.speakers.hear(m)
	if by == nil {
		return
	}
	for i := range m.Counts {
		c := &m.Counts[i]
		weight := int32(min(max(c.N, 0), 1<<30))
		if c.Queue == "" {
			weight = min(weight, 1)
		}
		l.declare(said{key: keyOf(m.Account, c), weight: weight, partition: uint16(m.Partition), generation: by.generation}, write)
	}
}

// Stand has the server told of patterns of an account whoever wants them, and of no others. It is
// called again when they have changed.
func (l *Ledger) Stand(account int, patterns []string, write func(link.Interest)) {
	wanted := make(map[string]bool, len(patterns))
	for _, p := range patterns {
		wanted[p] = true
	}
	for _, p := range l.stands[account] {
		if wanted[p] {
			continue
		}
		k := key{account: account, subject: p}
		if row := l.find(&k, k.hash()); row >= 0 {
			before := l.said.At(row).told()
			l.said.At(row).stands = false
			l.changed(row, before, write)
		}
	}
	if l.stands == nil {
		l.stands = make(map[int][]string)
	}
	if l.stands[account] = patterns; len(patterns) == 0 {
		delete(l.stands, account)
	}
	for p := range wanted {
		k := key{account: account, subject: p}
		hash := k.hash()
		if row := l.find(&k, hash); row >= 0 {
			l.said.At(row).stands = true
			continue
		}
		l.add(said{key: k, stands: true}, hash, write)
	}
}

// Round is a way through all that the server has been told, some of it at a time, and what is changed meanwhile is
// no hindrance: it goes from the last row to the first, and a row that is removed is replaced by the last one, which has been seen, or is new.
type Round struct {
	ledger *Ledger
	rest   int
	see    func(row int)
}

func (l *Ledger) round(see func(row int)) *Round {
	return &Round{ledger: l, rest: l.said.Len(), see: see}
}

// Next goes on with so many patterns, and reports whether there are more.
func (r *Round) Next(most int) (more bool) {
	for r.rest = min(r.rest, r.ledger.said.Len()); r.rest > 0 && most > 0; most-- {
		r.rest--
		r.see(r.rest)
	}
	return r.rest > 0
}

// Review withdraws what the server may not be told of any more.
func (l *Ledger) Review(write func(link.Interest)) *Round {
	return l.round(func(row int) {
		s := l.said.At(row)
		if queue, _ := s.names(); !l.May(s.account, s.subject, queue) {
			before := s.told()
			s.weight, s.stands = 0, false
			l.changed(row, before, write)
		}
	})
}

// Again writes once more what the server has been told, as far as it is to be.
func (l *Ledger) Again(is func(*link.Interest) bool, write func(link.Interest)) *Round {
	return l.round(func(row int) {
		if said := l.interest(l.said.At(row)); is(&said) {
			write(said)
		}
	})
}

// Sweep withdraws what a partition has not stated since it began anew, unless it does so once more meanwhile. When it is the
// last one of those that have taken the place of others, it withdraws what the others have stated and they have not.
func (l *Ledger) Sweep(by interest.Speaker, write func(link.Interest)) *Round {
	isOver := l.speakers.superseded(by)
	if isOver == nil {
		return &Round{ledger: l}
	}
	return l.round(func(row int) {
		s := l.said.At(row)
		if s.weight > 0 && isOver(s) {
			before := s.told()
			s.weight = 0
			l.changed(row, before, write)
		}
	})
}

func (l *Ledger) declare(now said, write func(link.Interest)) {
	hash := now.hash()
	row := l.find(&now.key, hash)
	if row < 0 {
		queue, _ := now.names()
		if now.weight > 0 && (l.May == nil || l.May(now.account, now.subject, queue)) {
			l.add(now, hash, write)
		}
		return
	}
	s := l.said.At(row)
	before := s.told()
	now.stands, now.key = s.stands, s.key // its texts are kept already
	*s = now
	l.changed(row, before, write)
}

func (l *Ledger) add(s said, hash uint32, write func(link.Interest)) {
	*l.said.Add(hash) = s
	write(l.interest(&s))
}

// changed tells the server if something is not as it was told before. What nobody wants any more
// is forgotten.
func (l *Ledger) changed(row int, before int32, write func(link.Interest)) {
	s := *l.said.At(row)
	if s.told() == 0 {
		l.said.Remove(s.hash(), row, func(s *said) uint32 { return s.hash() })
	}
	if s.told() != before {
		write(l.interest(&s))
	}
}

func (l *Ledger) interest(s *said) link.Interest {
	i := link.Interest{Subject: s.subject, Weight: int(s.told())}
	i.Queue, i.Origin = s.names()
	if l.Name != nil {
		i.Account = l.Name(s.account)
	}
	return i
}
