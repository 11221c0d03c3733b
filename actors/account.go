package actors

import (
	"cmp"
	"maps"
	"slices"
	"sync/atomic"

	"github.com/troupe-mq/troupe/actors/access"
	"github.com/troupe-mq/troupe/topics"
)

// account is one world of subjects. It is never changed, but for what it counts:
// another configuration makes another account, which has its name, its number and
// its counters.
type account struct {
	name   string
	label  string // what its owner calls it, where the name is a key
	number int    // of its index in every partition
	system bool   // of those who watch over the broker
	// inhabited is whether somebody may log in to it.
	inhabited bool
	limits    access.Limits
	*accountCounters

	exports []access.Export // as they are described
	imports []access.Import

	mappings *mappings       // nil if there are none
	streams  []streamImport  // that it imports
	services []serviceImport // that it imports
	crosses  bool            // some account imports a service: messages may have to be seen in others
	ways     *ways           // for answers to requests from other accounts
}

// streamImport is subjects of another account that are seen in this one.
type streamImport struct {
	account *account
	mapping *topics.Mapping // from there to here
}

// serviceImport is subjects of this account that are requests to another one.
type serviceImport struct {
	account *account
	mapping *topics.Mapping // from here to there
	answers answers
}

// accountCounters is what the connections of one account have done. The global
// account's are what is left of the broker's own counters, so that nothing is
// counted twice where there is no other account.
type accountCounters struct {
	connections atomic.Int64
	total       atomic.Uint64

	inMessages, outMessages atomic.Uint64
	inBytes, outBytes       atomic.Uint64

	subscriptions atomic.Int64
	slowConsumers atomic.Uint64
}

// accounts is all of them. It is never changed: another configuration is another
// value in the same place.
type accounts struct {
	byName map[string]*account
	all    []*account // those there are, in the order of their numbers
	known  map[string]*account
	global *account
	system *account
}

// globalNumber is the number of the global account.
const globalNumber = 0

// newAccounts makes the accounts of a policy that is valid. Those of the same name
// as in before, which may be nil, go on counting.
func newAccounts(p *access.Policy, before *accounts) *accounts {
	as := &accounts{byName: make(map[string]*account), known: make(map[string]*account)}
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
	as.system.system = true
	for i := range p.Accounts {
		as.connect(&p.Accounts[i], p)
	}
	slices.SortFunc(as.all, func(a, b *account) int { return cmp.Compare(a.number, b.number) })
	return as
}

// add makes one account. Numbers are not given to others when an account is gone.
func (as *accounts) add(described *access.Account) *account {
	a := &account{name: described.Name, label: described.Label, limits: described.Limits, exports: described.Exports, imports: described.Imports}
	a.mappings = newMappings(described.Mappings)
	if known := as.known[a.name]; known != nil {
		a.number, a.accountCounters, a.ways = known.number, known.accountCounters, known.ways
	} else {
		a.number, a.accountCounters, a.ways = len(as.known), new(accountCounters), new(ways)
	}
	as.known[a.name], as.byName[a.name] = a, a
	as.all = append(as.all, a)
	return a
}

// connect gives an account what it imports.
func (as *accounts) connect(described *access.Account, p *access.Policy) {
	a := as.byName[described.Name]
	for n := range described.Imports {
		i := &described.Imports[n]
		from, offer := as.byName[i.Account], p.Offer(i, a.name)
		mapping, err := i.Mapping()
		if from == nil || offer == nil || err != nil {
			continue // the policy is not valid, and was refused
		}
		if i.Stream != "" {
			a.streams = append(a.streams, streamImport{from, mapping})
			continue
		}
		a.services = append(a.services, serviceImport{from, mapping, answers{offer.Responses, offer.Threshold}})
		for _, every := range as.all {
			every.crosses = true
		}
	}
}

// named is the account of that name, nil if there is none.
func (as *accounts) named(name string) *account { return as.byName[name] }
