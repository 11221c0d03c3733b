package sys_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/actors"
	"github.com/troupe-mq/troupe/actors/access"
	"github.com/troupe-mq/troupe/actors/actorstest"
	"github.com/troupe-mq/troupe/actors/sys"
)

// timed is a system account, a service whose answers are timed, and who asks it.
func timed(sampling int, share bool) actors.Config {
	config := two
	watch := config.Accounts[0]
	shop := access.Account{Name: "SHOP", Users: []access.User{{Name: "shop", Password: "shop"}}, Exports: []access.Export{
		{Service: "price", Threshold: 5 * time.Second, Latency: &access.Latency{Subject: "took", Sampling: sampling}},
	}}
	app := config.Accounts[1]
	app.Imports = []access.Import{{Account: "SHOP", Service: "price", Share: share}}
	config.Accounts = []access.Account{watch, app, shop}
	return config
}

// asks publishes a request and gives the reply that the service sees.
func asks(t *testing.T, app, shop *actorstest.Client) string {
	t.Helper()
	app.Send("PUB price in 1", "?")
	for {
		line := strings.Fields(shop.Line())
		for shop.Line() != "?" {
			continue
		}
		if len(line) == 6 {
			return line[3]
		}
	}
}

// took is the next measurement, whatever comes before it.
func took(t *testing.T, shop *actorstest.Client) (doc map[string]any) {
	t.Helper()
	for !strings.HasPrefix(shop.Line(), "MSG took ") {
		continue
	}
	require.NoError(t, json.Unmarshal([]byte(shop.Line()), &doc))
	return doc
}

// TestLatency: what the account of the service is told of each request, in the words of nats-server.
func TestLatency(t *testing.T) {
	bubble(t, timed(100, true), sys.Config{}, func(t *testing.T, b *actorstest.Broker) {
		app, shop := login(t, b, "app"), login(t, b, "shop")
		app.Send("SUB in 1")
		app.Fence()
		shop.Send("SUB price 1", "SUB took 2")
		shop.Fence()

		reply := asks(t, app, shop)
		actorstest.Advance(t, time.Second)
		shop.Send("PUB "+reply+" 2", "42")
		app.Expect("MSG in 1 2", "42")
		m := took(t, shop)
		assert.Equal(t, "io.nats.server.metric.v1.service_latency", m["type"])
		assert.Equal(t, 200, at(t, m, "status"))
		assert.NotContains(t, m, "description")
		assert.Equal(t, "APP", at(t, m, "requestor", "acc"))
		assert.Equal(t, "app", at(t, m, "requestor", "user"))
		assert.Equal(t, "SHOP", at(t, m, "responder", "acc"))
		assert.Equal(t, "Client", at(t, m, "responder", "kind"))
		there, back := at(t, m, "requestor", "rtt").(int), at(t, m, "responder", "rtt").(int)
		require.Positive(t, there)
		assert.Equal(t, max(int(time.Second)-back, 0), at(t, m, "service"))
		assert.Equal(t, int(time.Second)+there, at(t, m, "total"))
		assert.Equal(t, 0, at(t, m, "system"))

		app.Send("PUB price 1", "?") // where to answer is not said
		assert.Equal(t, 400, at(t, took(t, shop), "status"))

		asks(t, app, shop)
		actorstest.Advance(t, 7*time.Second)
		m = took(t, shop)
		assert.Equal(t, 504, at(t, m, "status"))
		assert.Equal(t, "Service Timeout", m["description"])
		assert.NotContains(t, m, "responder")

		reply = asks(t, app, shop)
		app.Send("UNSUB 1")
		app.Fence()
		shop.Send("PUB "+reply+" 2", "42")
		m = took(t, shop)
		assert.Equal(t, 408, at(t, m, "status"))

		shop.Send("UNSUB 1")
		shop.Fence()
		app.Send("PUB price in 1", "?")
		m = took(t, shop)
		assert.Equal(t, 503, at(t, m, "status"))
		assert.Equal(t, "Service Unavailable", m["description"])
	})
}

// TestLatencyByHeaders: a request that is part of a trace outside is timed, and no other is.
func TestLatencyByHeaders(t *testing.T) {
	bubble(t, timed(0, false), sys.Config{}, func(t *testing.T, b *actorstest.Broker) {
		app, shop := login(t, b, "app"), login(t, b, "shop")
		app.Send("SUB in 1")
		app.Fence()
		shop.Send("SUB price 1", "SUB took 2")
		shop.Fence()
		shop.Send("PUB "+asks(t, app, shop)+" 0", "")
		app.Expect("MSG in 1 0", "")
		shop.Quiet()

		head := "NATS/1.0\r\ntraceparent: 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01\r\nOther: x\r\n\r\n"
		app.Send(fmt.Sprintf("HPUB price in %d %d\r\n%s?", len(head), len(head)+1, head))
		reply := strings.Fields(shop.Line())[3]
		for shop.Line() != "?" {
			continue
		}
		shop.Send("PUB "+reply+" 0", "")
		m := took(t, shop)
		header, ok := m["header"].(map[string]any)
		require.True(t, ok)
		assert.Len(t, header, 1)
		assert.Contains(t, header, "Traceparent")
		assert.NotContains(t, m["requestor"], "user")
	})
}
