package connection

import (
	"cmp"
	"encoding/json"

	"github.com/troupe-mq/troupe/actors/internal/account"
	"github.com/troupe-mq/troupe/actors/report"
	"github.com/troupe-mq/troupe/wire"
)

// This file is what the services of other accounts are told of who asks them.

// askerOf is what a service is told that account a imports. before is what the account was told that the request has come
// from, nil where it is the asker's own.
func (c *connection) askerOf(a *account.Account, s *account.ServiceImport, before *report.Asker) *report.Asker {
	if before == nil {
		who := c.asker(a, s.Share)
		if who != nil && s.Account.System {
			c.addNames(who)
		}
		return who
	}
	who := *before
	who.Service = a.Name
	if s.Share || s.Account.System {
		c.addNames(&who)
	}
	return &who
}

// asker is the client in account a, nil if it is a part of the broker. shared is whether all may be told of it.
func (c *connection) asker(a *account.Account, shared bool) *report.Asker {
	if c.session.Internal && c.server == nil {
		return nil
	}
	who := c.session.Asker(c.clock.RTT)
	if c.server != nil {
		who.Account = a.Name
	}
	if shared {
		c.session.Share(&who, c.kind())
		c.addNames(&who)
	}
	return &who
}

// addNames adds where somebody asks.
func (c *connection) addNames(who *report.Asker) {
	names := c.Names.Load()
	who.Server, who.Cluster = names.Server, names.Cluster
	if c.server != nil {
		who.Server = cmp.Or(c.server.who.Name, who.Server)
	}
}

// headers are those of a request in the account that it comes into: nobody but the broker says there who asks. They are empty
// if there are none.
func (p *passage) headers(head []byte) []byte {
	switch {
	case p.asker != nil:
		text, err := json.Marshal(p.asker)
		if err != nil {
			panic(err) // there is nothing in it that cannot be written down
		}
		return wire.AppendReplaced(nil, head, wire.RequestInfo, text)
	case len(head) > 0:
		return wire.AppendReplaced(nil, head, wire.RequestInfo, nil)
	}
	return nil
}
