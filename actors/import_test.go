package actors_test

import (
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/actors"
	"github.com/troupe-mq/troupe/actors/access"
	"github.com/troupe-mq/troupe/actors/actorstest"
)

// partners are accounts of which A exports, B imports from it, and C from B.
func partners() []access.Account {
	a, b, c := tenant("A"), tenant("B"), tenant("C")
	a.Exports = []access.Export{
		{Stream: "pub.>"},
		{Stream: "w.*.*"},
		{Stream: "priv.x", Private: true, Accounts: []string{"C"}},
		{Service: "svc.>", Threshold: time.Minute},
		{Service: "many", Responses: access.Chunked},
	}
	b.Imports = []access.Import{
		{Account: "A", Stream: "pub.>", Prefix: "fromA"},
		{Account: "A", Stream: "w.*.*", To: "x.$2.{{wildcard(1)}}"},
		{Account: "A", Service: "svc.echo", To: "my.echo"},
		{Account: "A", Service: "svc.$2.$1", To: "swap.*.*"},
		{Account: "A", Service: "many"},
	}
	b.Exports = []access.Export{{Service: "my.echo"}, {Stream: "fromA.>"}}
	c.Imports = []access.Import{
		{Account: "A", Stream: "priv.x", To: "got.x"},
		{Account: "B", Service: "my.echo", To: "far.echo"},
		{Account: "B", Stream: "fromA.>"},
	}
	return []access.Account{a, b, c}
}

// trade is a broker with partners, and one client of each.
func trade(t *testing.T, partitions int) (broker *actorstest.Broker, a, b, c *actorstest.Client) {
	t.Helper()
	broker = actorstest.Start(t, actors.Config{Partitions: partitions, Accounts: partners()})
	return broker, as(t, broker, "A", "A"), as(t, broker, "B", "B"), as(t, broker, "C", "C")
}

func TestStreamImport(t *testing.T) {
	tests := []struct {
		pattern, published, seen string // seen is empty for not at all
	}{
		{"fromA.pub.x", "pub.x", "fromA.pub.x"},
		{"fromA.pub.x", "pub.y", ""},
		{"fromA.pub.*", "pub.x", "fromA.pub.x"},
		{"fromA.>", "pub.x.y", "fromA.pub.x.y"},
		{">", "pub.x", "fromA.pub.x"},
		{"*.*.y", "pub.y", "fromA.pub.y"},
		{"*.*.y", "pub.x", ""},
		{"pub.x", "pub.x", ""},
		{"fromA.>", "other", ""},
		{"x.*.q", "w.q.p", "x.p.q"},
		{"x.*.q", "w.p.q", ""},
		{"x.p.q", "w.q.p", "x.p.q"},
		{"x.>", "w.q.p", "x.p.q"},
		{"got.x", "priv.x", ""},
	}
	for _, partitions := range []int{1, 4} {
		_, a, b, _ := trade(t, partitions)
		for _, tt := range tests {
			for _, queue := range []string{"", "group "} {
				b.Send("SUB " + tt.pattern + " " + queue + "1")
				b.Fence()
				a.Send("PUB "+tt.published+" reply.to 2", "ab")
				a.Fence()
				if tt.seen != "" {
					b.Expect("MSG "+tt.seen+" 1 reply.to 2", "ab")
				}
				b.Send("UNSUB 1")
				b.Fence()
				a.Send("PUB "+tt.published+" 2", "cd")
				a.Fence()
				b.Quiet()
			}
		}
	}
}

func TestStreamImportOfFewAccounts(t *testing.T) {
	_, a, b, c := trade(t, 2)
	c.Send("SUB > 1")
	c.Fence()
	a.Send("PUB priv.x 1", "p", "PUB pub.x 1", "q")
	a.Fence()
	c.Expect("MSG got.x 1 1", "p")
	b.Send("PUB fromA.own 1", "o")
	c.Expect("MSG fromA.own 1 1", "o")
	c.Quiet() // what an account imports it does not export
}

// TestMaxCountsShadows: what comes from both accounts counts for one UNSUB.
func TestMaxCountsShadows(t *testing.T) {
	broker, a, b, _ := trade(t, 3)
	b.Send("SUB > 1", "SUB > 2", "UNSUB 1 3")
	b.Fence()
	for i, c := range []*actorstest.Client{a, b, a, a, b} {
		c.Send(fmt.Sprintf("PUB pub.x %d", 1), fmt.Sprint(i))
	}
	a.Fence()
	b.Send("PING")
	count := map[string]int{}
	for line := b.Line(); line != "PONG"; line = b.Line() {
		if f := strings.Fields(line); len(f) == 4 {
			count[f[2]]++
		}
	}
	assert.Equal(t, map[string]int{"1": 3, "2": 5}, count)
	require.Eventually(t, func() bool {
		_, _, all := subscribers(t, broker)
		return all == 2 // that of B and its shadow
	}, time.Minute, time.Millisecond)
	settled(t, broker.Broker)
}

// subscribers counts who gets pub.x in A and in B.
func subscribers(t *testing.T, b *actorstest.Broker) (inA, inB, both int) {
	t.Helper()
	of := func(account string) int {
		got, err := b.Subscribers(t.Context(), account, "pub.x")
		require.NoError(t, err)
		return len(got)
	}
	inA, inB = of("A"), of("B")
	return inA, inB, inA + inB
}

// TestShadowsEndWithTheirConnection: and with its identity.
func TestShadowsEndWithTheirConnection(t *testing.T) {
	broker, _, b, c := trade(t, 2)
	b.Send("SUB fromA.pub.x 1", "SUB > 2")
	b.Fence()
	inA, inB, _ := subscribers(t, broker)
	assert.Equal(t, []int{2, 1}, []int{inA, inB})
	b.Send(`CONNECT {"user":"A","pass":"A"}`)
	b.Fence()
	c.Close()
	_, _, all := subscribers(t, broker)
	assert.Zero(t, all)
	other := as(t, broker, "B", "B")
	other.Send("SUB fromA.> 1")
	other.Fence()
	other.Close()
	require.Eventually(t, func() bool {
		_, _, all := subscribers(t, broker)
		return all == 0
	}, time.Minute, time.Millisecond)
}

// TestPermissionsOfImports: rules are about what a subject is called in the
// account of whom they are for.
func TestPermissionsOfImports(t *testing.T) {
	accounts := partners()
	accounts[1].Users[0].Permissions = &access.Permissions{
		Subscribe: access.Rules{Deny: []string{"fromA.pub.no"}},
		Publish:   access.Rules{Deny: []string{"my.echo"}},
	}
	broker := actorstest.Start(t, actors.Config{Accounts: accounts})
	a, b := as(t, broker, "A", "A"), as(t, broker, "B", "B")
	b.Send("SUB fromA.> 1", "UNSUB 1 2", "SUB fromA.pub.no 2")
	b.Expect(`-ERR 'Permissions Violation for Subscription to "fromA.pub.no"'`)
	b.Fence()
	a.Send("PUB pub.no 1", "1", "PUB pub.yes 1", "2", "PUB pub.no 1", "3", "PUB pub.yes 1", "4", "SUB svc.echo 5")
	b.Expect("MSG fromA.pub.yes 1 1", "2", "MSG fromA.pub.yes 1 1", "4")
	a.Fence()
	b.Send("PUB my.echo 1", "x")
	b.Expect(`-ERR 'Permissions Violation for Publish to "my.echo"'`)
	a.Quiet()
}

// wayOf is the reply in a MSG line.
func wayOf(t *testing.T, line string) string {
	t.Helper()
	f := strings.Fields(line)
	require.Len(t, f, 5, line)
	require.Regexp(t, `^_R_\.[A-Z0-9]{20,}$`, f[3])
	return f[3]
}

func TestServiceImport(t *testing.T) {
	broker, a, b, _ := trade(t, 3)
	a.Send("SUB svc.> 1")
	a.Fence()
	b.Send("SUB in.* 2", "SUB my.> 3", "PUB my.echo in.1 3", "ask", "PUB swap.1.2 0", "")
	b.Expect("MSG my.echo 3 in.1 3", "ask")
	way := wayOf(t, a.Line())
	a.Expect("ask", "MSG svc.2.1 1 0", "")
	a.Send("PUB "+way+" 6", "answer", "PUB "+way+" 6", "anothr")
	b.Expect("MSG in.1 2 6", "answer")
	a.Fence()
	b.Quiet()
	b.Send("HPUB my.echo in.2 18 21", "NATS/1.0", "K: v", "", "ask")
	b.Expect("HMSG my.echo 3 in.2 18 21", "NATS/1.0", "K: v", "", "ask")
	assert.Contains(t, a.Line(), " 18 21")
	settled(t, broker.Broker)
}

// TestServiceWithoutResponders: nobody is there in the other account, and the
// requester hears of it in its own.
func TestServiceWithoutResponders(t *testing.T) {
	broker, _, b, c := trade(t, 2)
	for i, r := range []struct {
		from    *actorstest.Client
		subject string
	}{{b, "my.echo"}, {c, "far.echo"}} {
		in := fmt.Sprintf("in.%d", i)
		r.from.Send("SUB "+in+" 1", "PUB "+r.subject+" "+in+" 1", "x")
		r.from.Expect(fmt.Sprintf("HMSG %s 1 %d %[2]d", in, 32+len(r.subject)), "NATS/1.0 503", "Nats-Subject: "+r.subject, "", "")
	}
	l := settled(t, broker.Broker)
	assert.EqualValues(t, 2, l.NoInterest)
}

// TestServiceOfAService: a request goes through three accounts, and its answer
// comes back through all of them.
func TestServiceOfAService(t *testing.T) {
	broker, a, b, c := trade(t, 2)
	a.Send("SUB svc.echo 1")
	a.Fence()
	b.Send("SUB my.echo 1")
	b.Fence()
	c.Send("SUB in 1", "PUB far.echo in 3", "ask")
	near, far := wayOf(t, b.Line()), wayOf(t, a.Line())
	assert.NotEqual(t, near, far)
	b.Expect("ask")
	a.Expect("ask")
	a.Send("PUB "+far+" 1", "1")
	c.Expect("MSG in 1 1", "1")
	b.Send("PUB "+near+" 1", "2") // that way is used up
	b.Fence()
	c.Quiet()
	l := settled(t, broker.Broker)
	assert.Equal(t, [2]uint64{2, 1}, [2]uint64{l.Routed, l.NoInterest})
}

// TestAnswersOfAService: as many as it has promised, in the order in which they
// were sent, and none that comes too late.
func TestAnswersOfAService(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, a, b, _ := trade(t, 2)
		a.Send("SUB svc.echo 1", "SUB many 2")
		b.Send("SUB in 1", "PUB many in 0", "")
		way := wayOf(t, a.Line())
		a.Expect("")
		a.Send("PUB "+way+" 1", "1", "PUB "+way+" 1", "2", "PUB "+way+" back 1", "3", "PUB "+way+" 0", "", "PUB "+way+" 1", "4")
		b.Expect("MSG in 1 1", "1", "MSG in 1 1", "2")
		toAnswer := wayOf(t, b.Line())
		b.Expect("3", "MSG in 1 0", "")
		b.Quiet()
		a.Send("SUB back 3")
		b.Send("PUB "+toAnswer+" 2", "ok") // an answer may ask for another
		a.Expect("MSG back 3 2", "ok")

		b.Send("PUB my.echo in 0", "")
		way = wayOf(t, a.Line())
		a.Expect("")
		actorstest.Advance(t, time.Minute-time.Second)
		a.Expect("PING")
		b.Expect("PING")
		a.Send("PUB "+way+" 1", "1")
		b.Expect("MSG in 1 1", "1")
		b.Send("PUB my.echo in 0", "")
		way = wayOf(t, a.Line())
		a.Expect("")
		actorstest.Advance(t, time.Minute)
		a.Send("PUB "+way+" 1", "1")
		b.Quiet()
	})
}

// TestWaysAreReserved: nobody may pretend to be one, and what is published to one
// that is not there is published like anything else.
func TestWaysAreReserved(t *testing.T) {
	_, a, b, _ := trade(t, 1)
	a.Send("SUB _R_.> 1", "PUB _R_.x 1", "x")
	a.Expect("MSG _R_.x 1 1", "x")
	b.Send("PUB my.echo _R_.x 1", "x")
	b.Expect(`-ERR 'Permissions Violation for Publish with Reply of "_R_.x"'`)
}

// TestOneReadOfManyRequests: requests and other messages in one batch keep their
// order.
func TestOneReadOfManyRequests(t *testing.T) {
	broker, a, b, _ := trade(t, 4)
	a.Send("SUB svc.echo 1")
	a.Fence()
	b.Send("SUB in 1", "SUB other 2")
	b.Fence()
	const rounds = 50
	var text, answers strings.Builder
	for i := range rounds {
		fmt.Fprintf(&text, "PUB my.echo in 2\r\n%02d\r\nPUB my.echo 2\r\n%02d\r\nPUB other 2\r\n%02d\r\nPUB other 2\r\n%02d\r\n", i, i, i, i)
	}
	b.Write(text.String())
	for i := range rounds {
		way := wayOf(t, a.Line())
		a.Expect(fmt.Sprintf("%02d", i), "MSG svc.echo 1 2", fmt.Sprintf("%02d", i))
		b.Expect("MSG other 2 2", fmt.Sprintf("%02d", i), "MSG other 2 2", fmt.Sprintf("%02d", i))
		fmt.Fprintf(&answers, "PUB %s 2\r\n%02d\r\n", way, i)
	}
	a.Write(answers.String())
	for i := range rounds {
		b.Expect("MSG in 1 2", fmt.Sprintf("%02d", i))
	}
	l := settled(t, broker.Broker)
	assert.EqualValues(t, 5*rounds, l.Routed)
	assert.EqualValues(t, 5*rounds, l.Copies)
}

func TestImportThatIsNotOffered(t *testing.T) {
	accounts := partners()
	accounts[1].Imports = append(accounts[1].Imports, access.Import{Account: "A", Stream: "priv.x"})
	_, err := actors.Start(t.Context(), actors.Config{NoListen: true, Accounts: accounts})
	assert.ErrorContains(t, err, `account "B": account "A" does not export the stream "priv.x" to "B"`)
}

// TestAnswerIsForTheRequester: it does not become a request where it comes back to,
// though that account imports subjects that match the reply, and it has a reply itself.
func TestAnswerIsForTheRequester(t *testing.T) {
	a, b, c := tenant("A"), tenant("B"), tenant("C")
	a.Exports = []access.Export{{Service: "svc.>"}}
	b.Imports, b.Exports = []access.Import{{Account: "A", Service: "svc.>"}}, []access.Export{{Service: "svc.>"}}
	c.Imports = []access.Import{{Account: "B", Service: "svc.>"}}
	for _, mappings := range [][]access.Mapping{nil, {{Source: "_R_.*", Destinations: []access.Destination{{Subject: "lost.$1", Weight: 100}}}}} {
		a.Mappings, b.Mappings = mappings, mappings
		broker := actorstest.Start(t, actors.Config{Partitions: 2, Accounts: []access.Account{a, b, c}})
		service := as(t, broker, "A", "A")
		service.Send("SUB > 1")
		service.Fence()
		for _, name := range []string{"B", "C"} { // from here, and through B
			client := as(t, broker, name, name)
			client.Send("SUB svc.in.> 1", "PUB svc.do svc.in.1 3", "ask")
			way := wayOf(t, service.Line())
			service.Expect("ask")
			service.Send("PUB "+way+" svc.again 2", "ok")
			further := wayOf(t, client.Line())
			client.Expect("ok")
			service.Expect("MSG "+way+" 1 svc.again 2", "ok") // its own, since it listens to everything
			client.Send("PUB "+further+" svc.in.2 4", "more")
			again := wayOf(t, service.Line())
			service.Expect("more")
			service.Send("HPUB "+again+" 12 14", "NATS/1.0", "", "ok")
			assert.Contains(t, client.Line(), "svc.in.2 1 ")
			for range 3 {
				client.Line()
			}
			service.Line()
			for range 3 {
				service.Line()
			}
			client.Fence()
			client.Quiet()
			service.Fence()
			service.Quiet()
			client.Close()
		}
		settled(t, broker.Broker)
	}
}

// TestImportsThatOverlap: a message that many imports match, account after account, is
// carried out in so many of them, and no more.
func TestImportsThatOverlap(t *testing.T) {
	var accounts []access.Account
	for i := range 4 {
		a := tenant(string(rune('A' + i)))
		for k := range 10 {
			subject := strings.Repeat("*.", k) + ">"
			a.Exports = append(a.Exports, access.Export{Service: subject})
			if i > 0 {
				a.Imports = append(a.Imports, access.Import{Account: accounts[i-1].Name, Service: subject})
			}
		}
		accounts = append(accounts, a)
	}
	log := &journal{}
	broker := actorstest.Start(t, actors.Config{Accounts: accounts, Logger: log.logger()})
	d := as(t, broker, "D", "D")
	d.Send("PUB a.b.c.d.e.f.g.h.i.j.k.l 0", "", "PUB a.b.c.d.e.f.g.h.i.j.k.l 0", "")
	d.Fence()
	assert.EqualValues(t, 2, settled(t, broker.Broker).NoInterest)
	assert.Contains(t, log.String(), "a message goes through too many accounts")
}
