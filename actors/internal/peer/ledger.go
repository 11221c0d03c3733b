package peer

import (
	"github.com/troupe-mq/troupe/actors/internal/interest"
	"github.com/troupe-mq/troupe/wire/link"
)

// Ledger is what one server has been told is wanted here. Its zero value has told it nothing.
type Ledger struct {
	// May reports whether the server may be told of a pattern.
	May func(account int, pattern, queue string) bool
	// Name is the name of an account, where the link names accounts.
	Name func(account int) string

	at          map[key]int32 // where in said
	said        pages
	generations []uint32 // by partition
}

type key struct {
	account        int
	subject, queue string
}

// said is one pattern that the server has been told of.
type said struct {
	key
	weight     int32 // of those who want it here
	stands     bool  // it is announced whoever wants it
	partition  uint16
	generation uint32 // of the partition's statements
}

// told is what the server is told of it.
func (s *said) told() int32 {
	if s.stands {
		return max(s.weight, 1)
	}
	return s.weight
}

// Len is how many patterns the server has been told of.
func (l *Ledger) Len() int { return l.said.n }

// Take takes a statement in, and calls write with what the server is to be told now.
func (l *Ledger) Take(m *interest.Stated, write func(link.Interest)) {
	now := l.generation(m.Partition)
	if m.Anew {
		*now++
	}
	for i := range m.Counts {
		c := &m.Counts[i]
		weight := int32(min(max(c.N, 0), 1<<30))
		if c.Queue == "" {
			weight = min(weight, 1)
		}
		l.state(said{key: key{m.Account, c.Subject, c.Queue}, weight: weight, partition: uint16(m.Partition), generation: *now}, write)
	}
	if m.Complete {
		l.sweep(uint16(m.Partition), *now, write)
	}
}

// Stand has the server told of patterns of an account whoever wants them, and of no others. It is
// called again when they have changed.
func (l *Ledger) Stand(account int, patterns []string, write func(link.Interest)) {
	wanted := make(map[string]bool, len(patterns))
	for _, p := range patterns {
		wanted[p] = true
	}
	for i := int32(l.said.n) - 1; i >= 0; i-- {
		if s := l.said.at(i); s.stands && s.account == account && !wanted[s.subject] {
			before := s.told()
			s.stands = false
			l.changed(i, before, write)
		}
	}
	for p := range wanted {
		k := key{account, p, ""}
		if at, known := l.at[k]; known {
			l.said.at(at).stands = true
			continue
		}
		l.add(said{key: k, stands: true}, write)
	}
}

// generation is that of a partition's statements.
func (l *Ledger) generation(partition int) *uint32 {
	for len(l.generations) <= partition {
		l.generations = append(l.generations, 0)
	}
	return &l.generations[partition]
}

func (l *Ledger) state(now said, write func(link.Interest)) {
	at, known := l.at[now.key]
	if !known {
		if now.weight > 0 && (l.May == nil || l.May(now.account, now.subject, now.queue)) {
			l.add(now, write)
		}
		return
	}
	s := l.said.at(at)
	before := s.told()
	now.stands, now.key = s.stands, s.key // its texts are kept already
	*s = now
	l.changed(at, before, write)
}

func (l *Ledger) add(s said, write func(link.Interest)) {
	if l.at == nil {
		l.at = make(map[key]int32)
	}
	l.at[s.key] = int32(l.said.n)
	l.said.push(s)
	write(l.interest(&s))
}

// changed tells the server if something is not as it was told before. What nobody wants any more
// is forgotten.
func (l *Ledger) changed(at, before int32, write func(link.Interest)) {
	s := *l.said.at(at)
	if s.told() == 0 {
		last := l.said.pop()
		if int(at) != l.said.n {
			*l.said.at(at) = last
			l.at[last.key] = at
		}
		delete(l.at, s.key)
	}
	if s.told() != before {
		write(l.interest(&s))
	}
}

// sweep withdraws what a partition has not stated in its latest generation.
func (l *Ledger) sweep(partition uint16, now uint32, write func(link.Interest)) {
	for i := int32(l.said.n) - 1; i >= 0; i-- {
		if s := l.said.at(i); s.weight > 0 && s.partition == partition && s.generation != now {
			before := s.told()
			s.weight = 0
			l.changed(i, before, write)
		}
	}
}

func (l *Ledger) interest(s *said) link.Interest {
	i := link.Interest{Subject: s.subject, Queue: s.queue, Weight: int(s.told())}
	if l.Name != nil {
		i.Account = l.Name(s.account)
	}
	return i
}
