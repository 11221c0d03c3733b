package subscribers

import (
	"github.com/troupe-mq/troupe/topics"
	"github.com/troupe-mq/troupe/topics/internal/tokens"
)

// Trie holds the wildcard patterns, by token.
//
// A pattern that has a subtree to itself takes one node however many tokens
// it has left: the node keeps the whole pattern and is a twig. Only where
// patterns part is there a branch. So the 100,000 patterns inbox.<id>.* cost a
// node and an edge each, and nothing for their stars.
//
// A leaf stays where it is in memory for as long as its pattern has subscribers,
// so that a lookup may keep it while the trie around it changes.
type Trie[T comparable] struct {
	root node[T]
	path []step[T] // scratch for descend: a pattern may have as many tokens as a client likes
}

// node is a point on the way along a pattern. Invariants: without a branch it
// is a twig: it has a leaf, whose pattern may go on past this point. With a
// branch, its leaf is either nil or ends exactly here. The root has a branch
// unless the trie is empty.
type node[T comparable] struct {
	leaf   *Leaf[T]
	branch *branch[T]
}

// Leaf is one wildcard pattern and its subscribers.
type Leaf[T comparable] struct {
	pattern string // "" once nobody has it any more
	set     Set[T]
	// Record is what a subject gets that this leaf alone matches, once asked for;
	// a change makes it nil. It is for a trie that has one reader.
	Record *Record[T]
	// Stamp is changed by whose trie it is whenever the subscribers change. No two
	// leaves ever have the same one: equal stamps mean equal subscribers.
	Stamp uint64
}

// Set is the subscribers, for as long as there are any.
func (l *Leaf[T]) Set() *Set[T] { return &l.set }

// twig is a node with its leaf, in one piece of memory.
type twig[T comparable] struct {
	node[T]
	own Leaf[T]
}

// newTwig returns a node whose leaf has no pattern yet.
func newTwig[T comparable]() *node[T] {
	t := &twig[T]{}
	t.leaf = &t.own
	return &t.node
}

// step is a node that a descent came through, and where in the pattern it was.
type step[T comparable] struct {
	node *node[T]
	at   int
}

// Empty reports whether there is no pattern.
func (t *Trie[T]) Empty() bool { return t.root.branch == nil }

// Insert adds sub under a pattern, and returns its leaf, or nil if it was there.
func (t *Trie[T]) Insert(pattern, queue string, sub T) *Leaf[T] {
	l := t.leafFor(pattern)
	if l.pattern == "" {
		l.pattern = pattern
		l.set.init(queue, sub)
	} else if !l.set.add(queue, sub) {
		return nil
	}
	l.Record = nil
	return l
}

// leafFor returns the leaf of a pattern. It has none yet if the pattern is new.
func (t *Trie[T]) leafFor(pattern string) *Leaf[T] {
	if t.root.branch == nil {
		t.root.branch = newBranch[T]()
	}
	n, at, depth, length := &t.root, 0, 0, topics.Tokens(pattern)
	var other *Leaf[T] // in the way, on as many levels as it is alike
	others := 0        // tokens of its pattern
	for {
		if n.branch == nil {
			if n.leaf != other {
				if n.leaf.pattern == pattern {
					return n.leaf
				}
				other, others = n.leaf, topics.Tokens(n.leaf.pattern)
			}
			n.split(at, others-depth)
		}
		n.branch.widen(length-depth, pattern)
		if at > len(pattern) {
			if n.leaf == nil {
				n.leaf = &Leaf[T]{}
			}
			return n.leaf
		}
		end := tokens.End(pattern, at)
		token := pattern[at:end]
		next := n.branch.child(token)
		if next == nil {
			next = newTwig[T]()
			n.branch.set(token, next)
			return next.leaf
		}
		n, at, depth = next, end+1, depth+1
	}
}

// split turns a twig into a branch; its leaf moves on by a token if it can, for
// it has so many left. All patterns that pass through n are alike up to at.
func (n *node[T]) split(at, left int) {
	n.branch = newBranch[T]()
	pattern := n.leaf.pattern
	n.branch.widen(left, pattern)
	if left > 0 {
		n.branch.set(pattern[at:tokens.End(pattern, at)], &node[T]{leaf: n.leaf})
		n.leaf = nil
	}
}

// Remove takes sub away from under a pattern, and returns the leaf it was in, or
// nil if it was not there.
func (t *Trie[T]) Remove(pattern, queue string, sub T) *Leaf[T] {
	n := t.descend(pattern)
	if n == nil {
		return nil
	}
	l := n.leaf
	removed, empty := l.set.remove(queue, sub)
	if !removed {
		return nil
	}
	l.Record = nil
	if empty {
		l.pattern = ""
		t.drop(pattern)
	}
	return l
}

// descend leaves in path the nodes from the root to the one with the leaf of
// pattern, and returns that one, or nil if there is none.
func (t *Trie[T]) descend(pattern string) *node[T] {
	t.path = t.path[:0]
	n, at := &t.root, 0
	for n != nil {
		t.path = append(t.path, step[T]{n, at})
		if n.leaf != nil && n.leaf.pattern == pattern {
			return n
		}
		if n.branch == nil || at > len(pattern) {
			return nil
		}
		end := tokens.End(pattern, at)
		n, at = n.branch.child(pattern[at:end]), end+1
	}
	return nil
}

// drop takes away the leaf that the last descent found, and every node and branch
// that is there for nothing without it.
func (t *Trie[T]) drop(pattern string) {
	t.path[len(t.path)-1].node.leaf = nil
	for i := len(t.path) - 1; i > 0; i-- {
		n, parent := t.path[i].node, t.path[i-1]
		n.fold()
		if n.branch != nil {
			break // Those above have the same below them as before.
		}
		if n.leaf == nil {
			parent.node.branch.remove(pattern[parent.at:tokens.End(pattern, parent.at)])
		}
	}
	if t.root.branch.size() == 0 {
		t.root.branch = nil
	}
	clear(t.path) // Do not keep what was pruned alive.
}

// fold removes the branch of n if what is left below does not need it.
func (n *node[T]) fold() {
	if n.branch == nil {
		return
	}
	switch n.branch.size() {
	case 0:
		n.branch = nil
	case 1:
		// A lone twig below a node without a leaf needs no branch to hang from.
		if only := n.branch.only(); n.leaf == nil && only.branch == nil {
			n.leaf, n.branch = only.leaf, nil
		}
	}
}

// All calls yield for every subscriber until it returns false.
func (t *Trie[T]) All(yield func(pattern, queue string, sub T) bool) bool {
	if t.root.branch == nil {
		return true
	}
	stack := []*node[T]{&t.root}
	for len(stack) > 0 {
		n := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		if n.leaf != nil && !n.leaf.set.all(n.leaf.pattern, yield) {
			return false
		}
		if n.branch != nil {
			stack = n.branch.children(stack)
		}
	}
	return true
}
