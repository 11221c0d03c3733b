package account

import (
	"cmp"
	"slices"

	"github.com/troupe-mq/troupe/actors/access"
	"github.com/troupe-mq/troupe/actors/internal/stats"
)

// Set is all of them. It is never changed: another configuration is another
// value in the same place.
type Set struct {
	All     []*Account // those there are, in the order of their numbers
	Replies *Replies   // the reply routes between them

	byName map[string]*Account
	known  map[string]identity // of these, and of those gone that still have connections
	next   int                 // the number of the next account that has none
}

// identity is what an account keeps from one configuration to the next.
type identity struct {
	number   int
	counters *stats.AccountCounters
}

// GlobalNumber is the number of the global account.
const GlobalNumber = 0

// NewSet makes the accounts of a policy that is valid. Those of the same name
// as in before, which may be nil, go on counting.
func NewSet(p *access.Policy, before *Set) *Set {
	if before == nil {
		before = &Set{Replies: newReplies()}
	}
	as := &Set{byName: make(map[string]*Account), known: make(map[string]identity), next: before.next, Replies: before.Replies}
	as.add(&access.Account{Name: access.GlobalAccount, Mappings: p.Mappings}, p.Cluster, before)
	for i := range p.Accounts {
		as.add(&p.Accounts[i], p.Cluster, before).inhabited = p.Authority != nil || len(p.Accounts[i].Users) > 0
	}
	if !p.NoSystem {
		name := cmp.Or(p.System, access.SystemAccount)
		if as.byName[name] == nil {
			as.add(&access.Account{Name: name}, "", before)
		}
		as.byName[name].System = true
	}
	crosses := false
	for i := range p.Accounts {
		as.connect(&p.Accounts[i], p)
		crosses = crosses || len(as.byName[p.Accounts[i].Name].Services) > 0
	}
	for _, a := range as.All {
		a.Crosses = crosses
	}
	slices.SortFunc(as.All, func(a, b *Account) int { return cmp.Compare(a.Number, b.Number) })
	as.remember(before)
	return as
}

// add makes one account. The number of one that is gone is never another's: what is
// still on its way to it must not arrive there.
func (as *Set) add(described *access.Account, cluster string, before *Set) *Account {
	a := &Account{Name: described.Name, Label: described.Label, limits: described.Limits, exports: described.Exports, imports: described.Imports}
	a.hash = hashOf(a.Name)
	a.Trace = described.Trace
	a.Mappings, a.Replies = newMappings(described.Mappings, cluster), as.Replies
	known, ok := before.known[a.Name]
	if !ok {
		known = identity{as.next, new(stats.AccountCounters)}
		as.next++
	}
	a.Number, a.AccountCounters = known.number, known.counters
	as.known[a.Name], as.byName[a.Name] = known, a
	as.All = append(as.All, a)
	return a
}

// remember keeps those who are gone for as long as they have connections: if they
// come again before these have ended, they are the same.
func (as *Set) remember(before *Set) {
	for name, gone := range before.known {
		if _, there := as.known[name]; !there && gone.counters.Connections.Load() > 0 {
			as.known[name] = gone
		}
	}
}

// connect gives an account what it imports.
func (as *Set) connect(described *access.Account, p *access.Policy) {
	a := as.byName[described.Name]
	for n := range described.Imports {
		i := &described.Imports[n]
		from, offer := as.byName[i.Account], p.Offer(i, a.Name)
		mapping, err := i.Mapping()
		if from == nil || offer == nil || err != nil {
			continue // the policy is not valid, and was refused
		}
		if i.Stream != "" {
			a.Streams = append(a.Streams, StreamImport{from, mapping, i.AllowTrace})
			continue
		}
		from.Asked = true
		a.Services = append(a.Services, ServiceImport{from, mapping, Answers{offer.Responses, offer.Threshold}, i.Share, offer.Latency, offer.AllowTrace})
	}
}

// Named is the account of that name, nil if there is none.
func (as *Set) Named(name string) *Account { return as.byName[name] }

// Numbered is the account of that number, nil if there is none.
func (as *Set) Numbered(n int) *Account {
	at, found := slices.BinarySearchFunc(as.All, n, func(a *Account, n int) int { return cmp.Compare(a.Number, n) })
	if !found {
		return nil
	}
	return as.All[at]
}

// Live is the numbers of those there are, and of those gone that have connections
// now. Nothing has to be kept for others.
func (as *Set) Live() map[int]bool {
	live := make(map[int]bool, len(as.known))
	for name, known := range as.known {
		if as.byName[name] != nil || known.counters.Connections.Load() > 0 {
			live[known.number] = true
		}
	}
	return live
}
