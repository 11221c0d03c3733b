package subscribers

import "maps"

// branch is the children of a node, by token.
type branch[T comparable] struct {
	star *node[T] // what follows *
	tail *node[T] // the pattern that ends in > here
	// The literal tokens: a few in a list, more of them in a map instead.
	list []edge[T]
	many map[string]*node[T]
	peak int32 // the most that many has held since it was made
	// How many tokens the patterns that come through here have left, at the
	// least and at the most. It is widened as they come and not narrowed as they
	// go: a lookup that looks in vain costs time and nothing else.
	least, most uint16
}

type edge[T comparable] struct {
	token string
	node  *node[T]
}

// noEnd is the most tokens that a pattern can be known to have; one with a > at
// its end has no end.
const noEnd = 1<<16 - 1

func newBranch[T comparable]() *branch[T] { return &branch[T]{least: noEnd} }

// widen lets a pattern through that has so many tokens left.
func (b *branch[T]) widen(left int, pattern string) {
	left = min(left, noEnd)
	b.least = min(b.least, uint16(left))
	if pattern[len(pattern)-1] == '>' { // It may be a part of a longer token, which does no harm.
		left = noEnd
	}
	b.most = max(b.most, uint16(left))
}

// leads reports whether a pattern comes through here that may match a subject
// that has so many tokens left.
func (b *branch[T]) leads(left int32) bool {
	return left >= int32(b.least) && (left <= int32(b.most) || b.most == noEnd)
}

// Up to maxList tokens are looked through, not looked up.
const maxList = 8

// child returns the child for a token of a pattern, or nil.
func (b *branch[T]) child(token string) *node[T] {
	switch token {
	case "*":
		return b.star
	case ">":
		return b.tail
	}
	return b.literal(token)
}

// literal returns the child for a literal token, or nil.
func (b *branch[T]) literal(token string) *node[T] {
	if b.many != nil {
		return b.many[token]
	}
	for i := range b.list {
		if b.list[i].token == token {
			return b.list[i].node
		}
	}
	return nil
}

// set adds a child for a token of a pattern that has none.
func (b *branch[T]) set(token string, n *node[T]) {
	switch {
	case token == "*":
		b.star = n
	case token == ">":
		b.tail = n
	case b.many == nil && len(b.list) < maxList:
		b.list = append(b.list, edge[T]{token, n})
	default:
		if b.many == nil {
			b.many = make(map[string]*node[T], 2*maxList)
			for _, e := range b.list {
				b.many[e.token] = e.node
			}
			b.list = nil
		}
		b.many[token] = n
		b.peak = max(b.peak, int32(len(b.many)))
	}
}

// remove takes away the child for a token of a pattern.
func (b *branch[T]) remove(token string) {
	switch {
	case token == "*":
		b.star = nil
	case token == ">":
		b.tail = nil
	case b.many != nil:
		delete(b.many, token)
		b.shrink()
	default:
		for i := range b.list {
			if b.list[i].token == token {
				last := len(b.list) - 1
				b.list[i] = b.list[last]
				b.list[last] = edge[T]{}
				b.list = b.list[:last]
				return
			}
		}
	}
}

// shrink makes the map anew when it holds a quarter of what it once did, since
// a Go map never gives anything back; and a list when it holds next to nothing.
func (b *branch[T]) shrink() {
	switch {
	case len(b.many) <= maxList/2:
		list := make([]edge[T], 0, maxList)
		for token, n := range b.many {
			list = append(list, edge[T]{token, n})
		}
		b.list, b.many, b.peak = list, nil, 0
	case b.peak > 64 && len(b.many) < int(b.peak)/4:
		many := make(map[string]*node[T], len(b.many)) // maps.Clone would copy the emptiness too
		maps.Copy(many, b.many)
		b.many, b.peak = many, int32(len(many))
	}
}

func (b *branch[T]) size() int {
	n := len(b.list) + len(b.many)
	if b.star != nil {
		n++
	}
	if b.tail != nil {
		n++
	}
	return n
}

// only returns the one child of a branch of size 1.
func (b *branch[T]) only() *node[T] {
	return b.children(nil)[0]
}

// children appends all children to dst.
func (b *branch[T]) children(dst []*node[T]) []*node[T] {
	if b.star != nil {
		dst = append(dst, b.star)
	}
	if b.tail != nil {
		dst = append(dst, b.tail)
	}
	for i := range b.list {
		dst = append(dst, b.list[i].node)
	}
	for _, n := range b.many {
		dst = append(dst, n)
	}
	return dst
}
