package conf

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/troupe-mq/troupe/actors/access"
)

// This file is the blocks inside of authorization: users, and what they may do.

// authorization takes one key of the authorization block.
func (f *file) authorization(key string, value any, at FileError) error {
	switch strings.ToLower(key) {
	case "users":
		users, err := f.users(key, value)
		if err == nil && len(users) == 0 && len(f.errs) == 0 {
			err = fmt.Errorf("%q: the list is empty, and nobody could come in", key)
		}
		f.settings.Broker.Users = users
		return err
	case "default_permission", "default_permissions", "permissions":
		p, err := f.permissions(key, value)
		f.settings.Broker.DefaultPermissions = p
		return err
	case "auth_callout":
		f.calloutBlock = at
		return f.callout(key, value)
	case "password", "pass":
		return named(key, f.secret(&f.settings.Broker.Password, value, at))
	case "token":
		return named(key, f.secret(&f.settings.Broker.Token, value, at))
	default:
		return f.settings.SetAuthorization(key, value)
	}
}

// fail notes a mistake where it stands.
func (f *file) fail(at FileError, err error) {
	at.Err = err
	f.errs = append(f.errs, &at)
}

// users takes a list of users. No two of them have the same name, whatever list
// they are in.
func (f *file) users(key string, value any) ([]access.User, error) {
	list, ok := value.([]any)
	if !ok {
		return nil, fmt.Errorf("%q: needs a list of blocks: [ { user: …, password: … } ]", key)
	}
	users := []access.User{}
	if f.known == nil {
		f.known = make(map[string]bool)
	}
	for _, v := range list {
		v, at, _ := f.unwrap(v, FileError{File: f.path})
		before := len(f.errs)
		u, at := f.user(v, at)
		if len(f.errs) > before {
			continue // one mistake is enough for each
		}
		name := u.Name + u.NKey
		switch err := u.Validate(); {
		case err != nil:
			f.fail(at, err)
		case f.known[name]:
			f.fail(at, fmt.Errorf("duplicate user %q", name))
		}
		f.known[name] = true
		users = append(users, u)
	}
	return users, nil
}

// user takes one of them. What is wrong with it as a whole stands where its name
// does.
func (f *file) user(value any, at FileError) (u access.User, name FileError) {
	block, ok := value.(map[string]any)
	if !ok {
		f.fail(at, errors.New("a user needs a block: { user: …, password: … }"))
		return u, at
	}
	f.block(block, func(key string, value any, at FileError) (err error) {
		switch strings.ToLower(key) {
		case "user", "username":
			name = at
			u.Name, err = toText(value)
		case "password", "pass":
			err = f.secret(&u.Password, value, at)
		case "nkey":
			name = at
			u.NKey, err = toText(value)
		case "permission", "permissions", "authorization":
			u.Permissions, err = f.permissions(key, value)
			return err
		case "allowed_connection_types", "connection_types", "clients":
			u.ConnectionTypes, err = f.texts(value)
		case "overrun":
			u.Overrun, err = toText(value)
		case "proxy_required":
			return &MissingError{Key: key, Feature: "trusted proxies"}
		default:
			return fmt.Errorf("%w %q", ErrUnknown, key)
		}
		return named(key, err)
	})
	if name.File == "" {
		name = at
	}
	return u, name
}

// permissions takes a block of permissions.
func (f *file) permissions(key string, value any) (*access.Permissions, error) {
	block, ok := value.(map[string]any)
	if !ok {
		return nil, fmt.Errorf("%q: needs a block: { publish: …, subscribe: … }", key)
	}
	p := &access.Permissions{}
	f.block(block, func(key string, value any, _ FileError) (err error) {
		switch strings.ToLower(key) {
		case "pub", "publish", "import":
			p.Publish, err = f.rules(value)
			if err == nil {
				err = (&access.Permissions{Publish: p.Publish}).Validate()
			}
		case "sub", "subscribe", "export":
			p.Subscribe, err = f.rules(value)
			if err == nil {
				err = (&access.Permissions{Subscribe: p.Subscribe}).Validate()
			}
		case "allow_responses", "publish_allow_responses":
			p.Responses, err = f.responses(value)
		default:
			return fmt.Errorf("%w %q", ErrUnknown, key)
		}
		return named(key, err)
	})
	return p, nil
}

// rules takes a subject, a list of them, which are allowed, or a block that says
// what is allowed and what is denied.
func (f *file) rules(value any) (r access.Rules, err error) {
	block, ok := value.(map[string]any)
	if !ok {
		r.Allow, err = f.allowed(value)
		return r, err
	}
	f.block(block, func(key string, value any, _ FileError) (err error) {
		switch strings.ToLower(key) {
		case "allow":
			r.Allow, err = f.allowed(value)
		case "deny":
			r.Deny, err = f.texts(value)
		default:
			return fmt.Errorf("%w %q", ErrUnknown, key)
		}
		return named(key, err)
	})
	return r, nil
}

// allowed takes the subjects that are allowed. None would be no rule at all, and
// so allow everything, which is not what it looks like.
func (f *file) allowed(value any) ([]string, error) {
	list, err := f.texts(value)
	if err == nil && len(list) == 0 {
		err = errors.New("an empty list allows nothing less: to forbid everything, deny \">\"")
	}
	return list, err
}

// responses takes true, or a block with bounds.
func (f *file) responses(value any) (*access.Responses, error) {
	block, ok := value.(map[string]any)
	if !ok {
		on, err := toBool(value)
		if !on {
			return nil, err
		}
		return &access.Responses{}, nil
	}
	r := &access.Responses{}
	f.block(block, func(key string, value any, _ FileError) (err error) {
		switch strings.ToLower(key) {
		case "max", "max_msgs", "max_messages", "max_responses":
			var n int64
			n, err = toInt(value)
			r.Max = int(max(min(n, 1<<31-1), -1))
		case "expires", "expiration", "ttl":
			r.Expires, err = toExpiry(value)
		default:
			return fmt.Errorf("%w %q", ErrUnknown, key)
		}
		return named(key, err)
	})
	return r, nil
}

// toExpiry takes a duration that may be negative, which is never.
func toExpiry(value any) (time.Duration, error) {
	switch v := value.(type) {
	case int64:
		if v < 0 {
			return -1, nil
		}
	case string:
		if strings.HasPrefix(v, "-") {
			if _, err := toDuration(v[1:]); err != nil {
				return 0, err
			}
			return -1, nil
		}
	}
	return toDuration(value)
}

// texts takes one text or a list of them.
func (f *file) texts(value any) ([]string, error) {
	list, ok := value.([]any)
	if !ok {
		one, err := toText(value)
		return []string{one}, err
	}
	all := make([]string, 0, len(list))
	for _, v := range list {
		v, _, _ := f.unwrap(v, FileError{})
		one, err := toText(v)
		if err != nil {
			return nil, err
		}
		all = append(all, one)
	}
	return all, nil
}

// named says which key a mistake is about.
func named(key string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%q: %w", key, err)
}

// checkTogether finds credentials that cannot be had together, at the block that
// has them.
func (f *file) checkTogether() {
	b := &f.settings.Broker
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
		f.fail(f.authorizationBlock, err)
	}
}

// checkCallout finds what is wrong with the callout, where it stands.
func (f *file) checkCallout() {
	b := &f.settings.Broker
	if b.AuthCallout == nil || len(f.errs) > 0 {
		return
	}
	policy := access.Policy{System: b.SystemAccount, Accounts: b.Accounts, Callout: b.AuthCallout}
	if err := policy.CheckCallout(); err != nil {
		f.fail(f.calloutBlock, err)
	}
}

// checkNoAuthUser finds a user that there is not, where it stands.
func (f *file) checkNoAuthUser() {
	b := &f.settings.Broker
	if b.NoAuthUser == "" || len(f.errs) > 0 {
		return
	}
	if f.known[b.NoAuthUser] {
		return
	}
	f.fail(f.noAuthUser, fmt.Errorf("no_auth_user %q is not among the users", b.NoAuthUser))
}
