package subscribers

import "github.com/troupe-mq/troupe/topics/internal/tokens"

// Walk is a search of tries for the leaves that match a subject. It keeps its
// own stack, and can stop at any node and go on later. The tries may have
// changed by then: a leaf that was there all the time is found exactly once,
// one that came or went meanwhile is found or not.
//
// That holds because a leaf keeps its address, and moves between nodes in two
// ways only: down from a twig that is split, up into a node that has no other
// child left. A twig on the stack is visited where it is, with what is below it
// by then. What moves up moves from a node to its parent, and whoever comes to
// the node has been at the parent.
type Walk[T comparable] struct {
	stack  []visit[T]
	Leaves []*Leaf[T] // that were found
	// Stamps are those that the leaves had when they were found, key is a hash
	// of them.
	Stamps []uint64
	key    uint64
	// How many plain subscribers there are to merge, and leaves that have any.
	plain, crowds int
	groups        int // the queue groups of all leaves, each as often as it is met
}

// visit is a node still to be visited: at is where in the node's patterns, from
// where in the subject, and left how many tokens of the subject are left there.
type visit[T comparable] struct {
	node           *node[T]
	at, from, left int32
}

// Enter adds a trie to those to be searched.
func (w *Walk[T]) Enter(t *Trie[T], tokens int) {
	w.stack = append(w.stack, visit[T]{node: &t.root, left: int32(tokens)})
}

// Run goes on until nothing is left to visit, or the budget is spent: a unit for
// a node. It returns what is left of the budget.
//
// No node is visited twice, and none below which no pattern has the length of
// the subject. So the work is bounded by the number of patterns, and by 2^tokens
// if that is less; but not by much less, whoever means ill.
func (w *Walk[T]) Run(subject string, budget int) int {
	for len(w.stack) > 0 && budget > 0 {
		last := len(w.stack) - 1
		v := w.stack[last]
		w.stack[last].node = nil // Scratch must not keep alive what is removed.
		w.stack = w.stack[:last]
		budget = w.follow(v, subject, budget)
	}
	return budget
}

// Done reports whether nothing is left to visit.
func (w *Walk[T]) Done() bool { return len(w.stack) == 0 }

// Key is a hash of the stamps that were found.
func (w *Walk[T]) Key() uint32 { return uint32(w.key >> 32) }

// follow goes along the literal tokens from v, and leaves the stars on the way
// to be visited later.
func (w *Walk[T]) follow(v visit[T], subject string, budget int) int {
	for n := v.node; n != nil; v.node = n {
		if budget <= 0 {
			w.stack = append(w.stack, v)
			return budget
		}
		budget--
		b := n.branch
		if b == nil {
			if l := n.leaf; l != nil && l.pattern != "" && tokens.Match(l.pattern, int(v.at), subject, int(v.from)) {
				w.found(l)
			}
			return budget - len(subject[min(int(v.from), len(subject)):])/bytesPerUnit
		}
		if !b.leads(v.left) {
			return budget
		}
		if v.left == 0 {
			if n.leaf != nil {
				w.found(n.leaf)
			}
			return budget
		}
		if b.tail != nil {
			w.found(b.tail.leaf)
		}
		end := int32(tokens.End(subject, int(v.from)))
		if b.star != nil {
			w.stack = append(w.stack, visit[T]{b.star, v.at + int32(len("*.")), end + 1, v.left - 1})
		}
		n = b.literal(subject[v.from:end])
		v.at, v.from, v.left = v.at+end-v.from+1, end+1, v.left-1
	}
	return budget
}

// Comparing so many bytes of a pattern counts as a visit.
const bytesPerUnit = 64

func (w *Walk[T]) found(l *Leaf[T]) {
	w.Leaves = append(w.Leaves, l)
	w.Stamps = append(w.Stamps, l.Stamp)
	w.key = (w.key ^ l.Stamp) * goldenRatio
	w.count(&l.set)
}

// count counts what there will be to merge, should it come to that.
func (w *Walk[T]) count(s *Set[T]) {
	if s.more == nil {
		w.plain++
		w.crowds++
		return
	}
	if n := len(s.more.plain.list); n > 0 {
		w.plain += n
		w.crowds++
	}
	w.groups += s.more.groups.len()
}

// goldenRatio spreads stamps, which are small numbers.
const goldenRatio = 0x9E3779B97F4A7C15

// Clear forgets everything but some of the memory, so that a walk keeps nobody
// alive, nor stays as large as the largest one there ever was.
func (w *Walk[T]) Clear() {
	if cap(w.Leaves) > maxScratch || cap(w.stack) > maxScratch {
		*w = Walk[T]{}
		return
	}
	clear(w.stack) // not empty if the lookup was abandoned
	clear(w.Leaves)
	w.stack, w.Leaves, w.Stamps = w.stack[:0], w.Leaves[:0], w.Stamps[:0]
	w.key, w.plain, w.crowds, w.groups = 0, 0, 0, 0
}

const maxScratch = 1024
