package e2e_test

import (
	"fmt"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"
)

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
