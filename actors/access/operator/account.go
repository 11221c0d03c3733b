package operator

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/nats-io/jwt/v2"

	"github.com/troupe-mq/troupe/actors/access"
)

// This file is the accounts of package access: what an account's token says of it.

// world is the account without what it imports.
func (a *account) world() access.Account {
	c := a.claims
	w := access.Account{
		Name: c.Subject, Label: c.Name, Default: a.permissions,
		Limits:   limitsOf(c.Limits.Conn, c.Limits.LeafNodeConn, &c.Limits.NatsLimits),
		Storage:  storageOf(&c.Limits),
		Mappings: mappingsOf(c.Mappings),
	}
	if t := c.Trace; t != nil {
		w.Trace = access.Trace{Dest: string(t.Destination), Sampling: t.Sampling}
	}
	for _, e := range c.Exports {
		w.Exports = append(w.Exports, exported(e))
	}
	return w
}

// mappingsOf are mappings as package access has them, in the order of their subjects.
func mappingsOf(all jwt.Mapping) (out []access.Mapping) {
	for _, from := range slices.Sorted(maps.Keys(all)) {
		m := access.Mapping{Source: string(from)}
		for _, to := range all[from] {
			m.Destinations = append(m.Destinations, access.Destination{Subject: string(to.Subject), Weight: int(to.GetWeight()), Cluster: to.Cluster})
		}
		out = append(out, m)
	}
	return out
}

// storageOf is what an account may store, nil for nothing. Of limits by the number of copies those of one copy count:
// there is one engine.
func storageOf(o *jwt.OperatorLimits) *access.Storage {
	const single = "R1"
	l, tiered := o.JetStreamTieredLimits[single]
	if !tiered {
		l = o.JetStreamLimits // nothing, if there are tiers
	}
	if l.MemoryStorage == 0 && l.DiskStorage == 0 {
		return nil
	}
	return &access.Storage{
		MaxMemory: l.MemoryStorage, MaxFile: l.DiskStorage,
		MemoryMaxStreamBytes: l.MemoryMaxStreamBytes, FileMaxStreamBytes: l.DiskMaxStreamBytes,
		MaxStreams: l.Streams, MaxConsumers: l.Consumer, MaxAckPending: l.MaxAckPending, MaxBytesRequired: l.MaxBytesRequired,
	}
}

// limitsOf are limits in which 0 is nothing and -1 is no limit.
func limitsOf(connections, leafNodes int64, n *jwt.NatsLimits) access.Limits {
	l := access.Limits{
		MaxConnections:   limit(connections),
		MaxLeafNodes:     limit(leafNodes),
		MaxSubscriptions: limit(n.Subs),
		MaxPayload:       limit(n.Payload),
	}
	if l.MaxPayload < 0 {
		l.MaxPayload = 1 // a message without a payload is no use of it
	}
	return l
}

// limit is one of them as package access has it: there 0 is no limit.
func limit(n int64) int {
	switch {
	case n < 0:
		return 0
	case n == 0:
		return -1
	default:
		return int(min(n, 1<<31-1))
	}
}

// permissionsOf are permissions as package access has them, nil for none.
func permissionsOf(p *jwt.Permissions) *access.Permissions {
	rules := func(p jwt.Permission) access.Rules { return access.Rules{Allow: p.Allow, Deny: p.Deny} }
	if p.Pub.Empty() && p.Sub.Empty() && p.Resp == nil {
		return nil
	}
	out := &access.Permissions{Publish: rules(p.Pub), Subscribe: rules(p.Sub)}
	if p.Resp != nil {
		out.Responses = &access.Responses{Max: p.Resp.MaxMsgs, Expires: p.Resp.Expires}
	}
	return out
}

// exported is an export as package access has it. Who may import what is private is
// found out from the imports.
func exported(e *jwt.Export) access.Export {
	out := access.Export{Private: e.TokenReq, Position: int(e.AccountTokenPosition)}
	if e.IsStream() {
		out.Stream = string(e.Subject)
		return out
	}
	out.Service, out.Threshold, out.AllowTrace = string(e.Subject), e.ResponseThreshold, e.AllowTrace
	if l := e.Latency; l != nil {
		out.Latency = &access.Latency{Subject: string(l.Results), Sampling: int(l.Sampling)}
	}
	switch e.ResponseType {
	case jwt.ResponseTypeStream:
		out.Responses = access.Stream
	case jwt.ResponseTypeChunked:
		out.Responses = access.Chunked
	}
	return out
}

// imported is an import as package access has it.
func imported(i *jwt.Import) access.Import {
	subject, local := string(i.Subject), string(i.LocalSubject)
	switch out := (access.Import{Account: i.Account, Share: i.Share}); {
	case i.IsStream():
		out.Stream, out.To, out.Prefix, out.AllowTrace = subject, local, i.GetTo(), i.AllowTrace
		return out
	case local == "": // as it was done before there was a local subject
		out.Service, out.To = cmp.Or(i.GetTo(), subject), subject
		return out
	default:
		out.Service, out.To = turned(subject, local)
		return out
	}
}

// turned writes a service's import the other way round: in its local name $1 is the
// first wildcard of the service's, and package access wants to be told which one of
// the local name's is each wildcard of the service's.
func turned(remote, local string) (service, to string) {
	places, stars := make(map[int]int), 0
	tokens := strings.Split(local, ".")
	for i, token := range tokens {
		number, refers := strings.CutPrefix(token, "$")
		n, err := strconv.Atoi(number)
		if token != "*" && (!refers || err != nil) {
			continue
		}
		stars++
		if token == "*" {
			n = stars
		}
		places[n], tokens[i] = stars, "*"
	}
	parts, stars := strings.Split(remote, "."), 0
	for i, token := range parts {
		if token == "*" {
			stars++
			parts[i] = "$" + strconv.Itoa(places[stars])
		}
	}
	return strings.Join(parts, "."), strings.Join(tokens, ".")
}

// bring gives an account what it imports and may.
func (a *Authority) bring(to *access.Account, now time.Time) {
	for _, i := range a.accounts[to.Name].claims.Imports {
		in := imported(i)
		if err := a.activate(to.Name, i, &in, now); err != nil {
			a.left = append(a.left, &access.AccountError{Account: to.Name, Part: access.ItsImports, Index: -1, Err: err})
			continue
		}
		to.Imports = append(to.Imports, in)
	}
}

// activate sees to it that what is private is imported by whom it was given to.
// What is wrong beside that is found by package access.
func (a *Authority) activate(to string, i *jwt.Import, in *access.Import, now time.Time) error {
	from := slices.IndexFunc(a.worlds, func(w access.Account) bool { return w.Name == i.Account })
	if from < 0 {
		return fmt.Errorf("there is no account %q to import %q from", i.Account, i.Subject)
	}
	var private []int
	for n := range a.worlds[from].Exports {
		e := a.worlds[from].Exports[n] // a copy, that is public
		secret := e.Private && e.Position == 0
		e.Private = false
		switch offers := e.Offers(in, to); {
		case offers && !secret:
			return nil
		case offers:
			private = append(private, n)
		}
	}
	var err error
	for _, n := range private {
		var until time.Time
		if until, err = a.accounts[i.Account].gave(to, i, n, now); err == nil {
			a.end(until)
			e := &a.worlds[from].Exports[n]
			e.Accounts = append(e.Accounts, to)
			return nil
		}
		err = fmt.Errorf("%q of account %q is private: %w", i.Subject, i.Account, err)
	}
	return err
}

// end notes when an import ends.
func (a *Authority) end(until time.Time) {
	if !until.IsZero() && (a.until.IsZero() || until.Before(a.until)) {
		a.until = until
	}
}
