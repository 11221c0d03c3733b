package fair

// Every item is in two lists: that of its client, and that of all that last equally
// long.
const (
	ofClient = iota
	ofLine
	lists
)

// list is items, the oldest first.
type list[T any] struct{ oldest, newest *Item[T] }

// links are an item's neighbours in a list.
type links[T any] struct{ older, newer *Item[T] }

// append adds an item behind the others; which says which list it is.
func (l *list[T]) append(i *Item[T], which int) {
	i.links[which] = links[T]{older: l.newest}
	if l.newest == nil {
		l.oldest = i
	} else {
		l.newest.links[which].newer = i
	}
	l.newest = i
}

// cut takes an item out.
func (l *list[T]) cut(i *Item[T], which int) {
	n := i.links[which]
	if n.older == nil {
		l.oldest = n.newer
	} else {
		n.older.links[which].newer = n.newer
	}
	if n.newer == nil {
		l.newest = n.older
	} else {
		n.newer.links[which].older = n.older
	}
	i.links[which] = links[T]{}
}
