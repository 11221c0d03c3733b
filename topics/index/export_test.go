package index

// Audit returns what is wrong with the accounts of the cache, or nil.
func (x *Index[T]) Audit() error { return x.cache.Check() }
