package actors_test

import (
	"fmt"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/asynkron/protoactor-go/actor"
	"github.com/nats-io/nats.go"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/actors"
	"github.com/troupe-mq/troupe/actors/access"
	"github.com/troupe-mq/troupe/actors/actorstest"
	"github.com/troupe-mq/troupe/actors/report"
	"github.com/troupe-mq/troupe/actors/tap"
)

// spread has a broker spread its subjects over so many partitions.
func spread(t *testing.T, b *actors.Broker, n int) {
	t.Helper()
	changes, err := b.Update(t.Context(), func(c *actors.Config) error { c.Partitions = n; return nil })
	require.NoError(t, err)
	require.Len(t, changes, 1)
}

// areThere waits until there are so many partitions and no others.
func areThere(t *testing.T, b *actors.Broker, n int) {
	t.Helper()
	eventually(t, "those before them have retired", func() bool {
		tree, err := b.Tree(-1)
		require.NoError(t, err)
		for _, g := range tree.Children {
			if g.Role == "partitions" {
				return g.ChildCount == n
			}
		}
		return false
	})
	now, err := b.Partitions(t.Context(), report.PartitionQuery{})
	require.NoError(t, err)
	assert.Len(t, now, n)
}

// TestReloadOfPartitions: whoever has subscribed to whatever gets the same as before from more partitions, and from fewer.
func TestReloadOfPartitions(t *testing.T) {
	from := access.Account{
		Name: "A", Users: []access.User{{Name: "a"}},
		Exports: []access.Export{{Stream: "pub.>"}, {Service: "svc"}},
	}
	to := access.Account{
		Name: "B", Users: []access.User{{Name: "b"}},
		Imports: []access.Import{{Account: "A", Stream: "pub.>", Prefix: "in"}, {Account: "A", Service: "svc"}},
	}
	b := inside(t, actors.Config{Partitions: 3, Accounts: []access.Account{from, to}, NoAuthUser: "a"})
	sub, pub, far := dial(t, b), dial(t, b), dial(t, b)
	sub.send("SUB a.b.c 1\r\nSUB d.* 2\r\nSUB e.f.> 3\r\nSUB q.x g 4\r\nSUB *.*.*.wide 5\r\nSUB max.* 6\r\nUNSUB 6 4\r\n")
	sub.flush()
	far.send("CONNECT {\"user\":\"b\"}\r\nSUB in.pub.x 1\r\n")
	far.flush()
	for round, n := range []int{1, 8, 2, 64, 3} {
		spread(t, b, n)
		sub.send(fmt.Sprintf("SUB new.%d 7%[1]d\r\n", round))
		sub.flush()
		pub.send("PUB a.b.c 0\r\n\r\nPUB d.e 0\r\n\r\nPUB e.f.g 0\r\n\r\nPUB q.x 0\r\n\r\nPUB x.y.z.wide 0\r\n\r\nPUB max.x 0\r\n\r\nPUB pub.x 0\r\n\r\n")
		sub.expect("MSG a.b.c 1 0", "", "MSG d.e 2 0", "", "MSG e.f.g 3 0", "", "MSG q.x 4 0", "", "MSG x.y.z.wide 5 0", "")
		if round < 4 {
			sub.expect("MSG max.x 6 0", "")
		}
		far.expect("MSG in.pub.x 1 0", "")
		for old := range round + 1 {
			pub.send(fmt.Sprintf("PUB new.%d 0\r\n\r\n", old))
			sub.expect(fmt.Sprintf("MSG new.%d 7%[1]d 0", old), "")
		}
		areThere(t, b, n)
	}
	sub.send("UNSUB 1\r\nUNSUB 5\r\n")
	sub.flush()
	pub.send("SUB inbox 1\r\nPUB a.b.c inbox 0\r\n\r\nPUB x.y.z.wide inbox 0\r\n\r\n")
	pub.expect("HMSG inbox 1 37 37", "NATS/1.0 503", "Nats-Subject: a.b.c", "", "")
	pub.expect("HMSG inbox 1 42 42", "NATS/1.0 503", "Nats-Subject: x.y.z.wide", "", "")
}

// TestPartitionsMoveUnderLoad: while many publish, and others subscribe and leave, everybody gets everything, once and in
// order, and a subscription that is acknowledged is in force.
func TestPartitionsMoveUnderLoad(t *testing.T) {
	const publishers, subjects = 4, 50
	b := start(t, actors.Config{Port: -1, Partitions: 2})
	connect := func() *nats.Conn {
		nc, err := nats.Connect(b.ClientURL())
		require.NoError(t, err)
		t.Cleanup(nc.Close)
		return nc
	}
	var got [3]atomic.Int64 // by a subscription to each subject, by one to all of them, and by the members of a group
	listener := connect()
	inOrder := func(all *atomic.Int64) nats.MsgHandler {
		last := map[string]int{}
		return func(m *nats.Msg) {
			last[m.Subject]++
			if assert.Equal(t, strconv.Itoa(last[m.Subject]), string(m.Data), m.Subject) {
				all.Add(1)
			}
		}
	}
	for p := range publishers {
		for s := range subjects {
			_, err := listener.Subscribe(fmt.Sprintf("p%d.s%d", p, s), inOrder(&got[0]))
			require.NoError(t, err)
		}
	}
	all := connect()
	_, err := all.Subscribe("*.*", inOrder(&got[1]))
	require.NoError(t, err)
	require.NoError(t, all.Flush())
	for range 3 {
		_, err := listener.QueueSubscribe("*.>", "g", func(*nats.Msg) { got[2].Add(1) })
		require.NoError(t, err)
	}
	require.NoError(t, listener.Flush())

	var sent atomic.Int64
	var over atomic.Bool
	var work sync.WaitGroup
	for p := range publishers {
		nc := connect()
		work.Go(func() {
			for n := 1; !over.Load(); n++ {
				for s := range subjects {
					if nc.Publish(fmt.Sprintf("p%d.s%d", p, s), fmt.Append(nil, n)) == nil {
						sent.Add(1)
					}
				}
				assert.NoError(t, nc.Flush())
			}
		})
	}
	here, there := connect(), connect()
	work.Go(func() { // whose subscriptions are acknowledged
		for n := 0; !over.Load(); n++ {
			subject := fmt.Sprint("barrier.at.", n)
			s, err := here.SubscribeSync(subject)
			assert.NoError(t, err)
			assert.NoError(t, here.Flush())
			assert.NoError(t, there.Publish(subject, nil))
			sent.Add(1)
			got[0].Add(1)
			got[1].Add(1) // it has three tokens
			_, err = s.NextMsg(patience)
			assert.NoError(t, err, subject)
			assert.NoError(t, s.Unsubscribe())
		}
	})
	for _, n := range []int{3, 1, 16, 2, 64, 5, 4, 2} {
		before := sent.Load()
		spread(t, b, n)
		eventually(t, "they go on", func() bool { return sent.Load() > before+publishers*subjects })
	}
	over.Store(true)
	work.Wait()
	for i := range got {
		eventually(t, fmt.Sprint("all has arrived, and nothing twice: ", i), func() bool { return got[i].Load() == sent.Load() })
	}
	areThere(t, b, 2)
}

// gate is a tap that takes what it is given when it is opened.
type gate struct{ asked, opened chan struct{} }

func (g *gate) Receive(ctx actor.Context) {
	if _, ok := ctx.Message().(*tap.Batch); ok {
		g.asked <- struct{}{}
		<-g.opened
	}
}

// TestPartitionsMoveBesideOneThatWaits: a client whose message waits for a tap holds nobody up, and its message arrives.
func TestPartitionsMoveBesideOneThatWaits(t *testing.T) {
	b := inside(t, actors.Config{Partitions: 1})
	sub, held, pub := dial(t, b), dial(t, b), dial(t, b)
	sub.send("SUB a 1\r\nSUB b 2\r\n")
	sub.flush()
	g := &gate{make(chan struct{}, 1), make(chan struct{})}
	require.NoError(t, b.AddTap(tap.Spec{Name: "gate", Policy: tap.Block, Feeds: tap.Commands, Subjects: []string{"a"}}, func() actor.Actor { return g }))
	held.send("PUB a 0\r\n\r\nSUB c 3\r\n")
	<-g.asked
	spread(t, b, 3)
	pub.send("PUB b 0\r\n\r\n")
	sub.expect("MSG b 2 0", "")
	close(g.opened)
	sub.expect("MSG a 1 0", "")
	held.flush()
	pub.send("PUB c 0\r\n\r\n")
	held.expect("MSG c 3 0", "")
	areThere(t, b, 3)
}

// TestOtherServersHearNothingOfPartitions: a server is told nothing twice because of them, and what has gone is withdrawn.
func TestOtherServersHearNothingOfPartitions(t *testing.T) {
	c := clustered()
	c.Partitions = 2
	b := actorstest.Start(t, c)
	n := visit(t, b, "THERE")
	n.join()
	sub := dial(t, b.Broker)
	for i := range 50 {
		sub.send(fmt.Sprintf("SUB s%d.x %d\r\nSUB *.%[1]d q w%[1]d\r\n", i, i))
		n.hear(fmt.Sprintf("RS+ $G s%d.x", i), fmt.Sprintf("RS+ $G *.%d q 1", i))
	}
	for _, partitions := range []int{5, 1, 7, 2} {
		spread(t, b.Broker, partitions)
		n.quiet()
		sub.send("SUB s0.x again\r\nSUB *.1 q again1\r\nUNSUB again\r\nUNSUB again1\r\n")
		n.expect("RS+ $G *.1 q 2", "RS+ $G *.1 q 1")
	}
	sub.Close()
	var gone []string
	for range 100 {
		gone = append(gone, n.line())
	}
	for i := range 50 {
		assert.Contains(t, gone, fmt.Sprintf("RS- $G s%d.x", i))
		assert.Contains(t, gone, fmt.Sprintf("RS- $G *.%d q", i))
	}
	n.quiet()
}
