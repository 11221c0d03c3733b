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

// noise publishes and subscribes at random on the subjects of a test until the
// test ends, so that caches are emptied and results are on their way all the time.
func noise(t *testing.T, addr string, r *rand.Rand, clients int, subjects []string) {
	t.Helper()
	stop := make(chan struct{})
	var wg sync.WaitGroup
	for range clients {
		c := dialRaw(t, addr)
		r := rand.New(rand.NewPCG(r.Uint64(), 0))
		wg.Go(func() {
			for sid := 1; ; sid++ {
				select {
				case <-stop:
					return
				default:
				}
				s := fmt.Sprintf("SUB %s n%d\r\nSUB %s n n%d\r\n", patternOf(subjects[r.IntN(len(subjects))], r), sid, patternOf(subjects[r.IntN(len(subjects))], r), -sid)
				for range r.IntN(20) {
					s += pub(subjects[r.IntN(len(subjects))], "noise")
				}
				s += fmt.Sprintf("UNSUB n%d\r\nUNSUB n%d\r\n", sid, -sid)
				if _, err := c.barrier(s); err != nil {
					return // the test sees a broken broker better
				}
			}
		})
	}
	t.Cleanup(func() {
		close(stop)
		wg.Wait()
	})
}

// patternOf is a random pattern that matches a subject of three tokens.
func patternOf(subject string, r *rand.Rand) string {
	var a, b, c string
	_, _ = fmt.Sscanf(dotted(subject), "%s %s %s", &a, &b, &c)
	switch r.IntN(7) {
	case 0:
		return subject
	case 1:
		return a + "." + b + ".*"
	case 2:
		return a + "." + b + ".>"
	case 3:
		return "*." + b + "." + c
	case 4:
		return a + ".*." + c
	case 5:
		return a + ".>"
	default:
		return "*.*.*"
	}
}

func dotted(subject string) string {
	b := []byte(subject)
	for i := range b {
		if b[i] == '.' {
			b[i] = ' '
		}
	}
	return string(b)
}

// subjectsOf are n subjects of three tokens, in many partitions.
func subjectsOf(n int) []string {
	s := make([]string, n)
	for i := range s {
		s[i] = fmt.Sprintf("b%d.c%d.d", i%5, i)
	}
	return s
}

// heard is how many of these messages are from round and on one of the sids.
func heard(got []*message, sid, body string) (n int) {
	for _, m := range got {
		if m.sid == sid && m.body == body {
			n++
		}
	}
	return n
}

// TestSubscribeBarrier: behind the PONG after a SUB, whoever publishes is heard;
// behind the PONG after an UNSUB, nobody is.
func TestSubscribeBarrier(t *testing.T) {
	overSockets(t, func(t *testing.T, addr string) {
		r := newRand(t)
		subjects := subjectsOf(16)
		noise(t, addr, r, 3, subjects)
		b := dialRaw(t, addr)
		var publishers []*raw
		for range 4 {
			publishers = append(publishers, dialRaw(t, addr))
		}
		for round := range under(400, 150) {
			sid, mark := fmt.Sprintf("s%d", round), fmt.Sprintf("round %d", round)
			subject := subjects[r.IntN(len(subjects))]
			queue := ""
			if r.IntN(3) == 0 {
				queue = " q" + strconv.Itoa(round)
			}
			pattern := patternOf(subject, r)
			_, err := b.barrier("SUB " + pattern + queue + " " + sid + "\r\n")
			require.NoError(t, err)
			publish := func(body string) {
				together(t, len(publishers), func(i int) error {
					_, err := publishers[i].barrier(pub(subjects[i], "else") + pub(subject, body))
					return err
				})
			}
			publish(mark)
			got, err := b.barrier("")
			require.NoError(t, err)
			require.Equal(t, len(publishers), heard(got, sid, mark), "round %d: SUB %s%s, PUB %s", round, pattern, queue, subject)

			unsub := "UNSUB " + sid + "\r\n"
			if r.IntN(2) == 0 {
				unsub = "UNSUB " + sid + " 1\r\n" // had more than that
			}
			_, err = b.barrier(unsub)
			require.NoError(t, err)
			publish(mark + " over")
			got, err = b.barrier("")
			require.NoError(t, err)
			require.Zero(t, heard(got, sid, mark+" over"), "round %d: after UNSUB %s%s, PUB %s", round, pattern, queue, subject)
		}
	})
}

// TestPublishBarrier: what was published before a PONG is in front of everything
// that anybody publishes after it, at every subscriber, the publishers included.
func TestPublishBarrier(t *testing.T) {
	overSockets(t, func(t *testing.T, addr string) {
		r := newRand(t)
		subjects := subjectsOf(16)
		noise(t, addr, r, 2, subjects)
		var clients []*raw
		for i := range 6 {
			c := dialRaw(t, addr)
			clients = append(clients, c)
			commands := "SUB *.*.d x\r\n"
			if i%2 == 0 {
				commands = ""
				for k, s := range subjects {
					commands += fmt.Sprintf("SUB %s x%d\r\n", s, k)
				}
			}
			_, err := c.barrier(commands)
			require.NoError(t, err)
		}
		had := make([][]string, len(clients))
		note := func(i int, got []*message) {
			for _, m := range got {
				if m.body != "noise" {
					had[i] = append(had[i], m.body)
				}
			}
		}
		var want []string
		for step := range under(1500, 500) {
			i := r.IntN(4) // the others only listen
			commands := ""
			for n := range 1 + r.IntN(5)*r.IntN(5) {
				body := fmt.Sprintf("%d.%d", step, n)
				want = append(want, body)
				commands += pub(subjects[r.IntN(len(subjects))], body)
			}
			got, err := clients[i].barrier(commands)
			require.NoError(t, err)
			note(i, got)
		}
		for i, c := range clients {
			got, err := c.barrier("")
			require.NoError(t, err)
			note(i, got)
			require.Equal(t, want, had[i], "client %d", i)
		}
	})
}

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
