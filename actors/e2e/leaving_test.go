package e2e_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestMaxInFlight: an UNSUB with a max that meets messages on their way ends the
// subscription at that number, not before, and for good: its sid is free.
func TestMaxInFlight(t *testing.T) {
	overSockets(t, func(t *testing.T, addr string) {
		r := newRand(t)
		c := dialRaw(t, addr)
		_, err := c.barrier("")
		require.NoError(t, err)
		var stop atomic.Bool
		var flood sync.WaitGroup
		defer flood.Wait()
		defer stop.Store(true)
		for range 3 {
			p := dialRaw(t, addr)
			run := ""
			for range 1 + r.IntN(50) {
				run += pub("m.a.x", "")
			}
			flood.Go(func() {
				for !stop.Load() {
					if _, err := p.barrier(run); err != nil {
						return // the test sees it better
					}
				}
			})
		}
		quiet := dialRaw(t, addr)
		for round := range under(400, 150) {
			most := 1 + r.IntN(200)
			pattern := []string{"m.a.x", "m.*.x", "m.a.>"}[r.IntN(3)]
			if r.IntN(2) == 0 {
				require.NoError(t, c.send(fmt.Sprintf("SUB %s s\r\nUNSUB s %d\r\nPING\r\n", pattern, most)))
			} else {
				require.NoError(t, c.send(fmt.Sprintf("SUB %s s\r\n", pattern)))
				require.NoError(t, c.send(fmt.Sprintf("UNSUB s %d\r\nPING\r\n", most)))
			}
			for n, pong := 0, false; n < most || !pong; {
				m, line, err := c.next()
				require.NoError(t, err, "round %d: %d of %d", round, n, most)
				if m != nil {
					n++
				}
				pong = pong || line == "PONG"
			}
			_, err := c.barrier("") // a few more may have been on their way
			require.NoError(t, err)
			other := fmt.Sprintf("other.%d", round)
			_, err = c.barrier("SUB " + other + " s\r\n")
			require.NoError(t, err)
			_, err = quiet.barrier(pub(other, "free"))
			require.NoError(t, err)
			got, err := c.barrier("UNSUB s\r\n")
			require.NoError(t, err)
			require.Equal(t, 1, heard(got, "s", "free"), "round %d: the sid is free after UNSUB %d", round, most)
		}
	})
}

// TestGroupMemberLeaves: behind the PONG after its UNSUB a member of a group gets
// nothing more, so that a client that drains loses nothing: what it would have
// got, another member gets.
func TestGroupMemberLeaves(t *testing.T) {
	overSockets(t, func(t *testing.T, addr string) {
		r := newRand(t)
		steady := dialRaw(t, addr)
		_, err := steady.barrier("SUB leave.> work s\r\n")
		require.NoError(t, err)
		const publishers, leavers = 3, 3
		var done atomic.Bool
		var leaving sync.WaitGroup
		taken := make([][]*message, leavers)
		failed := make([]error, leavers)
		for i := range leavers {
			c := dialRaw(t, addr)
			r := rand.New(rand.NewPCG(r.Uint64(), 0))
			leaving.Go(func() {
				for round := 0; !done.Load() && failed[i] == nil; round++ {
					sid := strconv.Itoa(round)
					pattern := patternOf("leave.a.b", r)
					joined, err := c.barrier("SUB " + pattern + " work " + sid + "\r\n")
					for range r.IntN(3) {
						got, again := c.barrier("")
						joined, err = append(joined, got...), errors.Join(err, again)
					}
					got, again := c.barrier("UNSUB " + sid + "\r\n")
					taken[i] = append(append(taken[i], joined...), got...)
					late, last := c.barrier("")
					failed[i] = errors.Join(err, again, last)
					if len(late) > 0 {
						failed[i] = fmt.Errorf("round %d: %q came behind the PONG after UNSUB %s", round, late[0].body, pattern)
					}
				}
			})
		}
		rounds, run := under(300, 100), 40
		var all []*message
		reading := make(chan error, 1)
		go func() {
			reading <- steady.collect(func(m *message) error {
				all = append(all, m)
				return nil
			})
		}()
		conns := make([]*raw, publishers)
		for p := range conns {
			conns[p] = dialRaw(t, addr)
		}
		together(t, publishers, func(p int) error {
			for round := range rounds {
				commands := ""
				for n := range run {
					commands += pub("leave.a.b", fmt.Sprintf("%d.%d.%d", p, round, n))
				}
				if _, err := conns[p].barrier(commands); err != nil {
					return err
				}
			}
			return nil
		})
		done.Store(true)
		leaving.Wait()
		require.NoError(t, steady.send("PING\r\n"))
		require.NoError(t, <-reading)
		counts := map[string]int{}
		for i := range leavers {
			require.NoError(t, failed[i])
			all = append(all, taken[i]...)
		}
		for _, m := range all {
			counts[m.body]++
			require.Equal(t, 1, counts[m.body], m.body)
		}
		require.Len(t, counts, publishers*rounds*run)
	})
}
