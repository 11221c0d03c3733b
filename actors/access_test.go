package actors_test

import (
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/troupe-mq/troupe/actors"
	"github.com/troupe-mq/troupe/actors/access"
	"github.com/troupe-mq/troupe/actors/actorstest"
)

// guests is a broker on which u has the given permissions, and root has all.
func guests(t *testing.T, p access.Permissions) *actorstest.Broker {
	t.Helper()
	return actorstest.Start(t, actors.Config{Users: []access.User{
		{Name: "u", Password: "p", Permissions: &p},
		{Name: "root", Password: "r"},
	}})
}

func as(t *testing.T, b *actorstest.Broker, user, password string) *actorstest.Client {
	t.Helper()
	c := b.Client(t)
	c.Send(fmt.Sprintf(`CONNECT {"verbose":false,"pedantic":false,"headers":true,"no_responders":true,"user":%q,"pass":%q}`, user, password))
	c.Fence()
	return c
}

// headless is as for a client that has not asked for headers: a service sees the request alone.
func headless(t *testing.T, b *actorstest.Broker, user, password string) *actorstest.Client {
	t.Helper()
	c := b.Client(t)
	c.Send(fmt.Sprintf(`CONNECT {"verbose":false,"pedantic":false,"user":%q,"pass":%q}`, user, password))
	c.Fence()
	return c
}

func TestRefusedPublish(t *testing.T) {
	b := guests(t, access.Permissions{Publish: access.Rules{Allow: []string{"ok.>"}, Deny: []string{"ok.no"}}})
	root := as(t, b, "root", "r")
	root.Send("SUB > 1")
	root.Fence()
	u := b.Client(t)
	u.Send(`CONNECT {"user":"u","pass":"p"}`) // verbose and pedantic
	u.Expect("+OK")
	before := b.Stats().Ledger
	u.Send("PUB ok.a 1", "1", "PUB ok.no 1", "2", "PUB ok.no 1", "3", "PUB ok.a 1", "4", "PUB ok.a _R_.x 1", "5", "PUB ok.a 1", "6", "PUB no.* 1", "7", "PUB $NRG.a 1", "8", "PING")
	const denied = `-ERR 'Permissions Violation for Publish to "ok.no"'`
	u.Expect("+OK", denied, denied, "+OK", `-ERR 'Permissions Violation for Publish with Reply of "_R_.x"'`, "+OK",
		"-ERR 'Invalid Publish Subject'", `-ERR 'Permissions Violation for Publish to "no.*"'`,
		`-ERR 'Permissions Violation for Publish to "$NRG.a"'`, "PONG")
	root.Expect("MSG ok.a 1 1", "1", "MSG ok.a 1 1", "4", "MSG ok.a 1 1", "6")
	root.Quiet()
	after := b.Stats().Ledger
	assert.EqualValues(t, 8, after.In-before.In)
	assert.EqualValues(t, 3, after.Routed-before.Routed)
	assert.EqualValues(t, 5, after.Refused-before.Refused)
}

func TestRefusedSubscribe(t *testing.T) {
	b := guests(t, access.Permissions{Subscribe: access.Rules{Allow: []string{"in.*", "jobs workers"}}})
	u := b.Client(t)
	u.Send(`CONNECT {"user":"u","pass":"p"}`)
	u.Expect("+OK")
	u.Send("SUB no 1", "SUB in.a 1", "SUB no 1", "SUB jobs 2", "SUB jobs others 2", "SUB jobs workers 2", "SUB in.b _sys_ 3", "PUB in.a 0", "")
	u.Expect(`-ERR 'Permissions Violation for Subscription to "no"'`, "+OK", // the sid is still free
		`-ERR 'Permissions Violation for Subscription to "no"'`,
		`-ERR 'Permissions Violation for Subscription to "jobs"'`,
		`-ERR 'Permissions Violation for Subscription to "jobs" using queue "others"'`, "+OK",
		`-ERR 'Permissions Violation for Subscription to "in.b" using queue "_sys_"'`,
		"+OK", "MSG in.a 1 0", "")
}

// TestFilter: what a client may not receive does not reach it by any way, and is
// as if it had not been sent.
func TestFilter(t *testing.T) {
	rules := access.Permissions{Subscribe: access.Rules{Deny: []string{"a.no"}}}

	t.Run("run", func(t *testing.T) {
		b := guests(t, rules)
		u, root, other := as(t, b, "u", "p"), as(t, b, "root", "r"), as(t, b, "root", "r")
		u.Send("SUB a.* 1", "UNSUB 1 2")
		u.Fence()
		other.Send("SUB a.> 1")
		other.Fence()
		root.Send("PUB a.no 1", "1", "PUB a.no 1", "2", "PUB a.yes 1", "3", "PUB a.no 1", "4", "PUB a.yes 1", "5", "PUB a.yes 1", "6")
		root.Fence()
		u.Expect("MSG a.yes 1 1", "3", "MSG a.yes 1 1", "5") // and none of the others counted for max
		u.Quiet()
		other.Expect("MSG a.no 1 1", "1", "MSG a.no 1 1", "2", "MSG a.yes 1 1", "3", "MSG a.no 1 1", "4", "MSG a.yes 1 1", "5", "MSG a.yes 1 1", "6")
	})
	t.Run("own", func(t *testing.T) {
		u := as(t, guests(t, rules), "u", "p")
		u.Send("SUB > 1", "PUB a.no 1", "1", "PUB a.yes 1", "2")
		u.Expect("MSG a.yes 1 1", "2")
		u.Quiet()
	})
	t.Run("queue", func(t *testing.T) {
		b := guests(t, rules)
		u, root, other := as(t, b, "u", "p"), as(t, b, "root", "r"), as(t, b, "root", "r")
		u.Send("SUB a.* q 1")
		u.Fence()
		other.Send("SUB a.no q 1")
		other.Fence()
		for range 20 {
			root.Send("PUB a.no 0", "")
			other.Expect("MSG a.no 1 0", "")
		}
		u.Quiet()
		other.Send("UNSUB 1")
		other.Fence()
		root.Send("SUB inbox 9", "PUB a.no inbox 0", "") // nobody is left who may have it
		root.Expect("HMSG inbox 9 36 36", "NATS/1.0 503", "Nats-Subject: a.no", "", "")
	})
	t.Run("queue by its name", func(t *testing.T) {
		b := guests(t, access.Permissions{Subscribe: access.Rules{Deny: []string{"a.no q"}}})
		u, root := as(t, b, "u", "p"), as(t, b, "root", "r")
		u.Send("SUB a.* q 1", "SUB a.* r 2")
		u.Fence()
		root.Send("PUB a.no 0", "")
		u.Expect("MSG a.no 2 0", "")
		u.Quiet()
	})
	t.Run("no responders", func(t *testing.T) {
		u := as(t, guests(t, rules), "u", "p")
		u.Send("SUB a.* 1", "PUB nobody a.no 0", "", "PUB nobody a.yes 0", "")
		u.Expect("HMSG a.yes 1 38 38", "NATS/1.0 503", "Nats-Subject: nobody", "", "")
		u.Quiet()
	})
}

func TestResponses(t *testing.T) {
	t.Run("bounds", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			b := guests(t, access.Permissions{Responses: &access.Responses{Max: 2, Expires: time.Second}})
			u, root := as(t, b, "u", "p"), as(t, b, "root", "r")
			u.Send("SUB req q 1")
			u.Fence()
			root.Send("SUB back 1", "PUB req back 1", "?")
			u.Expect("MSG req 1 back 1", "?")
			u.Send("PUB back 1", "1", "PUB back 1", "2", "PUB back 1", "3", "PUB else 1", "4")
			u.Expect(`-ERR 'Permissions Violation for Publish to "back"'`, `-ERR 'Permissions Violation for Publish to "else"'`)
			root.Expect("MSG back 1 1", "1", "MSG back 1 1", "2")
			root.Send("PUB req back 1", "?")
			u.Expect("MSG req 1 back 1", "?")
			actorstest.Advance(t, time.Second+1)
			u.Send("PUB back 1", "5")
			u.Expect(`-ERR 'Permissions Violation for Publish to "back"'`)
			root.Quiet()
		})
	})
	t.Run("to itself in one read", func(t *testing.T) {
		u := as(t, guests(t, access.Permissions{Publish: access.Rules{Allow: []string{"req"}}, Responses: &access.Responses{}}), "u", "p")
		u.Send("SUB req 1", "SUB back 2", "PUB req back 1", "?", "PUB back 1", "!", "PUB back 1", "!")
		u.Expect("MSG req 1 back 1", "?", "MSG back 2 1", "!", `-ERR 'Permissions Violation for Publish to "back"'`)
	})
	t.Run("many requests at once", func(t *testing.T) {
		b := guests(t, access.Permissions{Responses: &access.Responses{}})
		u, root := as(t, b, "u", "p"), as(t, b, "root", "r")
		u.Send("SUB req 1")
		u.Fence()
		const n = 500
		var ask, answer strings.Builder
		for i := range n {
			fmt.Fprintf(&ask, "PUB req back.%d 1000\r\n%01000d\r\n", i, i) // more than one buffer
			fmt.Fprintf(&answer, "PUB back.%d 3\r\n%03d\r\n", i, i)
		}
		root.Send("SUB back.* 1")
		root.Write(ask.String())
		for i := range n {
			u.Expect(fmt.Sprintf("MSG req 1 back.%d 1000", i), fmt.Sprintf("%01000d", i))
		}
		u.Write(answer.String())
		for i := range n {
			root.Expect(fmt.Sprintf("MSG back.%d 1 3", i), fmt.Sprintf("%03d", i))
		}
		u.Quiet()
	})
}
