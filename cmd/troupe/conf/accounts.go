package conf

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/troupe-mq/troupe/actors/access"
)

// This file is the accounts block.

// accountPlaces is where an account stands, and what may be wrong about it.
type accountPlaces struct {
	itself           FileError
	exports, imports []FileError
}

// accounts takes the block, in which each key is an account's name.
func (f *file) accounts(block map[string]any) {
	f.places = make(map[string]*accountPlaces)
	f.chosen(block, func(name string, value any, at FileError) error {
		inner, ok := value.(map[string]any)
		if !ok {
			return fmt.Errorf("account %q: needs a block: { users: […], exports: […], imports: […] }", name)
		}
		f.places[name] = &accountPlaces{itself: at}
		a := access.Account{Name: name}
		f.block(inner, func(key string, value any, _ FileError) error { return f.account(&a, key, value) })
		f.settings.Broker.Accounts = append(f.settings.Broker.Accounts, a)
		return nil
	})
	slices.SortFunc(f.settings.Broker.Accounts, func(a, b access.Account) int { return cmp.Compare(a.Name, b.Name) })
}

// accountNames takes a list of accounts that are nothing but names.
func (f *file) accountNames(list []any) {
	f.places = make(map[string]*accountPlaces)
	for _, v := range list {
		v, at, _ := f.unwrap(v, FileError{File: f.path})
		name, err := toText(v)
		if err != nil {
			f.fail(at, errors.New("needs the name of an account"))
			continue
		}
		f.places[name] = &accountPlaces{itself: at}
		f.settings.Broker.Accounts = append(f.settings.Broker.Accounts, access.Account{Name: name})
	}
}

// account takes one key of an account.
func (f *file) account(a *access.Account, key string, value any) (err error) {
	at := f.places[a.Name]
	switch strings.ToLower(key) {
	case "users":
		a.Users, err = f.users(key, value)
		return err
	case "default_permission", "default_permissions", "permissions":
		a.Default, err = f.permissions(key, value)
		return err
	case "exports":
		at.exports, err = f.list(value, func(block map[string]any) {
			a.Exports = append(a.Exports, access.Export{})
			f.block(block, f.export(&a.Exports[len(a.Exports)-1]))
		})
	case "imports":
		at.imports, err = f.list(value, func(block map[string]any) {
			a.Imports = append(a.Imports, access.Import{})
			f.block(block, f.imported(&a.Imports[len(a.Imports)-1]))
		})
	case "limits":
		return f.limits(key, value, &a.Limits)
	case "mappings", "maps":
		a.Mappings, err = f.mappings(key, value)
		return err
	case "jetstream":
		a.Storage, err = f.storage(value)
	case "nkey":
		return &MissingError{Key: key, Feature: "keys of accounts without an operator"}
	case "msg_trace", "trace_dest":
		return &MissingError{Key: key, Feature: tracing}
	default:
		return fmt.Errorf("%w %q", ErrUnknown, key)
	}
	return named(key, err)
}

// list hands on each block of a list, and says where each of them stands.
func (f *file) list(value any, take func(block map[string]any)) (places []FileError, err error) {
	list, ok := value.([]any)
	if !ok {
		return nil, errors.New("needs a list of blocks")
	}
	for _, v := range list {
		v, at, _ := f.unwrap(v, FileError{File: f.path})
		block, ok := v.(map[string]any)
		if !ok {
			f.fail(at, errors.New("needs a block: { stream: … } or { service: … }"))
			continue
		}
		places = append(places, f.first(block, at))
		take(block)
	}
	return places, nil
}

// first is where a block begins: the parser knows that of its keys only.
func (f *file) first(block map[string]any, at FileError) FileError {
	var places []FileError
	for _, v := range block {
		if _, from, _ := f.unwrap(v, FileError{}); from.Line > 0 {
			places = append(places, from)
		}
	}
	if len(places) == 0 {
		return at
	}
	return slices.MinFunc(places, func(a, b FileError) int {
		return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
	})
}

// export takes the keys of one export.
func (f *file) export(e *access.Export) func(key string, value any, at FileError) error {
	return func(key string, value any, _ FileError) (err error) {
		switch strings.ToLower(key) {
		case "stream":
			e.Stream, err = toText(value)
		case "service":
			e.Service, err = toText(value)
		case "accounts":
			e.Private = true
			e.Accounts, err = f.texts(value)
		case "response", "response_type":
			e.Responses, err = toResponses(value)
		case "threshold", "response_threshold", "response_max_time", "response_time":
			e.Threshold, err = toDuration(value)
		case "latency":
			return &MissingError{Key: key, Feature: "measurements of a service's latency"}
		case "account_token_position":
			var n int64
			n, err = toInt(value)
			e.Position = int(max(min(n, 1<<31-1), -1))
		case "allow_trace":
			return needsOff(key, value, tracing)
		default:
			return fmt.Errorf("%w %q", ErrUnknown, key)
		}
		return named(key, err)
	}
}

// toResponses takes the name of a type of response.
func toResponses(value any) (access.ResponseType, error) {
	name, err := toText(value)
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
func (f *file) imported(i *access.Import) func(key string, value any, at FileError) error {
	return func(key string, value any, _ FileError) (err error) {
		switch strings.ToLower(key) {
		case "stream":
			return f.origin(key, value, i, &i.Stream)
		case "service":
			return f.origin(key, value, i, &i.Service)
		case "to":
			i.To, err = toText(value)
		case "prefix":
			i.Prefix, err = toText(value)
		case "share":
			return needsOff(key, value, "headers that tell a service who asks")
		case "allow_trace":
			return needsOff(key, value, tracing)
		default:
			return fmt.Errorf("%w %q", ErrUnknown, key)
		}
		return named(key, err)
	}
}

// origin takes the block that says what is imported, and from where.
func (f *file) origin(key string, value any, i *access.Import, subject *string) error {
	block, ok := value.(map[string]any)
	if !ok {
		return fmt.Errorf("%q: needs a block: { account: …, subject: … }", key)
	}
	f.block(block, func(key string, value any, _ FileError) (err error) {
		switch strings.ToLower(key) {
		case "account":
			i.Account, err = toText(value)
		case "subject":
			*subject, err = toText(value)
		default:
			return fmt.Errorf("%w %q", ErrUnknown, key)
		}
		return named(key, err)
	})
	return nil
}

// limits takes those of an account, in which -1 is no limit.
func (f *file) limits(key string, value any, l *access.Limits) error {
	block, ok := value.(map[string]any)
	if !ok {
		return fmt.Errorf("%q: needs a block: { max_connections: …, max_payload: … }", key)
	}
	f.block(block, func(key string, value any, _ FileError) error {
		var limit *int
		switch strings.ToLower(key) {
		case "max_connections", "max_conn":
			limit = &l.MaxConnections
		case "max_subscriptions", "max_subs":
			limit = &l.MaxSubscriptions
		case "max_payload", "max_pay":
			limit = &l.MaxPayload
		case "max_leafnodes", "max_leafs":
			limit = new(int) // there are none
		default:
			return fmt.Errorf("%w %q", ErrUnknown, key)
		}
		n, err := toInt(value)
		switch {
		case err != nil:
			return named(key, err)
		case n == 0:
			*limit = -1
		case n > 0:
			*limit = int(min(n, 1<<31-1))
		}
		return nil
	})
	return nil
}

// needsOff refuses what Troupe does not have, unless it is switched off.
func needsOff(key string, value any, feature string) error {
	if isOff(value) {
		return nil
	}
	return &MissingError{Key: key, Feature: feature}
}

// checkAccounts finds what is wrong with accounts, where it stands.
func (f *file) checkAccounts() {
	b := &f.settings.Broker
	if len(f.errs) > 0 {
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
		f.fail(at, wrong)
	}
	if f.operated() {
		return // see checkOperators
	}
	known := slices.ContainsFunc(b.Accounts, func(a access.Account) bool { return a.Name == b.SystemAccount })
	if b.SystemAccount != "" && b.SystemAccount != access.SystemAccount && !known {
		f.fail(f.systemAccount, fmt.Errorf("there is no account %q to be the system account", b.SystemAccount))
	}
}
