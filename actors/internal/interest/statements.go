package interest

import "sync"

// This file is what is said about what is wanted here, so that links can say it to servers.

// Count is how many want a pattern now, in a queue group if there is a name of one. It is
// how many members a group has; without a queue it is 0 or more, and how many more says
// nothing.
type Count struct {
	Subject, Queue string
	Origin         string // the cluster of the leaf nodes that these are; empty for the others
	N              int
}

// Stated tells a link what is wanted in an account. A later one about the same pattern
// takes the place of an earlier one, so that one too many does no harm. It is not to be
// changed.
type Stated struct {
	Speaker
	Account int
	Counts  []Count
	// Anew: the partition is about to state all that it knows, because it has lost what it
	// had. Complete: it has done so; what it has not stated is wanted no more.
	Anew, Complete bool
	// Told: one of those who were asked by StateTo has been heard.
	Told bool
}

// Speaker is the partition that states something: one of so many. When there are more or fewer of them, they are those of
// another layout, which has a higher number.
type Speaker struct {
	Partition, Of int
	Layout        uint32
}

// stateds are statements that have been taken in, for reuse: two hundred thousand counts are 8 MB.
var stateds = sync.Pool{New: func() any { return new(Stated) }}

// keptCounts is how many counts a statement may have room for that is kept.
const keptCounts = 1 << 12

// NewStated is one about an account by a partition, for one link to take in.
func NewStated(account int, by Speaker) *Stated {
	m := stateds.Get().(*Stated)
	m.Account, m.Speaker = account, by
	return m
}

// Recycle gives a statement of NewStated back that is not needed any more.
func (m *Stated) Recycle() {
	clear(m.Counts)
	if kept := m.Counts[:0]; cap(kept) <= keptCounts {
		*m = Stated{Counts: kept}
		stateds.Put(m)
	}
}

// StateTo asks a connection to have its subscriptions stated to a link that has just come:
// by the partitions, which know how many there are of each.
type StateTo struct{ Link *Link }

// Telling answers StateTo: so many partitions will say Told. More: there will be more answers.
type Telling struct {
	Partitions int
	More       bool
}

// IgnoreDeadLetterLogging keeps it out of the log: a link that has just ended is still told things.
func (*Stated) IgnoreDeadLetterLogging() {}

// IgnoreDeadLetterLogging is as above.
func (*StateTo) IgnoreDeadLetterLogging() {}

// IgnoreDeadLetterLogging is as above.
func (*Telling) IgnoreDeadLetterLogging() {}
