package mesh

import (
	"crypto/rand"
	"encoding/json"
	"reflect"
	"slices"

	"github.com/asynkron/protoactor-go/actor"

	"github.com/troupe-mq/troupe/actors/internal/connection"
	"github.com/troupe-mq/troupe/actors/internal/members"
	"github.com/troupe-mq/troupe/actors/internal/peer"
	"github.com/troupe-mq/troupe/actors/report"
)

// This file is other settings for routes that there are. Permissions, and which accounts are on which connection, change on
// them. Routes are made anew for a pool of another size, or for other compression. TLS and passwords hold for connections that
// are made from now on, as NATS servers have it: so they can be exchanged one server after the other.

// rights are what may pass the routes.
func (s *Settings) rights() peer.Rights {
	return peer.NewRights([]*peer.Permissions{s.Import}, []*peer.Permissions{s.Export})
}

// renew has the routes be as other settings want them.
func (r *roster) renew(self *actor.PID, now *Settings) {
	before := r.applied
	r.applied = now
	size, accounts := now.pool()
	if !now.like(before) {
		r.table.Pool = size
		r.divide(accounts)
		r.closeAll()
		return
	}
	permits := !reflect.DeepEqual(before.Import, now.Import) || !reflect.DeepEqual(before.Export, now.Export)
	if !permits && reflect.DeepEqual(r.table.Accounts, accounts) {
		return
	}
	added := without(accounts, r.table.Accounts)
	r.share(self, accounts, func() { r.announce(added) }, permits)
}

// like reports whether routes that were made by other settings are as these have them made.
func (s *Settings) like(other *Settings) bool {
	size, _ := s.pool()
	before, _ := other.pool()
	return size == before && s.Compression.Same(other.Compression)
}

// closeAll ends all routes, which are made again. One that is not up yet is ended as soon as it is: its other end may have been
// told of settings that hold no more.
func (r *roster) closeAll() {
	for _, m := range r.table.Members() {
		m.Each(r.remake)
	}
}

// remake ends a connection, which is made again.
func (r *roster) remake(s *members.Strand) {
	s.Retry = true
	r.close(s.Route, report.RouteRemoved)
}

// share has other accounts have connections of their own. Those that go to one are withdrawn from the pool first: a server
// that has them on two connections would send everything twice.
func (r *roster) share(self *actor.PID, accounts []string, behind func(), permits bool) {
	removed, torn := without(r.table.Accounts, accounts), r.torn
	r.torn = true
	r.divide(accounts)
	for _, m := range r.table.Members() {
		m.Each(func(s *members.Strand) {
			if slices.Contains(removed, s.Account) {
				r.close(s.Route, report.RouteRemoved)
				return
			}
			t := &connection.Renew{Share: r.table.Share(s), Rights: r.applied.rights()}
			if permits {
				t.Say = line("INFO", r.info(&r.table, members.GossipUsual, r.lame))
			}
			r.Send(r.Link(s.Route), t)
		})
	}
	behind()
	for _, m := range r.table.Members() {
		r.fill(self, m)
	}
	r.show()
	r.torn = torn
}

// announce tells the other servers that accounts are to have connections of their own from now on, on those that they have
// been on.
func (r *roster) announce(accounts []string) {
	for _, name := range accounts {
		text := line("INFO", accountAdded{PoolSize: r.table.Pool, Account: name, Request: rand.Text()})
		for _, m := range r.table.Members() {
			if s := m.First(); s != nil && r.table.Pools(&m.Info) {
				r.Send(r.Link(s.Route), &connection.Tell{Line: text})
			}
		}
	}
}

// accountAdded is an INFO that says that an account is to have a connection of its own.
type accountAdded struct {
	ServerID string `json:"server_id"`
	PoolSize int    `json:"route_pool_size,omitempty"`
	Account  string `json:"route_account,omitempty"`
	Request  string `json:"route_acc_add_reqid"`
}

// accountAdded is told so by a server, which waits for an answer; or it is one. What the configuration says here counts again
// at the next reload.
func (r *roster) accountAdded(self *actor.PID, m *told) {
	name := m.info.RouteAccount
	if name == "" || r.table.Pool == 0 {
		return
	}
	var fields map[string]json.RawMessage
	if json.Unmarshal(m.json, &fields) != nil {
		return // it was JSON before
	}
	delete(fields, "route_account")
	answer := func() { r.Send(r.Link(m.of.id), &connection.Tell{Line: line("INFO", fields)}) }
	if slices.Contains(r.table.Accounts, name) || len(r.table.Accounts) >= mostAdded {
		answer()
		return
	}
	r.share(self, append(slices.Clone(r.table.Accounts), name), answer, false)
}

// mostAdded is how many accounts may have connections of their own because another server says so.
const mostAdded = 1024

// permits takes in what a server says that it gives now: it is told again what it may have refused before.
func (r *roster) permits(s *members.Strand, i *members.Info) {
	if reflect.DeepEqual(s.Export, i.Export) {
		return
	}
	s.Export = i.Export
	r.Send(r.Link(s.Route), &connection.Retell{Rights: peer.NewRights(nil, []*peer.Permissions{i.Export})})
}

func without(all, those []string) []string {
	return slices.DeleteFunc(slices.Clone(all), func(name string) bool { return slices.Contains(those, name) })
}
