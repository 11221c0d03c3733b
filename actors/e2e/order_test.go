package e2e_test

import (
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

// kinds is over how many first tokens each publisher spreads its messages: far
// more than there are partitions.
const kinds = 8

// TestOrder: many publishers at once, each over subjects of all partitions; every
// subscriber gets everything from each of them, in the order it was sent.
func TestOrder(t *testing.T) {
	overSockets(t, func(t *testing.T, addr string) {
		r := newRand(t)
		publishers, each := 100, under(400, 150)
		var literal, homes strings.Builder
		sid := 0
		for k := range kinds {
			fmt.Fprintf(&homes, "SUB k%d.order.> h%d\r\n", k, k)
			for p := range publishers {
				sid++
				fmt.Fprintf(&literal, "SUB k%d.order.%d l%d\r\n", k, p, sid)
			}
		}
		subscribers := map[string]string{
			"everything":          "SUB > 1\r\n",
			"wildcard first":      "SUB *.order.* 1\r\n",
			"literals":            literal.String(),
			"wildcards at home":   homes.String(),
			"two that overlap":    "SUB *.order.> a\r\nSUB > b\r\n",
			"literal and group":   literal.String() + "SUB *.order.> own q\r\n",
			"group 1":             "SUB > workers 1\r\n",
			"group 2":             "SUB *.order.* workers 1\r\n",
			"group 3, two in one": "SUB *.order.> workers 1\r\nSUB *.*.* workers 2\r\n",
		}
		listening := map[string]*listener{}
		for name, commands := range subscribers {
			l := &listener{name: name, raw: dialRaw(t, addr), counts: map[string]int{}, last: map[string]int{}}
			_, err := l.barrier(commands)
			require.NoError(t, err)
			listening[name] = l
		}
		var reading sync.WaitGroup
		for _, l := range listening {
			reading.Go(func() { l.err = l.collect(l.take) })
		}

		seeds := make([]uint64, publishers)
		for p := range seeds {
			seeds[p] = r.Uint64()
		}
		together(t, publishers, func(p int) error {
			return publishInOrder(addr, p, each, rand.New(rand.NewPCG(seeds[p], 0)))
		})
		// All publishers have had their PONG. So a subscriber's own is behind everything.
		for _, l := range listening {
			require.NoError(t, l.send("PING\r\n"))
		}
		reading.Wait()

		group := map[string]int{}
		for name, l := range listening {
			require.NoError(t, l.err, name)
			if strings.HasPrefix(name, "group") {
				require.NotEmpty(t, l.counts, name)
				for message := range maps.Keys(l.counts) {
					group[message] += l.counts[message]
				}
				continue
			}
			copies := 1
			if name == "two that overlap" || name == "literal and group" {
				copies = 2
			}
			complete(t, name, l.counts, publishers, each, copies)
		}
		complete(t, "the group together", group, publishers, each, 1)
	})
}

// complete requires so many copies of each message.
func complete(t *testing.T, who string, counts map[string]int, publishers, each, copies int) {
	t.Helper()
	require.Len(t, counts, publishers*each, who)
	for message, n := range counts {
		if n != copies {
			require.Failf(t, "wrong number of copies", "%s got %q %d times", who, message, n)
		}
	}
}

// publishInOrder sends numbered messages in pieces of any size, so that batches
// begin and end anywhere, and waits for a PONG.
func publishInOrder(addr string, publisher, messages int, r *rand.Rand) error {
	hello := strings.Replace(quiet, `"verbose":false`, `"verbose":`+strconv.FormatBool(r.IntN(4) == 0), 1)
	c, err := openRaw(addr, hello)
	if err != nil {
		return err
	}
	defer c.close()
	var b strings.Builder
	for n, k := 1, 0; n <= messages; n++ {
		if r.IntN(3) > 0 {
			k = r.IntN(kinds)
		}
		pad := strings.Repeat("x", r.IntN(40))
		if r.IntN(100) == 0 {
			pad = strings.Repeat("y", r.IntN(9000))
		}
		if r.IntN(10) == 0 {
			const header = "NATS/1.0\r\nA: b\r\n\r\n"
			body := fmt.Sprintf("%d %d %s", publisher, n, pad)
			fmt.Fprintf(&b, "HPUB k%d.order.%d %d %d\r\n%s%s\r\n", k, publisher, len(header), len(header)+len(body), header, body)
		} else {
			b.WriteString(pub(fmt.Sprintf("k%d.order.%d", k, publisher), fmt.Sprintf("%d %d %s", publisher, n, pad)))
		}
	}
	for s := b.String(); s != ""; {
		n := min(len(s), 1+r.IntN(4000))
		if err := c.send(s[:n]); err != nil {
			return err
		}
		s = s[n:]
	}
	got, err := c.barrier("")
	if err == nil && len(got) > 0 {
		err = errors.New("a publisher got a message")
	}
	return err
}

// listener is a subscriber that checks the order of what it gets.
type listener struct {
	*raw
	name   string
	counts map[string]int // by "publisher number"
	last   map[string]int // by publisher and sid: the number last seen
	err    error
}

func (l *listener) take(m *message) error {
	f := strings.SplitN(m.body, " ", 3)
	if len(f) != 3 {
		return fmt.Errorf("%s: damaged: %q", l.name, m.body)
	}
	n, err := strconv.Atoi(f[1])
	if err != nil {
		return fmt.Errorf("%s: damaged: %q", l.name, m.body)
	}
	if !strings.HasSuffix(m.subject, ".order."+f[0]) {
		return fmt.Errorf("%s: %q on %s", l.name, m.body, m.subject)
	}
	l.counts[f[0]+" "+f[1]]++
	// Across all sids nothing goes back; with two copies the second may be the same.
	if n < l.last[f[0]] {
		return fmt.Errorf("%s: publisher %s: %d behind %d", l.name, f[0], n, l.last[f[0]])
	}
	l.last[f[0]] = n
	bySid := f[0] + " " + m.sid
	if n <= l.last[bySid] {
		return fmt.Errorf("%s: publisher %s, sid %s: %d behind %d", l.name, f[0], m.sid, n, l.last[bySid])
	}
	l.last[bySid] = n
	return nil
}
