package operator

import (
	"slices"
	"time"

	"github.com/nats-io/jwt/v2"

	"github.com/troupe-mq/troupe/actors/access"
)

// This file is accounts that hand the question who somebody is to a service, and what
// becomes of a user that such a service has signed.

// callout is the service of an account, nil if it has none.
func callout(c *jwt.AccountClaims) *access.Callout {
	if !c.HasExternalAuthorization() {
		return nil
	}
	e := &c.Authorization
	return &access.Callout{Issuer: c.Subject, Account: c.Subject, Users: e.AuthUsers, XKey: e.XKey, Allowed: e.AllowedAccounts}
}

// Delegates reports whether some account has a service that knows its users.
func (a *Authority) Delegates() bool {
	for _, in := range a.accounts {
		if in.callout != nil {
			return true
		}
	}
	return false
}

// Signs reports whether a key may sign in the name of an account of this authority.
func (a *Authority) Signs(account, key string) bool {
	in := a.accounts[account]
	if in == nil {
		return false
	}
	_, ok := in.signs(key)
	return ok
}

// Answered is who somebody is by claims that a service has given, nil if it may not come
// in with them.
func (a *Authority) Answered(by *access.Callout, u *jwt.UserClaims, known *access.Credentials) *access.Identity {
	from := a.accounts[by.Account]
	if from == nil || from.callout == nil {
		return nil
	}
	to := issuerOf(u)
	if to != by.Account && !slices.Contains(from.callout.Allowed, to) && !slices.Contains(from.callout.Allowed, jwt.AnyAccount) {
		return nil
	}
	who, _ := a.judge(u, known)
	return answered(who, from.callout, u)
}

// AnsweredFor is Authority.Answered where there is no operator: the service places
// its users in accounts of the policy.
func AnsweredFor(p *access.Policy, u *jwt.UserClaims, known *access.Credentials) *access.Identity {
	by := p.Callout
	if by == nil || u.Issuer != by.Issuer || u.IssuerAccount != "" || !holds(u.Claims(), known.Now) {
		return nil
	}
	until, ok := admits(&u.UserPermissionLimits, known)
	if !ok || !p.HasAccount(u.Audience) {
		return nil
	}
	permissions := permissionsOf(&u.Permissions)
	if permissions == nil {
		permissions = p.PermissionsOf(u.Audience, "")
	}
	permissions = by.Guard(permissions, u.Audience, "")
	return answered(&access.Identity{
		Name: u.Subject, Account: u.Audience, Rights: access.NewRights(permissions),
		Token: &access.Token{
			Label: u.Name, Tags: u.Tags, Issuer: u.Issuer, Claims: u, Limits: limitsOf(jwt.NoLimit, jwt.NoLimit, &u.NatsLimits),
			Permissions: permissions, Until: earlier(until, u.Expires),
		},
	}, by, u)
}

// answered notes which service has said who somebody is.
func answered(who *access.Identity, by *access.Callout, u *jwt.UserClaims) *access.Identity {
	if who == nil {
		return nil
	}
	named, token := *who, *who.Token
	token.By, token.Ask = by, nil
	if u.Name != "" {
		named.Name = u.Name
	}
	named.Token = &token
	return &named
}

// admits reports whether somebody with these limits may come in now and like this, and
// until when; zero is for as long as it likes.
func admits(granted *jwt.UserPermissionLimits, by *access.Credentials) (until time.Time, ok bool) {
	until, open := hours(&granted.UserLimits, by.Now)
	ok = open && !granted.ProxyRequired && comesBy(granted.AllowedConnectionTypes, by.Kind) && comesFrom(granted.Src, by.Host)
	return until, ok
}
