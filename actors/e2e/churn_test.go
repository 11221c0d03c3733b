package e2e_test

import (
	"fmt"
	"math/rand/v2"
	"net"
	"os"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/actors"
	"github.com/troupe-mq/troupe/supervisor"
)

// TestChurn: clients that come and go in every rude way leave nothing behind, and
// a healthy pair does not notice them.
func TestChurn(t *testing.T) {
	r := newRand(t)
	b := listen(t, actors.Config{Partitions: 4, MaxPending: 4 << 20})
	addr := b.Addr().String()
	sender, receiver := dialRaw(t, addr), dialRaw(t, addr)
	_, err := receiver.barrier("SUB healthy.* 1\r\n")
	require.NoError(t, err)
	_, err = sender.barrier("")
	require.NoError(t, err)
	before := census(t, b)

	var stop atomic.Bool
	healthy := make(chan error, 1)
	go func() { healthy <- exchange(sender, receiver, &stop) }()
	const workers = 8
	seeds := [workers]uint64{}
	for w := range seeds {
		seeds[w] = r.Uint64()
	}
	together(t, workers, func(w int) error {
		r := rand.New(rand.NewPCG(seeds[w], 0))
		for range under(10_000, 2_000) / workers {
			if err := visit(addr, r); err != nil {
				return err
			}
		}
		return nil
	})
	stop.Store(true)
	require.NoError(t, <-healthy)
	var after count
	settled := func() bool {
		after = census(t, b)
		return after.connections == before.connections && after.goroutines <= before.goroutines+idleWorkers && after.files <= before.files
	}
	if !eventually(settled) {
		stacks := make([]byte, 1<<20)
		stacks = stacks[:runtime.Stack(stacks, true)]
		require.Failf(t, "something is left", "%+v before, %+v after\n%s", before, after, stacks)
	}
}

// idleWorkers is how many goroutines the broker may keep for the next who comes, as long
// as it has something to do.
const idleWorkers = 8

// count is what a broker and the process around it hold.
type count struct{ connections, goroutines, files int }

func census(t *testing.T, b *actors.Broker) (c count) {
	t.Helper()
	c.goroutines = runtime.NumGoroutine()
	if fds, err := os.ReadDir("/proc/self/fd"); err == nil {
		c.files = len(fds)
	}
	tree, err := b.Tree(-1)
	require.NoError(t, err)
	var visit func(n supervisor.Node)
	visit = func(n supervisor.Node) {
		if n.Role == "connection" {
			c.connections++
		}
		for _, child := range n.Children {
			visit(child)
		}
	}
	visit(tree)
	return c
}

// exchange sends and requires every message, one after the other.
func exchange(sender, receiver *raw, stop *atomic.Bool) error {
	for n := 0; !stop.Load(); n++ {
		body := fmt.Sprint(n)
		if _, err := sender.barrier(pub("healthy.pair", body)); err != nil {
			return err
		}
		got, err := receiver.barrier("")
		if err != nil {
			return err
		}
		if len(got) != 1 || got[0].body != body {
			return fmt.Errorf("wanted %s, got %d messages", body, len(got))
		}
	}
	return nil
}

// visit is the life of one client, none of them a good one.
func visit(addr string, r *rand.Rand) error {
	c, err := openRaw(addr, "")
	if err != nil {
		return err
	}
	defer c.close()
	tcp := c.nc.(*net.TCPConn)
	say := ""
	switch r.IntN(10) {
	case 0: // never says a word
	case 1: // an abrupt end in the middle of everything
		say = quiet + "SUB churn.> 1\r\nSUB churn.*.* q 2\r\nPING\r\nSUB chu"
	case 2: // half a payload
		say = quiet + "PUB churn.a 100\r\nhalf"
	case 3: // half of a large one
		say = quiet + "PUB churn.a 1000000\r\n" + strings.Repeat("x", r.IntN(90_000))
	case 4: // garbage
		say = strings.Repeat("\x00\xffGARBAGE ", 1+r.IntN(10)) + "\r\n"
	case 5: // garbage later on
		say = quiet + "SUB churn.b 1\r\nPUB churn.b 2\r\nhi\r\nWHAT\r\n"
	case 6: // too large
		say = quiet + "SUB churn.c 1\r\nPUB churn.c 99999999\r\n"
	case 7: // subscribes to what it floods, and reads nothing
		say = quiet + "SUB churn.d.> 1\r\n" + strings.Repeat(pub("churn.d.e", strings.Repeat("z", 500)), 40)
	case 8: // subscribes a lot, and takes some of it back
		for n := range 100 {
			say += fmt.Sprintf("SUB churn.f.%d %d\r\nUNSUB %d %d\r\n", n, n, n/2, n%3)
		}
	case 9: // waits for an answer, and is polite
		if _, err := c.barrier(quiet + "SUB churn.g 1\r\n" + pub("churn.g", "me")); err != nil {
			return err
		}
	}
	_ = c.send(say) // the broker may be quicker to close
	switch r.IntN(3) {
	case 0:
		return tcp.SetLinger(0) // its close is a reset
	case 1:
		_ = tcp.CloseWrite() // the broker may be quicker here too
		for err := error(nil); err == nil; {
			_, err = c.line()
		}
	}
	return nil
}
