package access

import (
	"cmp"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"
	"time"

	"github.com/nats-io/nkeys"

	"github.com/troupe-mq/troupe/actors/access/internal/rules"
	"github.com/troupe-mq/troupe/topics"
)

// Policy is who may come in and what they may do. The zero Policy lets everybody
// do everything.
type Policy struct {
	// User and Password, or Token, is the one credential where there are no Users.
	User, Password, Token string
	ProxyRequired         bool // for that one
	Users                 []User
	// NoAuthUser is the user, by Name or NKey, that those are who present nothing.
	NoAuthUser string
	// Mapped are the kinds of connection where the client's certificate says which
	// of the users it is.
	Mapped []string
	// Default is what Users without permissions of their own may do; nil is everything.
	Default *Permissions
	// Accounts have users beside Users, who are in the global account.
	Accounts []Account
	// Mappings are those of the global account.
	Mappings []Mapping
	// Cluster is the name of the cluster, on which mappings may depend.
	Cluster string
	// System names the account of those who watch over the broker; empty is
	// SystemAccount.
	System string
	// NoSystem leaves that account out.
	NoSystem bool
	// Authority knows the users where they are not on a list. There are no others
	// then.
	Authority Authority
	// Sourced is whether accounts may still come, which the Authority does not know.
	Sourced bool
	// Web is what holds instead for WebSocket.
	Web Door
	// Leafs is who may come as a leaf node.
	Leafs LeafDoor
	// Callout is who is asked about those whom it does not name; nil: nobody is.
	Callout *Callout
}

// User is one who may come in: by Name and Password, or by NKey.
type User struct {
	Name     string
	Password string // clear text or a bcrypt hash
	NKey     string // a public key, which begins with U
	// ConnectionTypes are the kinds of connection that the user may come by, in
	// any case: see [Standard] and the others. Empty allows all.
	ConnectionTypes []string
	// Permissions are what the user may do; nil is the default of the policy.
	Permissions *Permissions
	// Overrun names what happens to this user's clients when they do not read as
	// fast as others publish; empty is what holds for everybody.
	Overrun       string
	ProxyRequired bool // it comes by a proxy that is trusted, or not at all
}

// Kinds of connection.
const (
	Standard   = "STANDARD"
	InProcess  = "IN_PROCESS"
	WebSocket  = "WEBSOCKET"
	LeafNode   = "LEAFNODE"
	LeafNodeWS = "LEAFNODE_WS"
)

// connectionTypes are those that exist, here or elsewhere.
var connectionTypes = map[string]bool{
	Standard: true, InProcess: true, WebSocket: true, LeafNode: true, LeafNodeWS: true,
	"MQTT": true, "MQTT_WS": true,
}

// Permissions are what a user may do.
type Permissions struct {
	Publish   Rules
	Subscribe Rules
	// Responses, if it is not nil, allows publishing to the reply subject of a
	// message that was received. Without a list of what else may be published that
	// is all that may be.
	Responses *Responses
}

// Rules are patterns. Without Allow everything is allowed; Deny wins. In those of
// Subscribe a pattern may be followed by a blank and a queue name, which may be a
// pattern too, and then is about that queue.
type Rules struct{ Allow, Deny []string }

// Responses bounds what may be sent in answer to one message.
type Responses struct {
	Max     int           // messages; 0 is 1, negative is any number
	Expires time.Duration // after the message came; 0 is 2 minutes, negative is never
}

// The defaults of Responses.
const (
	DefaultResponses       = 1
	DefaultResponseExpires = 2 * time.Minute
)

// name is what a user is called by: the key of one that has no name.
func (u *User) name() string {
	if u.NKey != "" {
		return u.NKey
	}
	return u.Name
}

// Validate reports what is wrong with the policy, all of it at once. Nothing in
// the errors is secret.
func (p *Policy) Validate() error {
	errs := []error{p.exclusive()}
	for what, secret := range map[string]string{"password": p.Password, "token": p.Token} {
		if err := CheckSecret(secret); err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", what, err))
		}
	}
	known := make(map[string]bool)
	for u := range p.AllUsers() {
		if err := u.Validate(); err != nil {
			errs = append(errs, err)
			continue
		}
		if known[u.name()] {
			errs = append(errs, fmt.Errorf("duplicate user %q", u.name()))
		}
		known[u.name()] = true
	}
	for _, err := range CheckAccounts(p.Accounts, p.System) {
		errs = append(errs, err)
	}
	errs = append(errs, p.checkDoor(), p.checkLeafs())
	if p.Web.NoAuthUser != "" && !known[p.Web.NoAuthUser] {
		errs = append(errs, fmt.Errorf("no_auth_user %q is not among the users", p.Web.NoAuthUser))
	}
	if p.Callout != nil {
		errs = append(errs, p.CheckCallout())
	}
	checkMappings(p.Mappings, func(_ int, err error) { errs = append(errs, err) })
	for i := range p.Accounts {
		errs = append(errs, p.Accounts[i].Trace.Validate())
		if p.Accounts[i].Default != nil {
			errs = append(errs, p.Accounts[i].Default.Validate())
		}
	}
	if p.System != "" && p.System != SystemAccount && !p.Sourced && !slices.ContainsFunc(p.Accounts, func(a Account) bool { return a.Name == p.System }) {
		errs = append(errs, fmt.Errorf("there is no account %q to be the system account", p.System))
	}
	if p.NoAuthUser != "" && !known[p.NoAuthUser] {
		errs = append(errs, fmt.Errorf("no_auth_user %q is not among the users", p.NoAuthUser))
	}
	if p.Default != nil {
		errs = append(errs, p.Default.Validate())
	}
	return errors.Join(errs...)
}

// AllUsers are Users and those of the accounts, each with its account, which is
// nil for Users.
func (p *Policy) AllUsers() iter.Seq2[*User, *Account] {
	return func(yield func(*User, *Account) bool) {
		for i := range p.Users {
			if !yield(&p.Users[i], nil) {
				return
			}
		}
		for n := range p.Accounts {
			a := &p.Accounts[n]
			for i := range a.Users {
				if !yield(&a.Users[i], a) {
					return
				}
			}
		}
	}
}

// HasAccount reports whether there is an account of that name, configured or not.
func (p *Policy) HasAccount(name string) bool {
	return name == GlobalAccount || name == cmp.Or(p.System, SystemAccount) ||
		slices.ContainsFunc(p.Accounts, func(a Account) bool { return a.Name == name })
}

// anyUser reports whether there are users on a list.
func (p *Policy) anyUser() bool {
	for range p.AllUsers() {
		return true
	}
	return false
}

// exclusive reports kinds of credentials that cannot be had together.
func (p *Policy) exclusive() error {
	switch {
	case p.Authority != nil && (p.Token != "" || p.User != "" || p.NoAuthUser != "" || p.anyUser()):
		return errors.New("where an operator's accounts sign their users there are no others")
	case p.Token != "" && p.User != "":
		return errors.New("a user and a token cannot both be required")
	case p.Password != "" && p.User == "":
		return errors.New("a password needs a user")
	case len(p.Users) > 0 && p.User != "":
		return errors.New("a single user and a list of users cannot both be required")
	case len(p.Users) > 0 && p.Token != "":
		return errors.New("a token and a list of users cannot both be required")
	case len(p.Accounts) > 0 && p.User != "":
		return errors.New("a single user and accounts cannot both be required")
	case len(p.Accounts) > 0 && p.Token != "":
		return errors.New("a token and accounts cannot both be required")
	default:
		return nil
	}
}

// Validate reports what is wrong with one user.
func (u *User) Validate() error {
	switch {
	case u.NKey == "" && u.Name == "":
		return errors.New("a user needs a name or an nkey")
	case u.NKey != "" && (u.Name != "" || u.Password != ""):
		return errors.New("a user with an nkey takes no name and no password")
	case u.NKey != "" && !nkeys.IsValidPublicUserKey(u.NKey):
		return errors.New("the nkey is not the public one of a user, which begins with U") // not quoted: it may be the secret one
	}
	if err := CheckSecret(u.Password); err != nil {
		return fmt.Errorf("the password of %q: %w", u.Name, err)
	}
	for _, t := range u.ConnectionTypes {
		if !connectionTypes[strings.ToUpper(t)] {
			return fmt.Errorf("%q is not a connection type such as STANDARD or WEBSOCKET", t)
		}
	}
	if u.Permissions != nil {
		return u.Permissions.Validate()
	}
	return nil
}

// Validate reports what is wrong with permissions.
func (p *Permissions) Validate() error {
	for _, pattern := range slices.Concat(p.Publish.Allow, p.Publish.Deny) {
		if !topics.ValidPattern(pattern) || strings.ContainsAny(pattern, " \t") {
			return fmt.Errorf("%q is not a subject to publish to", pattern)
		}
	}
	for _, rule := range slices.Concat(p.Subscribe.Allow, p.Subscribe.Deny) {
		if _, _, err := rules.Split(rule); err != nil {
			return err
		}
	}
	return nil
}

// PermissionsOf are what a user of an account may do, as they were written down;
// nil is everything. An account's user that there is not has the account's default.
func (p *Policy) PermissionsOf(account, user string) *Permissions {
	fallback := p.Default
	for u, a := range p.AllUsers() {
		in := GlobalAccount
		if a != nil {
			in = a.Name
		}
		if in == account && u.name() == user && u.Permissions != nil {
			return u.Permissions
		}
	}
	for i := range p.Accounts {
		if p.Accounts[i].Name == account {
			fallback = p.Accounts[i].Default
		}
	}
	return fallback
}
