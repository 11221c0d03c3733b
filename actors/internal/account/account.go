package account

import (
	"cmp"
	"maps"
	"slices"

	"github.com/troupe-mq/troupe/actors/access"
	"github.com/troupe-mq/troupe/actors/internal/stats"
	"github.com/troupe-mq/troupe/topics"
)

// Account is one world of subjects. It is never changed, but for what it counts:
// another configuration makes another account, which has its name, its number and
// its counters.
type Account struct {
	Name   string
	Label  string // what its owner calls it, where the name is a key
	Number int    // of its index in every partition
	System bool   // of those who watch over the broker
	// inhabited is whether somebody may log in to it.
	inhabited bool
	limits    access.Limits
	*stats.AccountCounters

	exports []access.Export // as they are described
	imports []access.Import

	Mappings *Mappings       // nil if there are none
	Streams  []StreamImport  // that it imports
	Services []serviceImport // that it imports
	Crosses  bool            // some account imports a service: messages may have to be seen in others
	Replies  *replyRoutes    // for answers to requests from other accounts
}

// StreamImport is subjects of another account that are seen in this one.
type StreamImport struct {
	Account *Account
	Mapping *topics.Mapping // from there to here
}

// serviceImport is subjects of this account that are requests to another one.
type serviceImport struct {
	Account *Account
	Mapping *topics.Mapping // from here to there
	Answers Answers
}

// Set is all of them. It is never changed: another configuration is another
// value in the same place.
type Set struct {
	byName map[string]*Account
	All    []*Account // those there are, in the order of their numbers
	known  map[string]*Account
	global *Account
	system *Account
}

// GlobalNumber is the number of the global account.
const GlobalNumber = 0

// NewSet makes the accounts of a policy that is valid. Those of the same name
// as in before, which may be nil, go on counting.
func NewSet(p *access.Policy, before *Set) *Set {
	as := &Set{byName: make(map[string]*Account), known: make(map[string]*Account)}
	if before != nil {
		maps.Copy(as.known, before.known)
	}
	as.global = as.add(&access.Account{Name: access.GlobalAccount, Mappings: p.Mappings})
	for i := range p.Accounts {
		as.add(&p.Accounts[i]).inhabited = p.Authority != nil || len(p.Accounts[i].Users) > 0
	}
	name := cmp.Or(p.System, access.SystemAccount)
	if as.system = as.byName[name]; as.system == nil {
		as.system = as.add(&access.Account{Name: name})
	}
	as.system.System = true
	for i := range p.Accounts {
		as.connect(&p.Accounts[i], p)
	}
	slices.SortFunc(as.All, func(a, b *Account) int { return cmp.Compare(a.Number, b.Number) })
	return as
}

// add makes one account. Numbers are not given to others when an account is gone.
func (as *Set) add(described *access.Account) *Account {
	a := &Account{Name: described.Name, Label: described.Label, limits: described.Limits, exports: described.Exports, imports: described.Imports}
	a.Mappings = newMappings(described.Mappings)
	if known := as.known[a.Name]; known != nil {
		a.Number, a.AccountCounters, a.Replies = known.Number, known.AccountCounters, known.Replies
	} else {
		a.Number, a.AccountCounters, a.Replies = len(as.known), new(stats.AccountCounters), new(replyRoutes)
	}
	as.known[a.Name], as.byName[a.Name] = a, a
	as.All = append(as.All, a)
	return a
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
			a.Streams = append(a.Streams, StreamImport{from, mapping})
			continue
		}
		a.Services = append(a.Services, serviceImport{from, mapping, Answers{offer.Responses, offer.Threshold}})
		for _, every := range as.All {
			every.Crosses = true
		}
	}
}

// Named is the account of that name, nil if there is none.
func (as *Set) Named(name string) *Account { return as.byName[name] }
