package interest

import (
	"slices"

	"github.com/troupe-mq/troupe/actors/internal/account"
)

// Share is which accounts a connection between servers of a cluster is for. Its zero value is all of them.
type Share struct {
	Only        string   // this one
	Size, Index int      // those that have this index among so many connections
	But         []string // and not these, which have connections of their own
}

// Has reports whether an account is one of them.
func (s *Share) Has(a *account.Account) bool {
	switch {
	case s.Only != "":
		return a.Called() == s.Only
	case s.Size > 1 && int(a.Hash()%uint32(s.Size)) != s.Index:
		return false
	default:
		return !slices.Contains(s.But, a.Called())
	}
}
