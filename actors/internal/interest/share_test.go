package interest_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/troupe-mq/troupe/actors/access"
	"github.com/troupe-mq/troupe/actors/internal/account"
	"github.com/troupe-mq/troupe/actors/internal/interest"
)

// TestShare: each account is on one connection, on that where NATS servers have it.
func TestShare(t *testing.T) {
	set := account.NewSet(&access.Policy{Accounts: []access.Account{{Name: "A"}, {Name: "B"}, {Name: "C"}, {Name: "D"}}}, nil)
	but := []string{"D", "$SYS"}
	index := func(size int) map[string]int {
		at := make(map[string]int)
		for _, a := range set.All {
			for i := range size {
				if s := (interest.Share{Size: size, Index: i, But: but}); s.Has(a) {
					_, twice := at[a.Name]
					assert.False(t, twice, a.Name)
					at[a.Name] = i
				}
			}
		}
		return at
	}
	assert.Equal(t, map[string]int{"$G": 0, "A": 0, "B": 0, "C": 0}, index(1))
	assert.Equal(t, map[string]int{"$G": 2, "A": 0, "B": 0, "C": 1}, index(3)) // as recorded, and by FNV-1a
	for _, a := range set.All {
		assert.True(t, (&interest.Share{}).Has(a))
		assert.Equal(t, a.Name == "D", (&interest.Share{Only: "D"}).Has(a))
	}
	assert.True(t, (&interest.Share{Size: 3, Index: 2}).Has(nil), "no account is the global one")
}
