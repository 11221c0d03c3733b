package actors

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"testing"
	"time"

	"github.com/asynkron/protoactor-go/actor"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/supervisor"
	"github.com/troupe-mq/troupe/wire"
)

// line is a client that reads line by line.
type line struct {
	net.Conn
	t *testing.T
	r *bufio.Reader
}

func startBroker(t testing.TB, config Config) *Broker {
	t.Helper()
	config.NoListen = true
	b, err := Start(t.Context(), config)
	require.NoError(t, err)
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		defer cancel()
		_ = b.Stop(ctx)
	})
	return b
}

func dial(t *testing.T, b *Broker) *line {
	t.Helper()
	nc, err := b.InProcessConn()
	require.NoError(t, err)
	l := &line{Conn: nc, t: t, r: bufio.NewReader(nc)}
	require.NoError(t, nc.SetDeadline(time.Now().Add(time.Minute)))
	require.Contains(t, l.next(), "INFO {")
	l.send("CONNECT {\"verbose\":false,\"pedantic\":false,\"headers\":true,\"no_responders\":true}\r\n")
	return l
}

func (l *line) send(text string) {
	l.t.Helper()
	_, err := io.WriteString(l, text)
	require.NoError(l.t, err)
}

func (l *line) next() string {
	l.t.Helper()
	for {
		text, err := l.r.ReadString('\n')
		require.NoError(l.t, err)
		if text != "PING\r\n" { // the broker's own, where a test takes its time
			return text
		}
		l.send("PONG\r\n")
	}
}

func (l *line) expect(lines ...string) {
	l.t.Helper()
	for _, want := range lines {
		require.Equal(l.t, want+"\r\n", l.next())
	}
}

func (l *line) flush() {
	l.t.Helper()
	l.send("PING\r\n")
	l.expect("PONG")
}

func crashPartitions(b *Broker) {
	for _, pid := range b.hub.partitions {
		b.hub.system.Root.Send(pid, &fault{kind: FaultPanic})
	}
}

func TestCrashedPartitionGetsItsSubscriptionsBack(t *testing.T) {
	b := startBroker(t, Config{Partitions: 3})
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

// TestPoisonIsLeftOut puts a command into a batch that makes the partition
// panic: a SUB whose subscription is missing.
func TestPoisonIsLeftOut(t *testing.T) {
	b := startBroker(t, Config{Partitions: 1})
	sub := dial(t, b)
	sub.send("SUB a 1\r\n")
	sub.flush()

	from := &target{pid: b.hub.system.NewLocalPID("nobody")}
	turns := make(chan turn, 2)
	poisoned := newBatch(from, turns, 1)
	poisoned.buf = []byte("a")
	subject := wire.Span{Off: 0, Len: 1}
	publish := func() {
		poisoned.add(wire.OpPub).subject = subject
		poisoned.route(0)
	}
	publish()
	poisoned.add(wire.OpSub)
	poisoned.route(0)
	publish()
	poisoned.open.Store(1)
	b.hub.system.Root.Send(b.hub.partitions[0], poisoned)

	require.Equal(t, turn{do: toRoute}, <-turns)
	require.Len(t, poisoned.entries[0].result.Plain, 1, "in front of the poison")
	require.Equal(t, wire.ErrInternal, poisoned.entries[1].refusal)
	require.Len(t, poisoned.entries[2].result.Plain, 1, "behind the poison")
}

func TestQuarantine(t *testing.T) {
	now := time.Unix(1_000_000, 0)
	var q quarantine
	subject := []byte("a.b")
	q.note(wire.OpPub, subject, 7, now)
	require.False(t, q.refuses(wire.OpPub, subject, now), "once may be chance")
	q.note(wire.OpPub, subject, 8, now)
	require.False(t, q.refuses(wire.OpPub, subject, now), "another place is another fault")
	q.note(wire.OpPub, subject, 8, now)
	require.True(t, q.refuses(wire.OpPub, subject, now))
	require.False(t, q.refuses(wire.OpSub, subject, now), "another verb")
	require.False(t, q.refuses(wire.OpPub, []byte("a.c"), now), "another subject")
	require.False(t, q.refuses(wire.OpPub, subject, now.Add(poisonMemory)), "not for ever")
	for i := range 3 * poisonKinds {
		q.note(wire.OpPub, fmt.Append(nil, i), 1, now)
	}
	require.LessOrEqual(t, len(q), poisonKinds)
}

// TestRecallWaitsForABusyGroup: who is connected is told late, and still asked.
func TestRecallWaitsForABusyGroup(t *testing.T) {
	b := startBroker(t, Config{Partitions: 1})
	sub, pub := dial(t, b), dial(t, b)
	sub.send("SUB a 1\r\n")
	sub.flush()
	busy := make(chan struct{})
	props := actor.PropsFromProducer(func() actor.Actor {
		<-busy // a producer runs in the mailbox of its group
		return &keeper{hub: b.hub}
	})
	go b.hub.system.Root.Send(b.hub.family, supervisor.Spawn{Spec: supervisor.Spec{Name: "late", Props: props}})
	time.AfterFunc(recallPatience+100*time.Millisecond, func() { close(busy) })
	crashPartitions(b)
	pub.send("PUB a 0\r\n\r\n")
	sub.expect("MSG a 1 0", "")
}

// crashAt panics with another argument each time, in the same place.
func crashAt(where *int) (crash *supervisor.Crash) {
	defer func() { crash = supervisor.Caught(recover()) }()
	explode(where)
	return nil
}

//go:noinline
func explode(where *int) { panic(where) }

func TestPlaceOfACrashIsWhereItWas(t *testing.T) {
	first, second := placeOf(crashAt(new(int))), placeOf(crashAt(new(int)))
	require.Equal(t, first, second)
	require.NotEqual(t, first, placeOf(supervisor.Caught("elsewhere")))
}

// TestPoisonIsRefusedInTheEnd sends the same poison again and again, as a client
// that reconnects would: a PUB into an index that is broken for it.
func TestPoisonIsRefusedInTheEnd(t *testing.T) {
	p := &partition{hub: new(hub), seat: new(seat)}
	attempt := func() (crashed bool, e *entry) {
		b := newBatch(&target{}, make(chan turn, 1), 1)
		b.buf = []byte("a")
		b.add(wire.OpPub).subject = wire.Span{Off: 0, Len: 1}
		b.route(0)
		defer func() { crashed, e = recover() != nil, &b.entries[0] }()
		defer p.noteCrash()
		p.current = b
		p.apply(b, nil, &b.entries[0]) // without an index every match panics
		return
	}
	for range poisonTolerated {
		crashed, _ := attempt()
		require.True(t, crashed)
	}
	crashed, e := attempt()
	require.False(t, crashed, "it is not tried again")
	require.Equal(t, wire.ErrInternal, e.refusal)
}

func TestCrashedConnectionHurtsNobodyElse(t *testing.T) {
	b := startBroker(t, Config{Partitions: 2})
	sub, pub := dial(t, b), dial(t, b)
	sub.send("SUB > 1\r\n")
	sub.flush()
	for range 10 {
		victim := dial(t, b)
		victim.flush()
		b.hub.system.Root.Send(b.hub.system.NewLocalPID(fmt.Sprintf("troupe/connections/conn-%d", b.hub.counters.cid.Load())), &fault{kind: FaultPanic})
		victim.expect("-ERR 'Internal Error'")
		_, err := victim.r.ReadByte()
		require.Error(t, err)
		pub.send("PUB a 0\r\n\r\n")
		sub.expect("MSG a 1 0", "")
	}
}
