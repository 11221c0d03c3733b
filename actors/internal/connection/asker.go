package connection

import (
	"cmp"

	"github.com/troupe-mq/troupe/actors/internal/account"
	"github.com/troupe-mq/troupe/actors/internal/session"
	"github.com/troupe-mq/troupe/wire"
)

// This file is what the services of other accounts are told of who asks them.

// askerOf is what a service is told that account a imports. before is what the account was told that the request has come
// from, nil where it is the asker's own.
func (c *connection) askerOf(a *account.Account, s *account.ServiceImport, before *session.Asker) *session.Asker {
	if c.session.Internal && c.server == nil {
		return nil // the broker asks itself
	}
	var who session.Asker
	switch {
	case before != nil:
		who = *before
		who.Service = a.Name
	default:
		who = c.session.Asker(c.clock.RTT)
		if c.server != nil {
			who.Account = a.Name
		}
		if s.Share {
			who.Share(&c.session, c.kind())
		}
	}
	if s.Share || s.Account.System {
		names := c.Names.Load()
		who.Server, who.Cluster = names.Server, names.Cluster
		if c.server != nil {
			who.Server = cmp.Or(c.server.who.Name, who.Server)
		}
	}
	return &who
}

// headers are those of a request in the account that it comes into: nobody but the broker says there who asks. They are empty
// if there are none.
func (p *passage) headers(head []byte) []byte {
	switch {
	case p.asker != nil:
		return wire.AppendReplaced(nil, head, wire.RequestInfo, p.asker.Text())
	case len(head) > 0:
		return wire.AppendReplaced(nil, head, wire.RequestInfo, nil)
	}
	return nil
}
