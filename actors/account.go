package actors

import (
	"cmp"
	"slices"
	"sync/atomic"

	"github.com/troupe-mq/troupe/actors/access"
)

// account is one world of subjects. It is never changed, but for what it counts:
// another configuration makes another account, which has its name, its number and
// its counters.
type account struct {
	name   string
	number int  // of its index in every partition
	system bool // of those who watch over the broker
	limits access.Limits
	*accountCounters
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
		for name, a := range before.known {
			as.known[name] = a
		}
	}
	as.global = as.add(&access.Account{Name: access.GlobalAccount})
	for i := range p.Accounts {
		as.add(&p.Accounts[i])
	}
	name := cmp.Or(p.System, access.SystemAccount)
	if as.system = as.byName[name]; as.system == nil {
		as.system = as.add(&access.Account{Name: name})
	}
	as.system.system = true
	slices.SortFunc(as.all, func(a, b *account) int { return cmp.Compare(a.number, b.number) })
	return as
}

// add makes one account. Numbers are not given to others when an account is gone.
func (as *accounts) add(described *access.Account) *account {
	a := &account{name: described.Name, limits: described.Limits}
	if known := as.known[a.name]; known != nil {
		a.number, a.accountCounters = known.number, known.accountCounters
	} else {
		a.number, a.accountCounters = len(as.known), new(accountCounters)
	}
	as.known[a.name], as.byName[a.name] = a, a
	as.all = append(as.all, a)
	return a
}

// named is the account of that name, nil if there is none.
func (as *accounts) named(name string) *account { return as.byName[name] }
