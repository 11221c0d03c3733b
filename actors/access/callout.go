package access

import (
	"errors"
	"fmt"
	"slices"

	"github.com/nats-io/nkeys"
)

// CalloutSubject is where a service is asked who somebody is, in its account.
const CalloutSubject = "$SYS.REQ.USER.AUTH"

// Callout hands the question who clients are to a service: a client, or an actor, that
// listens on CalloutSubject.
type Callout struct {
	Issuer  string   // the public key of who signs the service's answers
	Account string   // where the service is
	Users   []string // names and keys of those who come in without it, its own among them
	XKey    string   // the service's public curve key; empty: what it is asked is not encrypted
	// Allowed are accounts. Where users are on a list, those of these accounts are asked
	// about, and none is all; so is whoever is on no list. Where an operator signs accounts,
	// clients may be sent to these beside the service's own, and "*" is any.
	Allowed []string
}

// Delegation is credentials that cannot be judged yet: a service has to do it, or an account
// has to be found first. It is one of the two.
type Delegation struct {
	To      *Callout
	Account string // the one to find; empty: To is asked
	Shown   Credentials
}

// Delegation is what a service has to be asked about the claim, nil if the gate
// judges it.
func (c *Claim) Delegation() *Delegation {
	if c == nil {
		return nil
	}
	return c.ask
}

// absent is a claim whose account has to be found first, nil if there is no such account.
func (g *Gate) absent(c *Credentials) *Claim {
	account := g.signed.Unknown(c)
	if account == "" {
		return nil
	}
	return &Claim{ask: &Delegation{Account: account, Shown: *c}}
}

// Delegates reports whether there is a service that knows users.
func (g *Gate) Delegates() bool { return g != nil && g.callout != nil }

// Guard are permissions in the service's account: nobody there asks in the broker's
// place, and only who comes in without the service hears what others present.
func (k *Callout) Guard(p *Permissions, account, user string) *Permissions {
	if k == nil || account != k.Account {
		return p
	}
	guarded := Permissions{}
	if p != nil {
		guarded = *p
	}
	guarded.Publish.Deny = append(slices.Clip(guarded.Publish.Deny), CalloutSubject)
	if !slices.Contains(k.Users, user) {
		guarded.Subscribe.Deny = append(slices.Clip(guarded.Subscribe.Deny), CalloutSubject)
	}
	return &guarded
}

// delegates reports whether the service judges an entrant, nil for one whom nobody
// knows.
func (g *Gate) delegates(e *entrant) bool {
	k := g.callout
	switch {
	case k == nil:
		return false
	case e == nil || g.token:
		return true
	case slices.Contains(k.Users, e.Name):
		return false
	default:
		return e.Account == GlobalAccount || len(k.Allowed) == 0 || slices.Contains(k.Allowed, e.Account)
	}
}

// meant is the entrant that credentials are about, nil if there is none.
func (g *Gate) meant(c *Credentials) *entrant {
	switch {
	case g.single != nil && (g.token || equal(g.single.Name, c.User)):
		return g.single
	case c.NKey != "":
		return g.keys[c.NKey]
	case c.Names != nil:
		return g.named(c.Names, c.Kind)
	case c.none():
		return g.stranger
	default:
		return g.users[c.User]
	}
}

// renewAnswered is Renew for somebody whom a service has let in. It stays for as long as
// there is the same service.
func (g *Gate) renewAnswered(who *Identity, known *Credentials) *Identity {
	now := g.callout
	if now == nil || now.Issuer != who.Token.By.Issuer || now.Account != who.Token.By.Account {
		return nil
	}
	if until := who.Until(); !until.IsZero() && !known.Now.IsZero() && !known.Now.Before(until) {
		return nil
	}
	return who
}

// CheckCallout reports what is wrong with the callout of a policy.
func (p *Policy) CheckCallout() error {
	k := p.Callout
	unknown := slices.IndexFunc(k.Allowed, func(name string) bool { return !p.HasAccount(name) })
	switch {
	case p.Authority != nil:
		return errors.New("auth_callout: where an operator signs accounts, theirs is in their tokens")
	case !nkeys.IsValidPublicAccountKey(k.Issuer):
		return errors.New("auth_callout: the issuer is not the public key of an account, which begins with A") // not quoted: it may be the secret one
	case len(k.Users) == 0:
		return errors.New("auth_callout: auth_users must name whom the service comes in as")
	case k.XKey != "" && !nkeys.IsValidPublicCurveKey(k.XKey):
		return errors.New("auth_callout: the xkey is not a public curve key, which begins with X") // as above
	case !p.HasAccount(k.Account):
		return fmt.Errorf("auth_callout: there is no account %q", k.Account)
	case unknown >= 0:
		return fmt.Errorf("auth_callout: there is no account %q", k.Allowed[unknown])
	default:
		return nil
	}
}
