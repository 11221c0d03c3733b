package members

import (
	"maps"
	"slices"

	"github.com/troupe-mq/troupe/actors/internal/compression"
	"github.com/troupe-mq/troupe/actors/internal/interest"
	"github.com/troupe-mq/troupe/actors/internal/peer"
)

// Member is a server that there is a route to. A route is one connection, or several: those of the pool, among which the
// accounts are divided, and those of single accounts.
type Member struct {
	Info       Info
	URL        string // of its routes
	Configured bool   // it is one of those that the configuration names

	pool     []*Strand // by index; nil where there is none
	accounts map[string]*Strand
	Said     []byte // its INFO
	Filling  Filling
}

// Strand is one connection to a member.
type Strand struct {
	Of        *Member
	Route     uint64
	Index     int    // in the pool
	Account   string // that it is for; empty for one of the pool
	Solicited bool   // this server has dialed it, or would have
	// Retry: another connection in its place was closed, and maybe this one at its other end, so that both are gone. It is
	// dialed again.
	Retry bool
	// Compression is what was agreed on.
	Compression compression.Mode
	// Export is what the server gives, as it has said last on this connection.
	Export *peer.Permissions
}

// grow has the pool be as large as it has to be.
func (m *Member) grow(size int) {
	if n := size - len(m.pool); n > 0 {
		m.pool = append(m.pool, make([]*Strand, n)...)
	}
}

// place gives a strand its index: that which the server has said, or, if this one has dialed it, the first that is free. It
// returns who has the place already. The index is -1 if there is none left.
func (m *Member) place(s *Strand, i *Info) (old *Strand) {
	switch {
	case s.Account != "":
		return m.accounts[s.Account]
	case !s.Solicited:
		s.Index = i.PoolIndex
		return m.pool[s.Index]
	case len(m.pool) == 1:
		return m.pool[0]
	default:
		s.Index = slices.Index(m.pool, nil)
		return nil
	}
}

// Each calls do with each strand, those of the pool first.
func (m *Member) Each(do func(*Strand)) {
	for _, s := range m.pool {
		if s != nil {
			do(s)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(m.accounts)) {
		do(m.accounts[name])
	}
}

// First is a strand, by which the member can be told something; nil if there is none.
func (m *Member) First() (first *Strand) {
	m.Each(func(s *Strand) {
		if first == nil {
			first = s
		}
	})
	return first
}

// Alone reports whether a strand of the pool is the only one.
func (m *Member) Alone(s *Strand) bool {
	return !slices.ContainsFunc(m.pool, func(o *Strand) bool { return o != nil && o != s })
}

// lacks is what is missing of the route: indexes of the pool, and accounts of those that are to have a connection.
func (m *Member) lacks(accounts []string) (indexes []int, names []string) {
	for i, s := range m.pool {
		if s == nil {
			indexes = append(indexes, i)
		}
	}
	for _, name := range accounts {
		if m.accounts[name] == nil {
			names = append(names, name)
		}
	}
	return indexes, names
}

// Lacks is lacks with the accounts that a route to the member has connections for.
func (t *Table) Lacks(m *Member) (indexes []int, names []string) {
	if !t.Pools(&m.Info) {
		return nil, nil
	}
	return m.lacks(t.Accounts)
}

// Share is which accounts a strand is for. Two brokers like this one divide them by the size of the pool, and so have what is
// wanted in an account on the connection that its messages take. Another server divides by the size that it has itself
// chosen, and so does this one then.
func (t *Table) Share(s *Strand) interest.Share {
	switch i := &s.Of.Info; {
	case !t.Pools(i):
		return interest.Share{}
	case s.Account != "":
		return interest.Share{Only: s.Account}
	case i.Troupe == "":
		return interest.Share{Size: i.PoolSize, Index: s.Index, But: t.Accounts}
	default:
		return interest.Share{Size: t.size(i), Index: s.Index, But: t.Accounts}
	}
}
