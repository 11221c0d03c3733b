package actors_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/troupe-mq/troupe/actors/access"
	"github.com/troupe-mq/troupe/actors/actorstest"
)

// importing are two accounts, of which Y imports a service of X.
func importing() []access.Account {
	x, y := tenant("X"), tenant("Y")
	x.Exports = []access.Export{{Service: "svc"}}
	y.Imports = []access.Import{{Account: "X", Service: "svc"}}
	return []access.Account{x, y}
}

// TestSpokeAsksGroup: a request of a leaf node comes to one member of a queue group in the account that offers the service, be it
// a client, or behind another leaf node, of the same cluster too.
func TestSpokeAsksGroup(t *testing.T) {
	c := open()
	c.Accounts = importing()
	broker := actorstest.Start(t, c)
	asks, _ := attach(t, broker, "L1", "user", "Y", "pass", "Y", "cluster", "L")
	service := broker.Client(t)
	service.Send(`CONNECT {"verbose":false,"user":"X","pass":"X"}`, "SUB svc q 1")
	service.Fence()
	asks.send("LS+ in", "LMSG svc in 2", "hi", "")
	head := strings.Fields(service.Line())
	service.Expect("hi")
	service.Send("PUB "+head[3]+" 2", "ho", "UNSUB 1")
	asks.until("LMSG in 2")
	service.Fence()

	other, _ := attach(t, broker, "L2", "user", "X", "pass", "X", "cluster", "L")
	other.send("LS+ svc q 1", "")
	other.quiet()
	asks.send("LMSG svc in 2", "hi", "")
	head = other.head("HMSG svc ")
	assert.Equal(t, []string{"+", "q"}, []string{head[2], head[4]})
}

// TestAnswerToGroup: an answer that comes over a route is for whoever wants it in the account of the request: a queue group, or
// another server.
func TestAnswerToGroup(t *testing.T) {
	c := clustered()
	c.Accounts = importing()
	broker := actorstest.Start(t, c)
	a, b := visit(t, broker, "A"), visit(t, broker, "B")
	a.join()
	b.join()
	a.hearInfo() // of B
	a.send("RS+ X svc", "")
	a.quiet()
	b.send("RS+ Y in.2", "")
	b.quiet()
	asks := broker.Client(t)
	ask := func(reply string) string {
		asks.Send("PUB svc "+reply+" 2", "hi")
		return a.head("HMSG X svc ")[3]
	}
	asks.Send(`CONNECT {"verbose":false,"user":"Y","pass":"Y"}`, "SUB in.1 q 1")
	a.send("RMSG X "+ask("in.1")+" 2", "ho", "")
	asks.Expect("MSG in.1 1 2", "ho")
	a.send("RMSG X "+ask("in.2")+" 2", "ho", "")
	b.until("RMSG Y in.2 2")
}

// head is the words of the next line that begins so.
func (f *leaf) head(with string) []string {
	f.t.Helper()
	for {
		if line := f.line(); strings.HasPrefix(line, with) {
			return strings.Fields(line)
		}
	}
}
