package accounts

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/troupe-mq/troupe/actors/access"
	"github.com/troupe-mq/troupe/cmd/troupe/conf/lang"
)

// This file is the blocks inside of authorization: users, and what they may do.

// Authorization reads the block of that name, which stands at a place.
func (f *File) Authorization(block map[string]any, at lang.FileError) {
	f.Block(block, f.authorization)
	f.authorizationBlock = at
}

// authorization takes one key of it.
func (f *File) authorization(key string, value any, at lang.FileError) error {
	switch strings.ToLower(key) {
	case "users":
		users, err := f.users(key, value)
		if f.nobody = nil; err == nil && len(users) == 0 {
			f.nobody = &at
		}
		f.broker.Users = users
		return err
	case "default_permission", "default_permissions", "permissions":
		p, err := f.permissions(key, value)
		f.broker.DefaultPermissions = p
		return err
	case "auth_callout", "auth_hook":
		f.calloutBlock = at
		return f.callout(key, value)
	case "password", "pass":
		return lang.Named(key, f.secret(&f.broker.Password, value, at))
	case "token":
		return lang.Named(key, f.secret(&f.broker.Token, value, at))
	default:
		return SetAuthorization(f.broker, key, value)
	}
}

// users takes a list of users. No two of them have the same name, whatever list
// they are in.
func (f *File) users(key string, value any) ([]access.User, error) {
	list, ok := value.([]any)
	if !ok {
		return nil, fmt.Errorf("%q: needs a list of blocks: [ { user: …, password: … } ]", key)
	}
	users := []access.User{}
	if f.known == nil {
		f.known = make(map[string]bool)
	}
	for _, v := range list {
		v, at := lang.Unwrap(v, f.File())
		before := len(f.Mistakes())
		u, at := f.user(v, at)
		if len(f.Mistakes()) > before {
			continue // one mistake is enough for each
		}
		name := u.Name + u.NKey
		switch err := u.Validate(); {
		case err != nil:
			f.Fail(at, err)
		case f.known[name]:
			f.Fail(at, fmt.Errorf("duplicate user %q", name))
		}
		f.known[name] = true
		users = append(users, u)
	}
	return users, nil
}

// user takes one of them. What is wrong with it as a whole stands where its name
// does.
func (f *File) user(value any, at lang.FileError) (u access.User, name lang.FileError) {
	block, ok := value.(map[string]any)
	if !ok {
		f.Fail(at, errors.New("a user needs a block: { user: …, password: … }"))
		return u, at
	}
	f.Block(block, func(key string, value any, at lang.FileError) (err error) {
		switch strings.ToLower(key) {
		case "user", "username":
			name = at
			u.Name, err = lang.ToText(value)
		case "password", "pass":
			err = f.secret(&u.Password, value, at)
		case "nkey":
			name = at
			u.NKey, err = lang.ToText(value)
		case "permission", "permissions", "authorization":
			u.Permissions, err = f.permissions(key, value)
			return err
		case "allowed_connection_types", "connection_types", "clients":
			u.ConnectionTypes, err = lang.ToTexts(value)
		case "overrun":
			u.Overrun, err = lang.ToText(value)
		case "proxy_required":
			u.ProxyRequired, err = lang.ToBool(value)
		default:
			return lang.Unknown(key, "user nkey password permissions allowed_connection_types overrun proxy_required")
		}
		return lang.Named(key, err)
	})
	if name.File == "" {
		name = at
	}
	return u, name
}

// permissions takes a block of permissions.
func (f *File) permissions(key string, value any) (*access.Permissions, error) {
	block, ok := value.(map[string]any)
	if !ok {
		return nil, fmt.Errorf("%q: needs a block: { publish: …, subscribe: … }", key)
	}
	p := &access.Permissions{}
	f.Block(block, func(key string, value any, at lang.FileError) (err error) {
		switch strings.ToLower(key) {
		case "pub", "publish", "import":
			p.Publish, err = f.rules(value, at)
			if err == nil {
				err = (&access.Permissions{Publish: p.Publish}).Validate()
			}
		case "sub", "subscribe", "export":
			p.Subscribe, err = f.rules(value, at)
			if err == nil {
				err = (&access.Permissions{Subscribe: p.Subscribe}).Validate()
			}
		case "allow_responses", "publish_allow_responses":
			p.Responses, err = f.responses(value)
		default:
			return lang.Unknown(key, "publish subscribe allow_responses")
		}
		return lang.Named(key, err)
	})
	return p, nil
}

// rules takes a subject, a list of them, which are allowed, or a block that says
// what is allowed and what is denied.
func (f *File) rules(value any, at lang.FileError) (r access.Rules, err error) {
	block, ok := value.(map[string]any)
	if !ok {
		r.Allow, err = f.allowed(value, at)
		return r, err
	}
	f.Block(block, func(key string, value any, at lang.FileError) (err error) {
		switch strings.ToLower(key) {
		case "allow":
			r.Allow, err = f.allowed(value, at)
		case "deny":
			r.Deny, err = lang.ToTexts(value)
		default:
			return lang.Unknown(key, "allow deny")
		}
		return lang.Named(key, err)
	})
	return r, nil
}

// allowed takes the subjects that are allowed. None is no rule at all, as with nats-server, and
// so allows everything, which is not what it looks like.
func (f *File) allowed(value any, at lang.FileError) ([]string, error) {
	list, err := lang.ToTexts(value)
	if err == nil && len(list) == 0 {
		f.Warn(at, errors.New("an empty list forbids nothing, so that everything is allowed: to forbid everything, deny \">\""))
	}
	return list, err
}

// responses takes true, or a block with bounds.
func (f *File) responses(value any) (*access.Responses, error) {
	block, ok := value.(map[string]any)
	if !ok {
		on, err := lang.ToBool(value)
		if !on {
			return nil, err
		}
		return &access.Responses{}, nil
	}
	r := &access.Responses{}
	f.Block(block, func(key string, value any, _ lang.FileError) (err error) {
		switch strings.ToLower(key) {
		case "max", "max_msgs", "max_messages", "max_responses":
			var n int64
			n, err = lang.ToInt(value)
			r.Max = int(max(min(n, 1<<31-1), -1))
		case "expires", "expiration", "ttl":
			r.Expires, err = toExpiry(value)
		default:
			return lang.Unknown(key, "max expires")
		}
		return lang.Named(key, err)
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
			if _, err := lang.ToDuration(v[1:]); err != nil {
				return 0, err
			}
			return -1, nil
		}
	}
	return lang.ToDuration(value)
}
