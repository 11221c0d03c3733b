package operator

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/nats-io/jwt/v2"

	"github.com/troupe-mq/troupe/actors/access"
)

// Authority is what a Config says at one time. It is never changed, and may be
// asked from any goroutine.
type Authority struct {
	accounts map[string]*account
	worlds   []access.Account
	left     []error
	until    time.Time
	pinned   map[string]bool // those whose users may come in; nil: all
	sentinel string          // the token of who presents none; empty if nobody may come in without
}

// account is what users are judged by.
type account struct {
	claims      *jwt.AccountClaims
	strict      bool // its own key signs nothing: it has others for that
	permissions *access.Permissions
	rights      *access.Rights  // of users who have no permissions of their own
	callout     *access.Callout // who says who its users are, nil if they do
}

// New makes the authority of a Config, by the time that it is. An account that no
// trusted operator has signed is left out, and so is an import that is not allowed.
func New(c *Config, now time.Time) (*Authority, error) {
	if err := c.Validate(); err != nil {
		return nil, err
	}
	t := newTrust(c)
	a := &Authority{accounts: make(map[string]*account), sentinel: c.Sentinel}
	for _, name := range slices.Sorted(maps.Keys(c.Accounts)) {
		claims, err := jwt.DecodeAccountClaims(c.Accounts[name])
		switch {
		case err != nil:
			return nil, err
		case !t.keys[claims.Issuer]:
			a.left = append(a.left, fmt.Errorf("account %q is not signed by an operator that is trusted", name))
		default:
			service := callout(claims)
			p := permissionsOf(&claims.DefaultPermissions)
			a.accounts[name] = &account{
				claims: claims, strict: t.strict[claims.Issuer], permissions: p, rights: access.NewRights(service.Guard(p, name, "")), callout: service,
			}
		}
	}
	a.pin(c)
	a.settle(now)
	return a, nil
}

// pin notes whose users may come in.
func (a *Authority) pin(c *Config) {
	if len(c.Pinned) == 0 {
		return
	}
	a.pinned = map[string]bool{c.System: true, c.SystemAccount(): true}
	for _, account := range c.Pinned {
		a.pinned[account] = true
	}
}

// open reports whether users of an account may come in at all.
func (a *Authority) open(account string) bool { return a.pinned == nil || a.pinned[account] }

// Accounts are those that are trusted, in the order of their names.
func (a *Authority) Accounts() []access.Account { return a.worlds }

// Left says what has been left out, and why.
func (a *Authority) Left() []error { return a.left }

// Until is when another authority has to be made of the same Config, because an
// import ends then; zero if there is no such time.
func (a *Authority) Until() time.Time { return a.until }

// settle makes the accounts of package access.
func (a *Authority) settle(now time.Time) {
	for _, name := range slices.Sorted(maps.Keys(a.accounts)) {
		a.worlds = append(a.worlds, a.accounts[name].world())
	}
	for i := range a.worlds {
		a.bring(&a.worlds[i], now)
	}
	for a.mend() {
	}
}

// mend takes out what cannot be had of each other, and reports whether that was
// anything: without it, more may be wrong.
func (a *Authority) mend() (less bool) {
	for _, w := range slices.Backward(access.CheckAccounts(a.worlds, "")) { // so that those before keep their numbers
		i := slices.IndexFunc(a.worlds, func(world access.Account) bool { return world.Name == w.Account })
		world := &a.worlds[i]
		switch w.Part {
		case access.ItsExports:
			world.Exports = slices.Delete(world.Exports, w.Index, w.Index+1)
		case access.ItsImports:
			world.Imports = slices.Delete(world.Imports, w.Index, w.Index+1)
		default:
			continue // of that there is nothing in a sound token
		}
		a.left, less = append(a.left, w), true
	}
	return less
}

// trust is the keys of operators.
type trust struct {
	keys   map[string]bool // those that may sign accounts
	strict map[string]bool // those among them whose accounts must not sign by their own key
}

func newTrust(c *Config) trust {
	t := trust{keys: make(map[string]bool), strict: make(map[string]bool)}
	for _, key := range c.Keys {
		t.keys[key] = true
	}
	for _, token := range c.Operators {
		claims, err := jwt.DecodeOperatorClaims(token)
		if err != nil {
			continue // the config is not valid, and was refused
		}
		for _, key := range claims.SigningKeys {
			t.keys[key], t.strict[key] = true, claims.StrictSigningKeyUsage
		}
		if !claims.StrictSigningKeyUsage {
			t.keys[claims.Subject] = true
		}
	}
	return t
}

// errUnsigned is about what somebody has signed who may not.
var errUnsigned = errors.New("it is not signed by the account, or by a key of it")

// signs reports whether a key signs in the name of the account, and how far it may
// go: nil is as far as it likes.
func (a *account) signs(key string) (*jwt.UserScope, bool) {
	if key == a.claims.Subject {
		return nil, !a.strict
	}
	scope, known := a.claims.SigningKeys.GetScope(key)
	if scope == nil {
		return nil, known
	}
	user, ok := scope.(*jwt.UserScope)
	return user, ok
}

// holds reports whether claims are in force.
func holds(c *jwt.ClaimsData, now time.Time) bool {
	return (c.Expires == 0 || now.Before(time.Unix(c.Expires, 0))) &&
		(c.NotBefore == 0 || !now.Before(time.Unix(c.NotBefore, 0)))
}
