package config

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/troupe-mq/troupe/actors/access"
	"github.com/troupe-mq/troupe/actors/access/operator"
)

// Policy is who may come in and what they may do, and who has signed that, nil if
// nobody has.
func (c *Config) Policy(now time.Time) (access.Policy, *operator.Authority, error) {
	p := access.Policy{
		User: c.User, Password: c.Password, Token: c.Token, ProxyRequired: c.ProxyRequired,
		Users: c.Users, NoAuthUser: c.NoAuthUser, Default: c.DefaultPermissions,
		Accounts: c.Accounts, Mappings: c.Mappings, Cluster: c.ClusterName, System: c.SystemAccount, NoSystem: c.NoSystemAccount, Callout: c.AuthCallout,
	}
	if c.TLS != nil && c.TLS.Map && !c.NoListen {
		p.Mapped = append(p.Mapped, access.Standard)
	}
	if w := c.WebSocket; w != nil && w.TLS != nil && w.TLS.Map {
		p.Mapped = append(p.Mapped, access.WebSocket)
	}
	if w := c.WebSocket; w != nil {
		p.Web = access.Door{User: w.User, Password: w.Password, Token: w.Token, NoAuthUser: w.NoAuthUser}
	}
	if l := c.LeafNodes.port(); l != nil {
		p.Leafs = l.door()
		if l.TLS != nil && l.TLS.Map {
			p.Mapped = append(p.Mapped, access.LeafNode)
		}
	}
	signed := c.signed()
	if !signed.On() {
		return p, nil, signed.Validate()
	}
	authority, err := operator.New(&signed, now)
	if err != nil {
		return p, nil, err
	}
	if len(p.Accounts) > 0 {
		return p, nil, errors.New("where an operator signs accounts there are no others")
	}
	p.Authority, p.Accounts, p.Sourced = authority, authority.Accounts(), c.AccountSource != nil
	return p, authority, nil
}

// globalAccount is the account of those who are in no other.
const globalAccount = access.GlobalAccount

// hasAccount reports whether a policy has an account of that name.
func hasAccount(p *access.Policy, name string) bool {
	return name == globalAccount || name == p.System || slices.ContainsFunc(p.Accounts, func(a access.Account) bool { return a.Name == name })
}

// Signed reports whether operators sign the accounts: then there are no others.
func (c *Config) Signed() bool {
	signed := c.signed()
	return signed.On()
}

// signed is what the operators have signed.
func (c *Config) signed() operator.Config {
	return operator.Config{
		Operators: c.Operators, Keys: c.TrustedKeys, Accounts: c.AccountTokens,
		Sentinel: c.DefaultSentinel, Pinned: c.PinnedAccounts, System: c.SystemAccount,
	}
}

// AccountSource finds accounts that the configuration does not have.
type AccountSource interface {
	// Lookup returns the token of an account, and with it those of others that it needs, by
	// their public keys. It is called on goroutines, and may take its time.
	Lookup(ctx context.Context, account string) (tokens map[string]string, err error)
}
