package connection

import (
	"github.com/troupe-mq/troupe/actors/internal/account"
	"github.com/troupe-mq/troupe/actors/internal/interest"
	"github.com/troupe-mq/troupe/actors/internal/peer"
	"github.com/troupe-mq/troupe/wire/link"
)

// This file is the accounts of a route. A server of the same cluster speaks of all of them on one connection, which has a
// target in each.

// route is what a connection knows besides of a server of the same cluster.
type route struct {
	share   interest.Share           // the accounts that it is for
	only    []byte                   // the name of the one, where there is but one
	targets map[int]*interest.Target // by the number of the account
	names   map[int]string           // of accounts that the server has been told of, which may be gone
	last    *account.Account         // the one that was named last: messages repeat themselves
	subs    int                      // subscriptions in force, but for those of the system account

	strangers strangers
}

func newServer(p *peer.Peer) *server {
	s := &server{Peer: p, who: p.Server}
	if p.Kind == interest.Route {
		s.route = &route{targets: make(map[int]*interest.Target), names: make(map[int]string), strangers: strangers{of: make(map[string]map[string]stranger)}}
		s.route.setShare(p.Share)
	}
	return s
}

func (r *route) setShare(s interest.Share) { r.share, r.only, r.last = s, []byte(s.Only), nil }

// dialect is which words the server uses. A route of one account names none.
func (s *server) dialect() link.Dialect {
	if s.route != nil && s.route.share.Only != "" {
		return link.RouteOfAccount
	}
	return s.Dialect
}

// counts is how many of its subscriptions count as those of the broker: those of a route do, as NATS servers have it.
func (s *server) counts() int {
	if s.route == nil {
		return 0
	}
	return s.route.subs
}

// count counts a subscription of a route that comes or goes.
func (s *server) count(sub *interest.Subscription, n int) {
	if s.route != nil && !sub.To.Account.System {
		s.route.subs += n
	}
}

// accountOf is the account that a command is in, nil if it is not here.
func (c *connection) accountOf(cmd *link.Command) *account.Account {
	r := c.server.route
	if r == nil {
		return c.session.Account
	}
	name := c.accountName(cmd)
	if r.last == nil || r.last.Name != string(name) {
		r.last = c.session.Settings.Accounts.Named(string(name))
	}
	return r.last
}

// accountName is that of the account that a command on a route is in.
func (c *connection) accountName(cmd *link.Command) []byte {
	if only := c.server.route.only; len(only) > 0 {
		return only
	}
	return cmd.Account.Of(c.in.Buf)
}

// targetIn is whom subscriptions deliver to that the server has in an account.
func (c *connection) targetIn(a *account.Account) *interest.Target {
	r := c.server.route
	if r == nil {
		return c.pub.Target
	}
	t := r.targets[a.Index()]
	if t == nil {
		t = c.pub.Target.Successor(a)
		plain, headers := c.server.dialect().Heads(a.Name)
		t.SetServer(interest.Route, &interest.Face{Plain: plain, Headers: headers, MaxPayload: peer.MaxPayload})
		t.Like(c.pub.Target)
		t.Rights.Store(c.server.Rights.Out())
		r.targets[a.Index()] = t
	}
	return t
}

// nameOf is what the server calls an account that it has been told of.
func (c *connection) nameOf(n int) string {
	r := c.server.route
	if name, known := r.names[n]; known {
		return name
	}
	a := c.session.Settings.Accounts.Numbered(n)
	if a == nil {
		return ""
	}
	r.names[n] = a.Name
	return a.Name
}

// ledgerOfRouteStands tells the server of the reply routes that lead here: in all accounts that somebody asks over.
func (c *connection) ledgerOfRouteStands() {
	s := c.server
	s.ledger.Name = c.nameOf
	asked := make(map[int]bool)
	for _, a := range c.session.Settings.Accounts.All {
		if a.Asked && s.route.share.Has(a) {
			asked[a.Index()] = true
		}
	}
	c.tellServer(func(write func(link.Interest)) {
		for n := range s.route.names {
			if !asked[n] {
				s.ledger.Stand(n, nil, write)
			}
		}
		for n := range asked {
			s.ledger.Stand(n, []string{s.Replies()}, write)
		}
	})
}
