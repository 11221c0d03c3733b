package index

import (
	"github.com/troupe-mq/troupe/topics"
	"github.com/troupe-mq/troupe/topics/internal/subscribers"
)

// Subscribers is how many subscribers a pattern has: the members of the queue group with that name,
// or with "" those in no group.
func (x *Index[T]) Subscribers(pattern, queue string) (n int) {
	x.at(pattern, func(s *subscribers.Set[T]) { n = s.Count(queue) })
	return n
}

// EachSubscriber calls yield with each of those that [Index.Subscribers] counts, until that returns false.
// Nothing must be inserted or removed meanwhile.
func (x *Index[T]) EachSubscriber(pattern, queue string, yield func(T) bool) {
	x.at(pattern, func(s *subscribers.Set[T]) { s.Each(queue, yield) })
}

// at looks at the subscribers of a pattern, if it has any.
func (x *Index[T]) at(pattern string, look func(*subscribers.Set[T])) {
	var s *subscribers.Set[T]
	switch {
	case pattern == "":
	case topics.Literal(pattern):
		s = x.literals.Find(hash(pattern), pattern)
	case x.isWide(pattern):
		x.wide.mu.Lock() // to look for a pattern takes the trie's scratch
		defer x.wide.mu.Unlock()
		s = x.wide.trie.At(pattern)
	default:
		s = x.trie.At(pattern)
	}
	if s != nil {
		look(s)
	}
}
