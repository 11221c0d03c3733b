package accounts

import (
	"errors"
	"fmt"
	"slices"

	"github.com/troupe-mq/troupe/actors/access"
)

// This file is what is found when the whole file is read.

// checkTogether finds credentials that cannot be had together, at the block that
// has them.
func (f *File) checkTogether() {
	b := f.broker
	policy := access.Policy{User: b.User, Password: b.Password, Token: b.Token}
	for i := range b.Users {
		if b.Users[i].Validate() == nil {
			policy.Users = b.Users[i : i+1]
			break
		}
	}
	if len(b.Accounts) > 0 {
		policy.Accounts = []access.Account{{Name: "some"}} // what is wrong with them is said elsewhere
	}
	if err := policy.Validate(); err != nil {
		f.Fail(f.authorizationBlock, err)
	}
}

// checkNobody finds a list of users that is empty where nobody could come in otherwise.
func (f *File) checkNobody(operated bool) {
	b := f.broker
	inside := slices.ContainsFunc(b.Accounts, func(a access.Account) bool { return len(a.Users) > 0 })
	if f.nobody == nil || inside || operated || b.User != "" || b.Token != "" || b.AuthCallout != nil || len(f.Mistakes()) > 0 {
		return
	}
	f.Fail(*f.nobody, errors.New("\"users\": the list is empty, and nobody could come in"))
}

// CheckCallout finds what is wrong with the callout, where it stands.
func (f *File) CheckCallout() {
	b := f.broker
	if b.AuthCallout == nil || len(f.Mistakes()) > 0 {
		return
	}
	policy := access.Policy{System: b.SystemAccount, Accounts: b.Accounts, Callout: b.AuthCallout}
	if err := policy.CheckCallout(); err != nil {
		f.Fail(f.calloutBlock, err)
	}
}

// checkNoAuthUser finds a user that there is not, where it stands.
func (f *File) checkNoAuthUser() {
	b := f.broker
	if b.NoAuthUser == "" || len(f.Mistakes()) > 0 {
		return
	}
	if f.known[b.NoAuthUser] {
		return
	}
	f.Fail(f.NoAuthUser, fmt.Errorf("no_auth_user %q is not among the users", b.NoAuthUser))
}

// checkAccounts finds what is wrong with accounts, where it stands.
func (f *File) checkAccounts(operated bool) {
	b := f.broker
	if len(f.Mistakes()) > 0 {
		return // much more would follow from that
	}
	for _, wrong := range access.CheckAccounts(b.Accounts, b.SystemAccount) {
		places := f.places[wrong.Account]
		at := places.itself
		switch {
		case wrong.Part == access.ItsExports && wrong.Index < len(places.exports):
			at = places.exports[wrong.Index]
		case wrong.Part == access.ItsImports && wrong.Index < len(places.imports):
			at = places.imports[wrong.Index]
		}
		f.Fail(at, wrong)
	}
	if operated {
		return // package operators says it
	}
	known := slices.ContainsFunc(b.Accounts, func(a access.Account) bool { return a.Name == b.SystemAccount })
	if b.SystemAccount != "" && b.SystemAccount != access.SystemAccount && !known {
		f.Fail(f.SystemAccount, fmt.Errorf("there is no account %q to be the system account", b.SystemAccount))
	}
}
