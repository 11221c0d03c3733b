package topics

// trie holds the wildcard patterns, by token.
//
// A pattern that has a subtree to itself takes one node however many tokens
// it has left: the node keeps the whole pattern and is a twig. Only where
// patterns part is there a branch. So the 100,000 patterns inbox.<id>.* cost a
// node and an edge each, and nothing for their stars.
type trie[T comparable] struct {
	root node[T]
	// Scratch for descent and match: neither recurses, for a subject may have
	// as many tokens as a client likes.
	path  []step[T]
	stack []visit[T]
}

// node is a point on the way along a pattern. Invariants: without a branch it
// is a twig: its leaf is taken, and its pattern may go on past this point. With
// a branch, its leaf is either free or ends exactly here. The root has a branch
// unless the trie is empty.
type node[T comparable] struct {
	leaf   leaf[T]
	branch *branch[T]
}

// leaf is one wildcard pattern and its subscribers. It is free if pattern is "".
type leaf[T comparable] struct {
	pattern string
	spot    spot[T]
	// result is what a subject gets that this leaf alone matches, once asked for.
	result *Result[T]
	// stamp changes whenever the subscribers do, and no two leaves ever have
	// the same one: equal stamps mean equal subscribers.
	stamp uint64
}

// step is a node that a descent came through, and where in the pattern it was.
type step[T comparable] struct {
	node *node[T]
	at   int
}

// leafFor returns the leaf of a pattern. It is free if the pattern is new.
func (t *trie[T]) leafFor(pattern string) *leaf[T] {
	if t.root.branch == nil {
		t.root.branch = &branch[T]{}
	}
	n, at := &t.root, 0
	for {
		if n.branch == nil {
			if n.leaf.pattern == "" || n.leaf.pattern == pattern {
				return &n.leaf
			}
			n.split(at)
		}
		if at > len(pattern) {
			return &n.leaf
		}
		end := tokenEnd(pattern, at)
		n, at = n.branch.ensure(pattern[at:end]), end+1
	}
}

// split turns a twig into a branch; its leaf moves on by a token if it can.
// All patterns that pass through n are alike up to at.
func (n *node[T]) split(at int) {
	n.branch = &branch[T]{}
	if pattern := n.leaf.pattern; at <= len(pattern) {
		n.branch.ensure(pattern[at:tokenEnd(pattern, at)]).leaf = n.leaf
		n.leaf = leaf[T]{}
	}
}

// descend leaves in path the nodes from the root to the one with the leaf of
// pattern, and returns that one, or nil if there is none.
func (t *trie[T]) descend(pattern string) *node[T] {
	t.path = t.path[:0]
	n, at := &t.root, 0
	for n != nil {
		t.path = append(t.path, step[T]{n, at})
		if n.leaf.pattern == pattern {
			return n
		}
		if n.branch == nil || at > len(pattern) {
			return nil
		}
		end := tokenEnd(pattern, at)
		n, at = n.branch.child(pattern[at:end]), end+1
	}
	return nil
}

// drop frees the leaf that the last descent found, and every node and branch
// that is there for nothing without it.
func (t *trie[T]) drop(pattern string) {
	t.path[len(t.path)-1].node.leaf = leaf[T]{}
	for i := len(t.path) - 1; i > 0; i-- {
		n, parent := t.path[i].node, t.path[i-1]
		n.fold()
		if n.branch != nil {
			break // Those above have the same below them as before.
		}
		if n.leaf.pattern == "" {
			parent.node.branch.remove(pattern[parent.at:tokenEnd(pattern, parent.at)])
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
		// A lone twig below a free leaf needs no branch to hang from.
		if only := n.branch.only(); n.leaf.pattern == "" && only.branch == nil {
			n.leaf, n.branch = only.leaf, nil
		}
	}
}

// all calls yield for every subscriber until it returns false.
func (t *trie[T]) all(yield func(pattern, queue string, sub T) bool) bool {
	if t.root.branch == nil {
		return true
	}
	stack := []*node[T]{&t.root}
	for len(stack) > 0 {
		n := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		if n.leaf.pattern != "" && !n.leaf.spot.all(n.leaf.pattern, yield) {
			return false
		}
		if n.branch != nil {
			stack = n.branch.children(stack)
		}
	}
	return true
}
