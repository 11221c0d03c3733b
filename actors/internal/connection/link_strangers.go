package connection

import (
	"maps"

	"github.com/troupe-mq/troupe/actors/internal/interest"
	"github.com/troupe-mq/troupe/wire"
	"github.com/troupe-mq/troupe/wire/link"
)

// This file is what the server of a route wants in accounts that are not here: they may come.

// strangers are such patterns. Each is a stranger or a subscription; while accounts come and go, it may be both for a moment, and then the
// stranger is what has been said last.
type strangers struct {
	of map[string]map[string]stranger // by account, and by keyOf
	n  int
}

type stranger struct {
	subject, queue string
	weight         uint32
}

func (t *strangers) has(account, key string) bool {
	_, has := t.of[account][key]
	return has
}

func (t *strangers) put(account, key string, s stranger) {
	all := t.of[account]
	if all == nil {
		all = make(map[string]stranger)
		t.of[account] = all
	}
	before := len(all)
	all[key] = s
	t.n += len(all) - before
}

func (t *strangers) remove(account, key string) {
	all := t.of[account]
	before := len(all)
	delete(all, key)
	if t.n += len(all) - before; len(all) == 0 {
		delete(t.of, account)
	}
}

// takeStranger keeps what a server wants in an account that is not here.
func (c *connection) takeStranger(cmd *link.Command) {
	r, key, account, in := c.server.route, string(c.keyOf(cmd)), string(c.accountName(cmd)), c.in.Buf
	if !r.strangers.has(account, key) && c.subs.Len()+r.strangers.n >= c.server.MaxInterest {
		c.fatal = wire.ErrMaxInterest
		return
	}
	r.strangers.put(account, key, stranger{subject: string(cmd.Subject.Of(in)), queue: string(cmd.Queue.Of(in)), weight: cmd.Weight})
}

// renewAccounts is for accounts that have come or gone: what the server wants in them is kept, and told to the partitions
// for as long as they are there.
func (c *connection) renewAccounts() {
	r := c.server.route
	r.last = nil
	maps.DeleteFunc(r.targets, func(n int, _ *interest.Target) bool { return c.session.Settings.Accounts.Numbered(n) == nil })
	c.run(&errand{cost: rechecking, some: c.withSubs(c.estrange), then: func() {
		c.run(&errand{cost: rechecking, some: c.welcome})
	}})
}

// estrange keeps those of some subscriptions as strangers whose accounts are not there any more.
func (c *connection) estrange(some []*interest.Subscription) {
	r, here := c.server.route, c.session.Settings.Accounts
	var gone []*interest.Subscription
	for _, s := range some {
		if here.Numbered(s.To.Account.Index()) != nil {
			continue
		}
		gone = append(gone, s)
		if account := s.To.Account.Name; !r.strangers.has(account, s.SID()) {
			r.strangers.put(account, s.SID(), stranger{subject: s.Subject(), queue: interest.NearName(s.Queue()), weight: uint32(s.Weight())})
		}
	}
	c.dropWanted(gone)
}

// welcome subscribes for some strangers whose accounts are here, and reports whether there are more.
func (c *connection) welcome(most int) (more bool) {
	r := c.server.route
	if c.closing {
		return false
	}
	var come []*interest.Subscription
	defer func() { c.appear(come) }()
	for name, all := range r.strangers.of {
		a := c.session.Settings.Accounts.Named(name)
		if a == nil {
			continue
		}
		for key, w := range all {
			if most--; most < 0 {
				return true
			}
			r.strangers.remove(name, key)
			if c.mayWant(w.subject, a) && c.subs.Get([]byte(key)) == nil {
				s := interest.NewRemote(c.targetIn(a), []byte(w.subject), []byte(w.queue), []byte(key), int(w.weight))
				c.hold(s)
				come = append(come, s)
			}
		}
	}
	return false
}
