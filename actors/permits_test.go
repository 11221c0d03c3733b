package actors_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/actors"
	"github.com/troupe-mq/troupe/actors/access"
	"github.com/troupe-mq/troupe/actors/actorstest"
)

// TestFloodTakesNoPermit: a service that may only answer what it was asked answers one
// client, though another has asked without end meanwhile.
func TestFloodTakesNoPermit(t *testing.T) {
	b := actorstest.Start(t, actors.Config{Users: []access.User{
		{Name: "s", Password: "s", Permissions: &access.Permissions{Responses: &access.Responses{}}},
		{Name: "u", Password: "u"},
	}})
	service, flood, client := as(t, b, "s", "s"), as(t, b, "u", "u"), as(t, b, "u", "u")
	service.Send("SUB service 1")
	service.Fence()
	client.Send("SUB in 1", "PUB service in 0", "")
	service.Expect("MSG service 1 in 0", "")
	reply := strings.Repeat("x", 3900)
	for range 1500 {
		flood.Send("PUB service "+reply+" 0", "")
		service.Expect("MSG service 1 "+reply+" 0", "")
	}
	service.Send("PUB in 2", "ok")
	client.Expect("MSG in 1 2", "ok")
}

// TestFloodTakesNoWay: a service of another account, likewise, also where an account in
// between passes the requests on.
func TestFloodTakesNoWay(t *testing.T) {
	a, m := tenant("A"), tenant("M")
	a.Exports = []access.Export{{Service: "service"}}
	m.Imports, m.Exports = []access.Import{{Account: "A", Service: "service"}}, a.Exports
	accounts := []access.Account{a, m}
	for _, name := range []string{"B", "C"} {
		x := tenant(name)
		x.Imports = []access.Import{{Account: "M", Service: "service"}}
		accounts = append(accounts, x)
	}
	log := &journal{}
	b := actorstest.Start(t, actors.Config{Accounts: accounts, Logger: log.logger()})
	service, flood, neighbour, client := headless(t, b, "A", "A"), as(t, b, "B", "B"), as(t, b, "B", "B"), as(t, b, "C", "C")
	service.Send("SUB service 1")
	service.Fence()
	ask := func(c *actorstest.Client, reply string) string {
		c.Send("PUB service "+reply+" 0", "")
		way := replyOf(t, service.Line())
		service.Expect("")
		return way
	}
	ways := map[string]*actorstest.Client{}
	for _, c := range []*actorstest.Client{neighbour, client} {
		c.Send("SUB in 1")
		ways[ask(c, "in")] = c
	}
	reply := strings.Repeat("x", 3900)
	for range 5000 {
		ask(flood, reply)
	}
	require.Len(t, ways, 2)
	require.Contains(t, log.String(), "too many requests wait for an answer: cid=")
	require.Contains(t, log.String(), "account=B")
	for way, c := range ways {
		service.Send("PUB "+way+" 2", "ok")
		c.Expect("MSG in 1 2", "ok")
	}
}
