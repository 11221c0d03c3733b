package access

import (
	"cmp"
	"errors"
	"fmt"
	"slices"

	"github.com/troupe-mq/troupe/topics"
)

// AccountError is something about an account that is wrong.
type AccountError struct {
	Account string
	Part    Part
	Index   int // of the export, the import or the mapping; -1 for the account as a whole
	Err     error
}

// Part is a part of an account.
type Part uint8

// The parts of an account that an error may be about.
const (
	WholeAccount Part = iota
	ItsExports
	ItsImports
	ItsMappings
)

func (e *AccountError) Error() string { return fmt.Sprintf("account %q: %v", e.Account, e.Err) }

// Unwrap gives what is wrong without the account's name.
func (e *AccountError) Unwrap() error { return e.Err }

// CheckAccounts reports what is wrong with accounts and with what they have of
// each other. Their users are left to [Policy.Validate].
func CheckAccounts(accounts []Account, system string) []*AccountError {
	c := check{known: make(map[string]*Account)}
	for i := range accounts {
		c.name(&accounts[i])
	}
	for _, name := range []string{GlobalAccount, cmp.Or(system, SystemAccount)} {
		if c.known[name] == nil {
			c.known[name] = &Account{Name: name}
		}
	}
	for i := range accounts {
		c.exports(&accounts[i])
		c.imports(&accounts[i])
		checkMappings(accounts[i].Mappings, func(index int, err error) { c.fail(&accounts[i], ItsMappings, index, err) })
	}
	if len(c.errs) == 0 {
		c.cycles(accounts)
	}
	return c.errs
}

// check gathers errors.
type check struct {
	known map[string]*Account
	errs  []*AccountError
}

func (c *check) fail(a *Account, part Part, index int, err error) {
	c.errs = append(c.errs, &AccountError{Account: a.Name, Part: part, Index: index, Err: err})
}

func (c *check) name(a *Account) {
	switch {
	case a.Name == "":
		c.fail(a, WholeAccount, -1, errors.New("an account needs a name"))
	case a.Name == GlobalAccount:
		c.fail(a, WholeAccount, -1, errors.New("the name is reserved"))
	case c.known[a.Name] != nil:
		c.fail(a, WholeAccount, -1, errors.New("there are two of this name"))
	case a.Limits.MaxPayload < 0:
		c.fail(a, WholeAccount, -1, errors.New("the limit of a payload must leave a byte"))
	}
	c.known[a.Name] = a
}

func (c *check) exports(a *Account) {
	for i := range a.Exports {
		e := &a.Exports[i]
		if err := e.validate(); err != nil {
			c.fail(a, ItsExports, i, err)
		}
		if l := e.Latency; l != nil && slices.ContainsFunc(a.Exports, func(o Export) bool { return o.Service != "" && topics.Covers(o.Service, l.Subject) }) {
			c.fail(a, ItsExports, i, fmt.Errorf("the latency of %q cannot be published to %q, which is a service itself", e.Service, l.Subject))
		}
		for _, name := range e.Accounts {
			if c.known[name] == nil {
				c.fail(a, ItsExports, i, fmt.Errorf("there is no account %q to export %q to", name, e.Subject()))
			}
		}
	}
}

func (c *check) imports(a *Account) {
	for n := range a.Imports {
		i := &a.Imports[n]
		from := c.known[i.Account]
		err := i.validate()
		switch {
		case err != nil:
		case from == nil:
			err = fmt.Errorf("there is no account %q to import %q from", i.Account, cmp.Or(i.Stream, i.Service))
		case !slices.ContainsFunc(from.Exports, func(e Export) bool { return e.Offers(i, a.Name) }):
			err = fmt.Errorf("account %q does not export the %s %q to %q", i.Account, i.kind(), i.remote(), a.Name)
		case slices.Contains(a.Imports[:n], *i):
			err = fmt.Errorf("%s %q is imported twice", i.kind(), i.remote())
		}
		if err != nil {
			c.fail(a, ItsImports, n, err)
		}
	}
}

// Offer is the export that an import of the account named to takes, nil if there
// is none.
func (p *Policy) Offer(i *Import, to string) *Export {
	for n := range p.Accounts {
		if p.Accounts[n].Name != i.Account {
			continue
		}
		for k := range p.Accounts[n].Exports {
			if e := &p.Accounts[n].Exports[k]; e.Offers(i, to) {
				return e
			}
		}
	}
	return nil
}

// step is an import as a step on the way from account to account.
type step struct {
	account *Account
	index   int
}

// cycles finds imports that lead back to themselves: what goes through one would
// go round for ever.
func (c *check) cycles(accounts []Account) {
	done := make(map[step]bool)
	for i := range accounts {
		for n := range accounts[i].Imports {
			at := step{&accounts[i], n}
			if c.returns(at, at, done) {
				c.fail(at.account, ItsImports, n, errors.New("the import forms a cycle"))
				return
			}
			clear(done)
		}
	}
}

// returns reports whether a way from one import leads to another. Those in done
// have been looked at.
func (c *check) returns(from, to step, done map[step]bool) bool {
	i := &from.account.Imports[from.index]
	next := c.known[i.Account]
	for n := range next.Imports {
		at, j := step{next, n}, &next.Imports[n]
		if done[at] || j.kind() != i.kind() || !topics.Overlap(j.Local(), i.remote()) {
			continue
		}
		done[at] = true
		if at == to || c.returns(at, to, done) {
			return true
		}
	}
	return false
}
