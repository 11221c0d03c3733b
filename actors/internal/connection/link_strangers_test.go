package connection

import (
	"fmt"
	"strings"
	"testing"

	"github.com/asynkron/protoactor-go/actor"
	"github.com/stretchr/testify/assert"

	"github.com/troupe-mq/troupe/actors/access"
	"github.com/troupe-mq/troupe/actors/internal/account"
	"github.com/troupe-mq/troupe/actors/internal/host"
	"github.com/troupe-mq/troupe/actors/internal/interest"
	"github.com/troupe-mq/troupe/actors/internal/steps"
	"github.com/troupe-mq/troupe/actors/mailbox"
	"github.com/troupe-mq/troupe/wire/link"
)

// TestAccountsOfARouteComeAndGoInSlices: what a server wants in accounts that come and go is taken over a slice at a time. What it
// says meanwhile is what counts.
func TestAccountsOfARouteComeAndGoInSlices(t *testing.T) {
	const patterns, each = 3000, steps.Slice / rechecking
	b := newBench(t, 0, "")
	c := newLink(t, b.c.Env, 1)
	next := make(chan *errand, 1)
	c.box = mailbox.New()
	c.pub.Target.PID = c.System.Root.Spawn(actor.PropsFromFunc(func(ctx actor.Context) {
		if m, ok := ctx.Message().(*errand); ok {
			next <- m
		}
	}, host.Mailbox()...))
	terms := *c.server.Peer
	terms.Kind, terms.Dialect, terms.MaxInterest = interest.Route, link.Route, 2*patterns
	c.server = newServer(&terms)
	c.server.parser.Dialect, c.server.parser.Limits = link.Route, c.session.Limits()

	now := *c.Settings.Load()
	reload := func(names ...string) {
		policy := &access.Policy{}
		for _, name := range names {
			policy.Accounts = append(policy.Accounts, access.Account{Name: name})
		}
		later := now
		later.Policy, later.Accounts = policy, account.NewSet(policy, now.Accounts)
		now = later
		c.session.Settings = &later
		c.renewAccounts()
	}
	rest := func(over func() bool) (slices int) {
		for ; !over(); slices++ {
			c.run(<-next)
		}
		return slices
	}
	var want strings.Builder
	for i := range patterns {
		fmt.Fprintf(&want, "RS+ A a.%d\r\n", i)
	}
	b.feed(c, []byte(want.String()))
	assert.Equal(t, patterns, c.server.route.strangers.n)
	assert.Zero(t, c.subs.Len())

	reload("A")
	b.feed(c, []byte("RS+ A b\r\nRS- A a.0\r\nRS- A a.2999\r\nRS+ B b\r\n"))
	strangers := &c.server.route.strangers
	assert.InDelta(t, patterns/each, rest(func() bool { return strangers.n == 1 }), 2)
	assert.Equal(t, patterns-1, c.subs.Len())

	reload("B")
	b.feed(c, []byte("RS- A a.1\r\nRS- A a.2998\r\nRS+ A b\r\n"))
	assert.InDelta(t, patterns/each, rest(func() bool { return c.subs.Len() == 1 }), 2)
	assert.Equal(t, patterns-3, strangers.n)
}
