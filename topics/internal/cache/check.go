package cache

import (
	"fmt"

	"github.com/troupe-mq/troupe/topics/internal/subscribers"
)

// Check returns what is wrong with the accounts, or nil. It is for tests: it looks at
// everything there is.
func (c *Cache[T]) Check() error {
	refs := map[*subscribers.Record[T]]int{}
	want := budget{}
	for i := range c.table.Len() {
		e := c.table.At(i)
		refs[e.record]++
		want.used += entryBytes
		want.add(subjectBytes(len(e.subject())), longBytes)
		if found, row := c.find(e.hash(), e.subject()); found != e || row != i {
			return fmt.Errorf("%q is not found", e.subject())
		}
	}
	for i := range c.combinations.table.Len() {
		row := c.combinations.table.At(i)
		refs[row.record]++
		want.add(combinationBytes+8*len(row.stamps), heavyBytes)
		if c.combinations.find(row.hash, row.stamps) != row.record {
			return fmt.Errorf("combination %d is not found", i)
		}
	}
	for r, n := range refs {
		want.add(r.Bytes(), heavyBytes)
		if r.Refs() != n {
			return fmt.Errorf("%d references, %d noted", n, r.Refs())
		}
		if !r.Check() {
			return fmt.Errorf("a result of %d is taken to be %d bytes", r.Fanout(), r.Bytes())
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
