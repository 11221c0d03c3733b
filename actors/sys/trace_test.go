package sys_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/troupe-mq/troupe/actors"
	"github.com/troupe-mq/troupe/actors/access"
	"github.com/troupe-mq/troupe/actors/actorstest"
	"github.com/troupe-mq/troupe/actors/sys"
)

// traced are accounts that share a stream and services: one that lets itself be traced, and one that does not.
func traced() actors.Config {
	user := func(name string) []access.User { return []access.User{{Name: name, Password: name}} }
	c := two
	c.Accounts = []access.Account{
		two.Accounts[0],
		{
			Name: "APP", Users: []access.User{
				{Name: "app", Password: "app"},
				{Name: "narrow", Password: "narrow", Permissions: &access.Permissions{Publish: access.Rules{Allow: []string{"a"}}}},
			},
			Mappings: []access.Mapping{{Source: "old", Destinations: []access.Destination{{Subject: "new", Weight: 100}}}},
			Exports:  []access.Export{{Stream: "ev"}, {Service: "open", AllowTrace: true}, {Service: "shut"}},
			Trace:    access.Trace{Dest: "outside"},
		},
		{Name: "SEES", Users: user("sees"), Imports: []access.Import{
			{Account: "APP", Stream: "ev", AllowTrace: true}, {Account: "APP", Service: "open"}, {Account: "APP", Service: "shut"},
		}},
		{Name: "BLIND", Users: user("blind"), Imports: []access.Import{{Account: "APP", Stream: "ev"}}},
	}
	return c
}

// askTrace publishes a message that is to be traced.
func askTrace(c *actorstest.Client, subject, more string) {
	headers := "NATS/1.0\r\nNats-Trace-Dest: td\r\n" + more + "\r\n"
	c.Send(fmt.Sprintf("HPUB %s %d %d", subject, len(headers), len(headers)+2), headers+"hi")
}

// steps are the events of the next trace, each in a few words.
func steps(t *testing.T, c *actorstest.Client, subject string) (all []string) {
	t.Helper()
	for _, e := range next(t, c, subject)["events"].([]any) {
		m := e.(map[string]any)
		word := fmt.Sprint(m["type"])
		for _, key := range []string{"name", "acc", "subj", "from", "to", "sub", "queue", "error"} {
			if v, ok := m[key]; ok {
				word += fmt.Sprintf(" %s=%v", key, v)
			}
		}
		all = append(all, word)
	}
	return all
}

// TestTraces: who asks where a message goes is told, of each account as much as that allows.
func TestTraces(t *testing.T) {
	bubble(t, traced(), sys.Config{}, func(t *testing.T, b *actorstest.Broker) {
		app, sees, blind, watch := login(t, b, "app"), login(t, b, "sees"), login(t, b, "blind"), login(t, b, "app")
		watch.Send("SUB td 1", "SUB outside 2")
		app.Send("SUB new 1", "SUB n* 2", "SUB new q 3", "SUB open 4", "SUB shut 5")
		sees.Send("SUB ev 1", "SUB td 9")
		blind.Send("SUB ev 1")
		for _, c := range []*actorstest.Client{watch, app, sees, blind} {
			c.Fence()
		}
		const only = "Nats-Trace-Only: true\r\n"

		askTrace(app, "old", only)
		assert.Equal(t, []string{"in name=app acc=APP subj=old", "sm to=new", "eg name=app sub=new", "eg name=app sub=new queue=q"}, steps(t, watch, "td"))
		app.Fence()
		app.Quiet() // it was only to be traced

		askTrace(app, "nobody", only)
		assert.Equal(t, []string{"in name=app acc=APP subj=nobody"}, steps(t, watch, "td"))

		askTrace(app, "ev", only)
		assert.Equal(t, []string{
			"in name=app acc=APP subj=ev", "se acc=SEES to=ev", "eg name=sees acc=SEES sub=ev", "se acc=BLIND to=ev",
		}, steps(t, watch, "td"))

		askTrace(sees, "open", only)
		assert.Equal(t, []string{"in name=sees acc=SEES subj=open", "si acc=APP from=open to=open", "eg name=app acc=APP sub=open"}, steps(t, sees, "td"))
		askTrace(sees, "shut", only)
		assert.Equal(t, []string{"in name=sees acc=SEES subj=shut", "si acc=APP from=shut to=shut"}, steps(t, sees, "td"))
	})
}

// TestTracedAndDelivered: a trace takes nothing away.
func TestTracedAndDelivered(t *testing.T) {
	bubble(t, traced(), sys.Config{}, func(t *testing.T, b *actorstest.Broker) {
		app, watch := login(t, b, "app"), login(t, b, "app")
		watch.Send("SUB td 1", "SUB outside 2", "SUB a 3")
		watch.Fence()

		askTrace(app, "a", "")
		watch.Expect("HMSG a 3 33 35", "NATS/1.0", "Nats-Trace-Dest: td", "", "hi")
		assert.Equal(t, []string{"in name=app acc=APP subj=a", "eg name=app sub=a"}, steps(t, watch, "td"))

		const sampled = "NATS/1.0\r\ntraceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01\r\n\r\n"
		app.Send(fmt.Sprintf("HPUB b %d %d", len(sampled), len(sampled)), sampled)
		assert.Equal(t, []string{"in name=app acc=APP subj=b"}, steps(t, watch, "outside"), "where the account says")
	})
}

// TestTraceNeedsTheRight: a trace is a publication like any other.
func TestTraceNeedsTheRight(t *testing.T) {
	bubble(t, traced(), sys.Config{}, func(t *testing.T, b *actorstest.Broker) {
		narrow, watch := login(t, b, "narrow"), login(t, b, "app")
		watch.Send("SUB > 1")
		watch.Fence()
		askTrace(narrow, "a", "")
		narrow.Expect(`-ERR 'Permissions Violation for Publish to "td"'`)
		watch.Fence()
		watch.Quiet()
	})
}
