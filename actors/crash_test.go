package actors_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/actors"
	"github.com/troupe-mq/troupe/actors/access"
	"github.com/troupe-mq/troupe/actors/internal/lab"
	"github.com/troupe-mq/troupe/actors/report"
	"github.com/troupe-mq/troupe/supervisor"
)

// TestCrashedConnectionIsSeen: the crash of a connection is in the history, its
// end among the closed ones, and what it had queued in the ledger.
func TestCrashedConnectionIsSeen(t *testing.T) {
	b := inside(t, actors.Config{})
	p := dial(t, b)
	p.send("SUB a 1\r\nPUB a 1\r\nx\r\n")
	p.expect("MSG a 1 1", "x")
	p.flush()
	order(b, "connections/conn-1", lab.Panic)
	eventually(t, "it is gone", func() bool { return b.Stats().Connections == 0 })

	events, err := b.History(t.Context(), 1)
	require.NoError(t, err)
	require.Len(t, events, 1)
	assert.Equal(t, supervisor.Failed, events[0].What)
	assert.Equal(t, "troupe/connections/conn-1", events[0].Path)
	assert.NotEmpty(t, events[0].Stack)
	require.Len(t, events[0].Trail, 4, "what its client did last")
	assert.Regexp(t, `^\d\d:\d\d:\d\d\.\d{3} SUB a 1$`, events[0].Trail[1])
	assert.Contains(t, events[0].Trail[2], " PUB a 1")
	assert.Contains(t, events[0].Trail[3], " PING")
	closed, err := b.Connections(t.Context(), report.ConnectionQuery{State: report.ClosedConnections})
	require.NoError(t, err)
	require.Len(t, closed.Connections, 1)
	assert.Equal(t, report.InternalError, closed.Connections[0].Reason)
	l := b.Stats().Ledger
	assert.EqualValues(t, 1, l.Copies)
	assert.Equal(t, l.Copies, l.Delivered+l.Waiting+l.Dropped["internal_error"])
}

func TestCrashedConnectionHurtsNobodyElse(t *testing.T) {
	b := inside(t, actors.Config{Partitions: 2})
	sub, pub := dial(t, b), dial(t, b)
	sub.send("SUB > 1\r\n")
	sub.flush()
	for range 10 {
		victim := dial(t, b)
		victim.flush()
		order(b, fmt.Sprintf("connections/conn-%d", b.Stats().TotalConnections), lab.Panic)
		victim.expect("-ERR 'Internal Error'")
		_, err := victim.r.ReadByte()
		require.Error(t, err)
		pub.send("PUB a 0\r\n\r\n")
		sub.expect("MSG a 1 0", "")
	}
}

// crashPartitions crashes all three that there are.
func crashPartitions(b *actors.Broker) {
	for i := range 3 {
		order(b, fmt.Sprintf("partitions/part-%d", i), lab.Panic)
	}
}

func TestCrashedPartitionGetsItsSubscriptionsBack(t *testing.T) {
	b := inside(t, actors.Config{Partitions: 3})
	sub, pub := dial(t, b), dial(t, b)
	sub.send("SUB a.b.c 1\r\nSUB d.* 2\r\nSUB e.f.> 3\r\nSUB q.x g 4\r\n")
	sub.flush()
	for round := range 20 {
		crashPartitions(b)
		pub.send(fmt.Sprintf("PUB a.b.c 2\r\n%02d\r\nPUB d.e 0\r\n\r\nPUB e.f.g 0\r\n\r\nPUB q.x 0\r\n\r\n", round))
		sub.expect("MSG a.b.c 1 2", fmt.Sprintf("%02d", round), "MSG d.e 2 0", "", "MSG e.f.g 3 0", "", "MSG q.x 4 0", "")
	}
	sub.send("UNSUB 1\r\nUNSUB 2\r\nUNSUB 3\r\nUNSUB 4\r\n")
	sub.flush()
	pub.send("SUB inbox 1\r\nPUB a.b.c inbox 0\r\n\r\n")
	pub.expect("HMSG inbox 1 37 37", "NATS/1.0 503", "Nats-Subject: a.b.c", "", "")
}

// TestCrashedPartitionGetsItsShadowsBack: what a connection has in another account
// is asked for like the rest.
func TestCrashedPartitionGetsItsShadowsBack(t *testing.T) {
	a := access.Account{
		Name: "A", Users: []access.User{{Name: "a"}},
		Exports: []access.Export{{Stream: "pub.>"}, {Service: "svc"}},
	}
	b := access.Account{
		Name: "B", Users: []access.User{{Name: "b"}},
		Imports: []access.Import{{Account: "A", Stream: "pub.>", Prefix: "in"}, {Account: "A", Service: "svc"}},
	}
	broker := inside(t, actors.Config{Partitions: 3, Accounts: []access.Account{a, b}, NoAuthUser: "a"})
	pub, sub := dial(t, broker), dial(t, broker)
	pub.send(`CONNECT {"user":"a","headers":false,"no_responders":false}` + "\r\n")
	sub.send("CONNECT {\"user\":\"b\"}\r\nSUB in.pub.x.y 1\r\nSUB > 2\r\nUNSUB 2 60\r\nSUB in.pub.z g 3\r\n")
	sub.flush()
	pub.send("SUB svc 1\r\n")
	pub.flush()
	for round := range 20 {
		crashPartitions(broker)
		pub.send(fmt.Sprintf("PUB pub.x.y 2\r\n%02d\r\nPUB pub.z 2\r\n%02[1]d\r\n", round))
		got := map[string]int{}
		for range 4 {
			got[sub.next()]++
			sub.expect(fmt.Sprintf("%02d", round))
		}
		require.Equal(t, map[string]int{
			"MSG in.pub.x.y 1 2\r\n": 1, "MSG in.pub.x.y 2 2\r\n": 1, "MSG in.pub.z 2 2\r\n": 1, "MSG in.pub.z 3 2\r\n": 1,
		}, got)
		crashPartitions(broker)
		sub.send("PUB svc 0\r\n\r\n")
		pub.expect("MSG svc 1 0", "")
		sub.expect("MSG svc 2 0", "")
	}
	sub.flush()
	pub.send("PUB pub.x.y 0\r\n\r\n")
	sub.expect("MSG in.pub.x.y 1 0", "")
	sub.flush() // the wildcard has had its sixty
}

// TestCrashesBetweenAccounts: partitions crash all the time while requests cross,
// and every message is accounted for, once.
func TestCrashesBetweenAccounts(t *testing.T) {
	a := access.Account{Name: "A", Users: []access.User{{Name: "a"}}, Exports: []access.Export{{Service: "svc.*"}, {Stream: "pub.>"}}}
	b := access.Account{
		Name: "B", Users: []access.User{{Name: "b"}},
		Imports: []access.Import{{Account: "A", Service: "svc.*", To: "ask.*"}, {Account: "A", Stream: "pub.>"}},
	}
	broker := inside(t, actors.Config{Partitions: 3, Accounts: []access.Account{a, b}, NoAuthUser: "a"})
	server, client := dial(t, broker), dial(t, broker)
	server.send(`CONNECT {"user":"a","headers":false,"no_responders":false}` + "\r\n")
	client.send("CONNECT {\"user\":\"b\"}\r\nSUB in 1\r\nSUB pub.> 2\r\n")
	client.flush()
	server.send("SUB svc.* 1\r\n")
	server.flush()
	const rounds = 200
	served, replies := make(chan struct{}), []string{}
	go func() {
		defer close(served)
		for range rounds {
			reply := strings.Fields(server.next())[3]
			server.next()
			server.send("PUB pub.x 1\r\nx\r\nPUB " + reply + " 1\r\ny\r\n")
			replies = append(replies, reply)
		}
	}()
	for i := range rounds {
		if i%10 == 0 {
			crashPartitions(broker)
		}
		client.send(fmt.Sprintf("PUB ask.%d in 1\r\nq\r\n", i%7))
		client.expect("MSG pub.x 2 1", "x", "MSG in 1 1", "y")
	}
	<-served
	client.flush()
	server.flush()
	require.Eventually(t, func() bool { return broker.Stats().Ledger.Waiting == 0 }, time.Minute, time.Millisecond)
	l := broker.Stats().Ledger
	assert.EqualValues(t, 3*rounds, l.In)
	assert.EqualValues(t, 3*rounds, l.Routed)
	assert.EqualValues(t, 3*rounds, l.Copies)
	assert.EqualValues(t, 3*rounds, l.Delivered)

	for _, reply := range replies { // none of them leads anywhere any more
		server.send("PUB " + reply + " 1\r\nz\r\n")
	}
	server.flush()
	client.flush()
	assert.EqualValues(t, rounds, broker.Stats().Ledger.NoInterest)
}
