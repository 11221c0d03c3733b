package actors_test

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/asynkron/protoactor-go/actor"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/actors"
	"github.com/troupe-mq/troupe/actors/access"
	"github.com/troupe-mq/troupe/actors/actorstest"
	"github.com/troupe-mq/troupe/actors/client"
)

// chain is accounts of which A asks B, and B has some of it from C, and of the system account.
func chain() []access.Account {
	a, b, c, sys := tenant("A"), tenant("B"), tenant("C"), tenant("SYS")
	for _, name := range []string{"plain", "shared", "far", "far.shared", "shared.far"} {
		b.Exports = append(b.Exports, access.Export{Service: name})
		a.Imports = append(a.Imports, access.Import{Account: "B", Service: name, Share: strings.HasPrefix(name, "shared")})
	}
	for _, name := range []string{"far", "far.shared", "shared.far"} {
		c.Exports = append(c.Exports, access.Export{Service: name})
		b.Imports = append(b.Imports, access.Import{Account: "C", Service: name, Share: strings.HasSuffix(name, ".shared")})
	}
	sys.Exports = []access.Export{{Service: "ask"}}
	a.Imports = append(a.Imports, access.Import{Account: "SYS", Service: "ask", To: "watch"})
	return []access.Account{a, b, c, sys}
}

// heard reads an HMSG with one header from its second line on, and gives the header's value.
func heard(t *testing.T, c *actorstest.Client, subject, payload string) string {
	t.Helper()
	line := strings.Fields(c.Line())
	require.Greater(t, len(line), 4, line)
	require.Equal(t, []string{"HMSG", subject, "1"}, line[:3])
	c.Expect("NATS/1.0")
	info, ok := strings.CutPrefix(c.Line(), "Nats-Request-Info: ")
	require.True(t, ok)
	c.Expect("", payload)
	head, err := strconv.Atoi(line[len(line)-2])
	require.NoError(t, err)
	assert.Equal(t, len("NATS/1.0\r\nNats-Request-Info: \r\n\r\n")+len(info), head)
	assert.Equal(t, strconv.Itoa(head+len(payload)), line[len(line)-1])
	return info
}

// asked reads a request, and gives the reply in it.
func asked(t *testing.T, c *actorstest.Client, payload string) string {
	t.Helper()
	reply := regexp.MustCompile(`_R_\.[A-Z0-9]{20,}`).FindString(c.Line())
	require.NotEmpty(t, reply)
	c.Expect("NATS/1.0")
	require.Contains(t, c.Line(), "Nats-Request-Info: ")
	c.Expect("", payload)
	return reply
}

// withHeaders is an HPUB.
func withHeaders(subject, reply, headers, payload string) string {
	block := "NATS/1.0\r\n" + headers + "\r\n"
	return fmt.Sprintf("HPUB %s %s %d %d\r\n%s%s", subject, reply, len(block), len(block)+len(payload), block, payload)
}

// TestServicesHearWhoAsks: the account always, its client where the account shares that, and in the words of nats-server.
func TestServicesHearWhoAsks(t *testing.T) {
	broker := actorstest.Start(t, actors.Config{Accounts: chain(), SystemAccount: "SYS", ServerName: "S", ClusterName: "N"})
	a := broker.Client(t)
	a.Send(`CONNECT {"verbose":false,"headers":true,"no_responders":true,"user":"A","pass":"A","name":"n<a>","lang":"go","version":"1"}`)
	a.Fence()
	services := map[string]*actorstest.Client{}
	for _, name := range []string{"B", "C", "SYS"} {
		services[name] = as(t, broker, name, name)
	}
	for _, c := range services {
		c.Send("SUB > 1")
		c.Fence()
	}
	const (
		rtt    = `"rtt":\d+`
		shared = `{"start":"[-0-9T:.]+Z","id":1,"acc":"A",%s"user":"A","name":"n\\u003ca\\u003e","lang":"go","ver":"1",` + rtt +
			`,"server":"S","cluster":"N","kind":"Client","client_type":"nats"}`
	)
	for _, tt := range []struct{ subject, account, there, want string }{
		{"plain", "B", "plain", `{"acc":"A",` + rtt + `}`},
		{"shared", "B", "shared", fmt.Sprintf(shared, "")},
		{"far", "B", "far", `{"acc":"A",` + rtt + `}`},
		{"far", "C", "far", `{"acc":"A","svc":"B",` + rtt + `}`},
		{"far.shared", "B", "far.shared", `{"acc":"A",` + rtt + `}`},
		{"far.shared", "C", "far.shared", `{"acc":"A","svc":"B",` + rtt + `,"server":"S","cluster":"N"}`},
		{"shared.far", "B", "shared.far", fmt.Sprintf(shared, "")},
		{"shared.far", "C", "shared.far", fmt.Sprintf(shared, `"svc":"B",`)},
		{"watch", "SYS", "ask", `{"acc":"A",` + rtt + `,"server":"S","cluster":"N"}`},
	} {
		for _, request := range []string{
			"PUB " + tt.subject + " in 2\r\nhi",
			withHeaders(tt.subject, "in", "", "hi"),
			withHeaders(tt.subject, "in", "Nats-Request-Info: {\"acc\":\"root\",\"svc\":\"x\"}\r\nnats-request-info: y\r\n", "hi"),
		} {
			a.Send(request)
			a.Fence()
			assert.Regexp(t, "^"+tt.want+"$", heard(t, services[tt.account], tt.there, "hi"), "%s in %s", tt.subject, tt.account)
			for _, c := range services {
				drain(c)
			}
		}
	}
}

// drain forgets what has come so far.
func drain(c *actorstest.Client) {
	c.Send("PING")
	for c.Line() != "PONG" {
		continue
	}
}

// TestHeadersOfAnAnswer: they are the service's own.
func TestHeadersOfAnAnswer(t *testing.T) {
	broker := actorstest.Start(t, actors.Config{Accounts: chain(), SystemAccount: "SYS"})
	a, b := as(t, broker, "A", "A"), as(t, broker, "B", "B")
	b.Send("SUB plain 1")
	b.Fence()
	a.Send("SUB in 2", withHeaders("plain", "in", "K: v\r\n", "ask"))
	route := regexp.MustCompile(`_R_\.\S+`).FindString(b.Line())
	b.Expect("NATS/1.0", "K: v")
	b.Line()
	b.Expect("", "ask")
	b.Send(withHeaders(route, "", "K: w\r\n", "ok"))
	a.Expect("HMSG in 2 18 20", "NATS/1.0", "K: w", "", "ok")
}

// TestActorsAsk: an actor is a client like others. What a part of the broker asks has no such header, nor one that it was
// given by somebody else.
func TestActorsAsk(t *testing.T) {
	broker := actorstest.Start(t, actors.Config{Accounts: chain(), SystemAccount: "SYS"})
	b := as(t, broker, "B", "B")
	b.Send("SUB plain 1")
	b.Fence()
	ask := func(name string, internal bool, h client.Header) {
		produce := func() actor.Actor {
			return actor.ReceiveFunc(func(ctx actor.Context) {
				if _, ok := ctx.Message().(*actor.Started); ok {
					c, err := client.Join(ctx, client.Options{Account: "A", Internal: internal})
					if assert.NoError(t, err) {
						assert.NoError(t, c.Publish(&client.Message{Subject: "plain", Header: h, Data: []byte("ask")}))
						c.Close()
					}
				}
			})
		}
		_, err := broker.Spawn(t.Context(), actors.ActorSpec{Name: name, Produce: produce})
		require.NoError(t, err)
	}
	ask("actor", false, nil)
	assert.Regexp(t, `^{"acc":"A"(,"rtt":\d+)?}$`, heard(t, b, "plain", "ask"))
	ask("part", true, nil)
	b.Expect("MSG plain 1 3", "ask")
	ask("relay", true, client.Header{"Nats-Request-Info": {`{"acc":"root"}`}, "K": {"v"}})
	b.Expect("HMSG plain 1 18 21", "NATS/1.0", "K: v", "", "ask")
}
