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

// replyOf is the reply in a MSG line.
func replyOf(t *testing.T, line string) string {
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
	reply := replyOf(t, a.Line())
	a.Expect("ask", "MSG svc.2.1 1 0", "")
	a.Send("PUB "+reply+" 6", "answer", "PUB "+reply+" 6", "anothr")
	b.Expect("MSG in.1 2 6", "answer")
	a.Fence()
	b.Quiet()
	b.Send("HPUB my.echo in.2 18 21", "NATS/1.0", "K: v", "", "ask")
	b.Expect("HMSG my.echo 3 in.2 18 21", "NATS/1.0", "K: v", "", "ask")
	assert.Regexp(t, `^MSG svc.echo 1 _R_\..* 3$`, a.Line(), "it has not asked for headers")
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
	broker, a, _, c := trade(t, 2)
	b := headless(t, broker, "B", "B")
	a.Send("SUB svc.echo 1")
	a.Fence()
	b.Send("SUB my.echo 1")
	b.Fence()
	c.Send("SUB in 1", "PUB far.echo in 3", "ask")
	near, far := replyOf(t, b.Line()), replyOf(t, a.Line())
	assert.NotEqual(t, near, far)
	b.Expect("ask")
	a.Expect("ask")
	a.Send("PUB "+far+" 1", "1")
	c.Expect("MSG in 1 1", "1")
	b.Send("PUB "+near+" 1", "2") // that route is used up
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
		reply := replyOf(t, a.Line())
		a.Expect("")
		a.Send("PUB "+reply+" 1", "1", "PUB "+reply+" 1", "2", "PUB "+reply+" back 1", "3", "PUB "+reply+" 0", "", "PUB "+reply+" 1", "4")
		b.Expect("MSG in 1 1", "1", "MSG in 1 1", "2")
		toAnswer := replyOf(t, b.Line())
		b.Expect("3", "MSG in 1 0", "")
		b.Quiet()
		a.Send("SUB back 3")
		b.Send("PUB "+toAnswer+" 2", "ok") // an answer may ask for another
		a.Expect("MSG back 3 2", "ok")

		b.Send("PUB my.echo in 0", "")
		reply = replyOf(t, a.Line())
		a.Expect("")
		actorstest.Advance(t, time.Minute-time.Second)
		a.Expect("PING")
		b.Expect("PING")
		a.Send("PUB "+reply+" 1", "1")
		b.Expect("MSG in 1 1", "1")
		b.Send("PUB my.echo in 0", "")
		reply = replyOf(t, a.Line())
		a.Expect("")
		actorstest.Advance(t, time.Minute)
		a.Send("PUB "+reply+" 1", "1")
		b.Quiet()
	})
}

// TestReplyRoutesAreReserved: nobody may pretend to be one, and what is published to one
// that is not there is published like anything else.
func TestReplyRoutesAreReserved(t *testing.T) {
	_, a, b, _ := trade(t, 1)
	a.Send("SUB _R_.> 1", "PUB _R_.x 1", "x")
	a.Expect("MSG _R_.x 1 1", "x")
	b.Send("PUB my.echo _R_.x 1", "x")
	b.Expect(`-ERR 'Permissions Violation for Publish with Reply of "_R_.x"'`)
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
			reply := asked(t, service, "ask")
			service.Send("PUB "+reply+" svc.again 2", "ok")
			further := replyOf(t, client.Line())
			client.Expect("ok")
			service.Expect("MSG "+reply+" 1 svc.again 2", "ok") // its own, since it listens to everything
			client.Send("PUB "+further+" svc.in.2 4", "more")
			again := replyOf(t, service.Line())
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
		reply := replyOf(t, a.Line())
		a.Expect(fmt.Sprintf("%02d", i), "MSG svc.echo 1 2", fmt.Sprintf("%02d", i))
		b.Expect("MSG other 2 2", fmt.Sprintf("%02d", i), "MSG other 2 2", fmt.Sprintf("%02d", i))
		fmt.Fprintf(&answers, "PUB %s 2\r\n%02d\r\n", reply, i)
	}
	a.Write(answers.String())
	for i := range rounds {
		b.Expect("MSG in 1 2", fmt.Sprintf("%02d", i))
	}
	l := settled(t, broker.Broker)
	assert.EqualValues(t, 5*rounds, l.Routed)
	assert.EqualValues(t, 5*rounds, l.Copies)
}
