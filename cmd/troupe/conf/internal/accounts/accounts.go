package accounts

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/nats-io/nkeys"

	"github.com/troupe-mq/troupe/actors/access"
	"github.com/troupe-mq/troupe/cmd/troupe/conf/lang"
)

// This file is the accounts block.

// accountPlaces is where an account stands, and what may be wrong about it.
type accountPlaces struct {
	itself           lang.FileError
	exports, imports []lang.FileError
}

// Accounts takes the block, in which each key is an account's name.
func (f *File) Accounts(block map[string]any) {
	f.places = make(map[string]*accountPlaces)
	f.Chosen(block, func(name string, value any, at lang.FileError) error {
		inner, ok := value.(map[string]any)
		if !ok {
			return fmt.Errorf("account %q: needs a block: { users: […], exports: […], imports: […] }", name)
		}
		f.places[name] = &accountPlaces{itself: at}
		a := access.Account{Name: name}
		f.Block(inner, func(key string, value any, _ lang.FileError) error { return f.account(&a, key, value) })
		f.broker.Accounts = append(f.broker.Accounts, a)
		return nil
	})
	slices.SortFunc(f.broker.Accounts, func(a, b access.Account) int { return cmp.Compare(a.Name, b.Name) })
}

// AccountNames takes a list of accounts that are nothing but names.
func (f *File) AccountNames(list []any) {
	f.places = make(map[string]*accountPlaces)
	for _, v := range list {
		v, at := lang.Unwrap(v, f.File())
		name, err := lang.ToText(v)
		if err != nil {
			f.Fail(at, errors.New("needs the name of an account"))
			continue
		}
		f.places[name] = &accountPlaces{itself: at}
		f.broker.Accounts = append(f.broker.Accounts, access.Account{Name: name})
	}
}

// oneOf is what exports and imports look like.
const oneOf = "{ stream: … } or { service: … }"

// account takes one key of an account.
func (f *File) account(a *access.Account, key string, value any) (err error) {
	at := f.places[a.Name]
	switch strings.ToLower(key) {
	case "users":
		a.Users, err = f.users(key, value)
		return err
	case "default_permission", "default_permissions", "permissions":
		a.Default, err = f.permissions(key, value)
		return err
	case "exports":
		at.exports, err = f.List(value, oneOf, func(block map[string]any) {
			a.Exports = append(a.Exports, access.Export{})
			f.Block(block, f.export(&a.Exports[len(a.Exports)-1]))
		})
	case "imports":
		at.imports, err = f.List(value, oneOf, func(block map[string]any) {
			a.Imports = append(a.Imports, access.Import{})
			f.Block(block, f.imported(&a.Imports[len(a.Imports)-1]))
		})
	case "limits":
		return f.limits(key, value, &a.Limits)
	case "mappings", "maps":
		a.Mappings, err = f.Mappings(key, value)
		return err
	case "jetstream":
		a.Storage, err = storage(f.Reader, value)
	case "nkey":
		var key string // it names the account for people: without an operator nothing is signed by it
		if key, err = lang.ToText(value); err == nil && !nkeys.IsValidPublicAccountKey(key) {
			err = errors.New("the key is not the public one of an account, which begins with A") // not quoted: it may be the secret one
		}
	case "msg_trace", "trace_dest":
		a.Trace, err = f.trace(value)
	default:
		return lang.Unknown(key, "users default_permissions exports imports limits mappings msg_trace jetstream nkey")
	}
	return lang.Named(key, err)
}

// export takes the keys of one export.
func (f *File) export(e *access.Export) func(key string, value any, at lang.FileError) error {
	return func(key string, value any, _ lang.FileError) (err error) {
		switch strings.ToLower(key) {
		case "stream":
			e.Stream, err = lang.ToText(value)
		case "service":
			e.Service, err = lang.ToText(value)
		case "accounts":
			e.Private = true
			e.Accounts, err = lang.ToTexts(value)
		case "response", "response_type":
			e.Responses, err = toResponses(value)
		case "threshold", "response_threshold", "response_max_time", "response_time":
			e.Threshold, err = lang.ToDuration(value)
		case "latency":
			return f.latency(key, value, e)
		case "account_token_position":
			var n int64
			n, err = lang.ToInt(value)
			e.Position = int(max(min(n, 1<<31-1), -1))
		case "allow_trace":
			e.AllowTrace, err = lang.ToBool(value)
		default:
			return lang.Unknown(key, "stream service accounts response_type response_threshold latency account_token_position allow_trace")
		}
		return lang.Named(key, err)
	}
}

// toResponses takes the name of a type of response.
func toResponses(value any) (access.ResponseType, error) {
	name, err := lang.ToText(value)
	if err != nil {
		return 0, err
	}
	switch strings.ToLower(name) {
	case "single", "singleton":
		return access.Singleton, nil
	case "stream":
		return access.Stream, nil
	case "chunk", "chunked":
		return access.Chunked, nil
	default:
		return 0, fmt.Errorf("%q is not a type of response: singleton, stream or chunked", name)
	}
}

// imported takes the keys of one import.
func (f *File) imported(i *access.Import) func(key string, value any, at lang.FileError) error {
	return func(key string, value any, _ lang.FileError) (err error) {
		switch strings.ToLower(key) {
		case "stream":
			return f.origin(key, value, i, &i.Stream)
		case "service":
			return f.origin(key, value, i, &i.Service)
		case "to":
			i.To, err = lang.ToText(value)
		case "prefix":
			i.Prefix, err = lang.ToText(value)
		case "share":
			i.Share, err = lang.ToBool(value)
		case "allow_trace":
			i.AllowTrace, err = lang.ToBool(value)
		default:
			return lang.Unknown(key, "stream service to prefix share allow_trace")
		}
		return lang.Named(key, err)
	}
}

// origin takes the block that says what is imported, and from where.
func (f *File) origin(key string, value any, i *access.Import, subject *string) error {
	block, ok := value.(map[string]any)
	if !ok {
		return fmt.Errorf("%q: needs a block: { account: …, subject: … }", key)
	}
	f.Block(block, func(key string, value any, _ lang.FileError) (err error) {
		switch strings.ToLower(key) {
		case "account":
			i.Account, err = lang.ToText(value)
		case "subject":
			*subject, err = lang.ToText(value)
		default:
			return lang.Unknown(key, "account subject")
		}
		return lang.Named(key, err)
	})
	return nil
}

// limits takes those of an account, in which -1 is no limit.
func (f *File) limits(key string, value any, l *access.Limits) error {
	block, ok := value.(map[string]any)
	if !ok {
		return fmt.Errorf("%q: needs a block: { max_connections: …, max_payload: … }", key)
	}
	f.Block(block, func(key string, value any, _ lang.FileError) error {
		var limit *int
		switch strings.ToLower(key) {
		case "max_connections", "max_conn":
			limit = &l.MaxConnections
		case "max_subscriptions", "max_subs":
			limit = &l.MaxSubscriptions
		case "max_payload", "max_pay":
			limit = &l.MaxPayload
		case "max_leafnodes", "max_leafs":
			limit = &l.MaxLeafNodes
		default:
			return lang.Unknown(key, "max_connections max_subscriptions max_payload max_leafnodes")
		}
		n, err := lang.ToInt(value)
		switch {
		case err != nil:
			return lang.Named(key, err)
		case n == 0:
			*limit = -1
		case n > 0:
			*limit = int(min(n, 1<<31-1))
		}
		return nil
	})
	return nil
}
