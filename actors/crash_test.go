package actors

import (
	"bufio"
	"context"
	"net"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/asynkron/protoactor-go/actor"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/supervisor"
)

// TestCrashedConnectionIsSeen: the crash of a connection is in the history, its
// end among the closed ones, and what it had queued in the ledger.
func TestCrashedConnectionIsSeen(t *testing.T) {
	b, err := Start(t.Context(), Config{NoListen: true})
	require.NoError(t, err)
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		_ = b.Stop(ctx)
	})
	nc, err := b.InProcessConn()
	require.NoError(t, err)
	t.Cleanup(func() { nc.Close() })
	typed(t, nc, "SUB a 1\r\nPUB a 1\r\nx\r\nPING\r\n", "PONG\r\n")

	h := b.hub
	poison := &exhausted{} // a subscription that is none
	h.system.Root.Send(h.addresses()[0].pid, poison)
	require.Eventually(t, func() bool { return b.Stats().Connections == 0 }, time.Minute, time.Millisecond)

	events, err := b.History(t.Context(), 1)
	require.NoError(t, err)
	require.Len(t, events, 1)
	assert.Equal(t, supervisor.Failed, events[0].What)
	assert.Equal(t, "troupe/connections/conn-1", events[0].Path)
	assert.NotEmpty(t, events[0].Stack)
	closed, err := b.Connections(t.Context(), ConnectionQuery{State: ClosedConnections})
	require.NoError(t, err)
	require.Len(t, closed.Connections, 1)
	assert.Equal(t, InternalError, closed.Connections[0].Reason)
	l := b.Stats().Ledger
	assert.Equal(t, l.Copies, l.Delivered+l.Waiting+l.Dropped["internal_error"])
}

func typed(t *testing.T, nc net.Conn, text, until string) {
	t.Helper()
	go func() { _, _ = nc.Write([]byte(text)) }()
	r := bufio.NewReader(nc)
	for {
		line, err := r.ReadString('\n')
		require.NoError(t, err)
		if line == until {
			return
		}
	}
}

// TestOneThatHangsIsLeftOut: who does not answer is left out, and does not keep
// the others from being asked.
func TestOneThatHangsIsLeftOut(t *testing.T) {
	b, err := Start(t.Context(), Config{NoListen: true})
	require.NoError(t, err)
	free := make(chan struct{})
	hung := b.hub.system.Root.Spawn(actor.PropsFromFunc(func(ctx actor.Context) {
		if _, ok := ctx.Message().(*report); ok {
			<-free
		}
	}, ownMailbox()...))
	whom := []address{{pid: hung}}
	for range 5 {
		nc, err := b.InProcessConn()
		require.NoError(t, err)
		t.Cleanup(func() { nc.Close() })
		typed(t, nc, "PING\r\n", "PONG\r\n")
	}
	whom = append(whom, b.hub.addresses()...)
	whom = append(whom, address{pid: b.hub.system.NewLocalPID("troupe/connections/conn-99")})
	answered := 0
	silent := b.hub.askAll(t.Context(), whom, false, func(*ConnectionReport) { answered++ })
	assert.Equal(t, 5, answered)
	assert.Equal(t, 2, silent)
	close(free)
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	_ = b.Stop(ctx)
}

// TestBooksAreClosedBeforeLastWords: closing the books must not hide that the
// client is in the middle of a message.
func TestBooksAreClosedBeforeLastWords(t *testing.T) {
	c := &connection{hub: new(hub), to: new(target), reason: InternalError}
	assert.NotEmpty(t, c.lastWords())
	c.out.append(8, func(dst []byte) []byte { return append(dst, "MSG a 1"...) })
	c.out.mark()
	c.out.offset = 3
	c.settleLast()
	assert.Empty(t, c.lastWords())
	c.discard()
	dropped, _ := c.counters.dropped.byReason()
	assert.Equal(t, map[string]uint64{"internal_error": 1}, dropped)
}

func TestOldestObituaryGoesFirst(t *testing.T) {
	most, cid := 5, uint64(0)
	o := &obituaries{most: func() int { return most }}
	for _, step := range []struct {
		most, ended int
		left        []uint64
	}{
		{5, 3, []uint64{1, 2, 3}},
		{5, 5, []uint64{4, 5, 6, 7, 8}},
		{3, 1, []uint64{7, 8, 9}},
		{3, 1, []uint64{8, 9, 10}},
		{4, 1, []uint64{8, 9, 10, 11}},
		{4, 2, []uint64{10, 11, 12, 13}},
	} {
		most = step.most
		for range step.ended {
			cid++
			o.add(&ConnectionReport{CID: cid})
		}
		var left []uint64
		for _, r := range o.all() {
			left = append(left, r.CID)
		}
		assert.Equal(t, step.left, left)
	}
}

// TestMemoryOfObituaries: what is kept of clients of one program that had no
// subscriptions is little more than the numbers.
func TestMemoryOfObituaries(t *testing.T) {
	const many, each = 10_000, 500
	o := &obituaries{most: func() int { return many }}
	text := func(s string) string { return strings.Clone(s) }
	heap := func() uint64 {
		var m runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&m)
		return m.HeapAlloc
	}
	before := heap()
	for range many {
		r := &ConnectionReport{Host: text("192.168.100.200"), Name: text(strings.Repeat("n", closedText)), Lang: text("go"), Version: text("1.48.0"), User: text("somebody")}
		o.add(compact(r, o.latest()))
	}
	assert.Less(t, int64(heap())-int64(before), int64(many*each))
	assert.Len(t, o.all(), many)
}
