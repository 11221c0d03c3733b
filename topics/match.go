package topics

// visit is a node still to be visited: at is where in the node's patterns, from
// where in the subject.
type visit[T comparable] struct {
	node     *node[T]
	at, from int
}

// match appends to dst the leaves that match a routable subject. Every node of
// the trie is visited once at most, whatever the stars in it, so the work is
// bounded by the number of patterns, and by 2^tokens if that is less.
func (t *trie[T]) match(subject string, dst []*leaf[T]) []*leaf[T] {
	if t.root.branch == nil {
		return dst
	}
	stack := append(t.stack[:0], visit[T]{node: &t.root})
	for len(stack) > 0 {
		v := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		dst, stack = v.follow(subject, dst, stack)
	}
	t.stack = stack
	return dst
}

// follow goes along the literal tokens from v, appending the leaves that match
// to dst, and the stars on the way, to be visited later, to stack.
func (v visit[T]) follow(subject string, dst []*leaf[T], stack []visit[T]) ([]*leaf[T], []visit[T]) {
	n, at, from := v.node, v.at, v.from
	for n != nil {
		b := n.branch
		if b == nil {
			if matchFrom(n.leaf.pattern, at, subject, from) {
				dst = append(dst, &n.leaf)
			}
			break
		}
		if from > len(subject) {
			if n.leaf.pattern != "" {
				dst = append(dst, &n.leaf)
			}
			break
		}
		if b.tail != nil {
			dst = append(dst, &b.tail.leaf)
		}
		end := tokenEnd(subject, from)
		if b.star != nil {
			stack = append(stack, visit[T]{b.star, at + len("*."), end + 1})
		}
		n = b.literal(subject[from:end])
		at, from = at+end-from+1, end+1
	}
	return dst, stack
}
