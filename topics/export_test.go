package topics

import "fmt"

// Audit returns what is wrong with the accounts of the cache, or nil.
func (x *Index[T]) Audit() error {
	c := &x.cache
	refs := map[*record[T]]uint32{}
	want := budget{}
	for i := range c.rows.n {
		e := c.rows.at(i)
		refs[e.record]++
		want.used += entryBytes
		want.add(subjectBytes(len(e.subject())), longBytes)
		if found, row := c.find(uint32(hash(e.subject())), e.subject()); found != e || row != i {
			return fmt.Errorf("%q is not found", e.subject())
		}
	}
	for i := range c.combinations.rows.n {
		row := c.combinations.rows.at(i)
		refs[row.record]++
		want.add(combinationBytes+8*len(row.stamps), heavyBytes)
		if c.combinations.find(row.hash, row.stamps) != row.record {
			return fmt.Errorf("combination %d is not found", i)
		}
	}
	for r, n := range refs {
		want.add(r.bytes(), heavyBytes)
		if r.refs != n {
			return fmt.Errorf("%d references, %d noted", n, r.refs)
		}
		held := len(r.Plain)
		for _, g := range r.Groups {
			held += len(g.Members)
		}
		if r != x.nobody && r.bytes() < recordBytes+8*max(held-1, 0)+groupBytes*len(r.Groups) {
			return fmt.Errorf("a result of %d is taken to be %d bytes", held, r.bytes())
		}
	}
	if got := c.budget; got.used != want.used || got.heavy != want.heavy {
		return fmt.Errorf("%d used and %d heavy, %d and %d noted", want.used, want.heavy, got.used, got.heavy)
	}
	if c.budget.over() || c.budget.tooHeavy() {
		return fmt.Errorf("%d used and %d heavy of %d", want.used, want.heavy, c.budget.max)
	}
	return nil
}
