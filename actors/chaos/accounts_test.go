package chaos_test

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/actors"
	"github.com/troupe-mq/troupe/actors/access"
)

// accounts are some with a user each, and password, that have the account's name.
func accounts(names ...string) actors.Config {
	c := actors.Config{PingInterval: time.Hour}
	for _, name := range names {
		c.Accounts = append(c.Accounts, access.Account{Name: name, Users: []access.User{{Name: name, Password: name}}})
	}
	return c
}

// TestAccountsApart: two accounts use the same subject as much as they can. Nothing
// crosses, and who is stuck in one does not slow the other.
func TestAccountsApart(t *testing.T) {
	inShort(t)
	c := accounts("ann", "bob")
	c.MaxPending = scale(16<<20, 1<<20)
	b := start(t, c)
	ann, bob := b.stream(t, "ann", "same", "this is of ann.."), b.stream(t, "bob", "same", "this is of bob..")
	var stop *atomic.Bool
	var work *sync.WaitGroup
	came := 0
	begin := func() {
		stop, work = new(atomic.Bool), new(sync.WaitGroup)
		work.Go(func() {
			for !stop.Load() {
				stuck, err := dial(b.addr, greet("ann")+"SUB same 2\r\n", 16)
				if err != nil {
					assert.NoError(t, err)
					return
				}
				came++
				stuck.untilGone(stop)
				stuck.nc.Close()
			}
		})
	}
	end := func() {
		stop.Store(true)
		work.Wait()
	}
	r := bob.alternate(scale(15, 1), scale(2*time.Second, 100*time.Millisecond), begin, end)
	r.judge(t, 0.95, "the account beside one with a subscriber that is stuck")
	t.Logf("the subscriber that is stuck came %d times; closed: %v", came, ask[map[actors.CloseReason]int](b, "Closed", Nothing{}))
	t.Logf("%d messages of the one, %d of the other: none lost, none crossed", ann.end(), bob.end())
	b.settle()
}

// TestSystemAccountFloods: somebody who may ask for everything asks for all
// connections with all subscriptions, as often as there are answers.
func TestSystemAccountFloods(t *testing.T) {
	inShort(t)
	c := accounts("$SYS", "app")
	c.NoAuthUser = "app"
	b := start(t, c)
	ask[Nothing](b, "ServeSystem", Nothing{})
	const each = 100
	var subs strings.Builder
	for i := range each {
		fmt.Fprintf(&subs, "SUB idle.some.subject.i%d %d\r\n", i, i)
	}
	connections := scale(1000, 20)
	for range connections {
		b.join(t, subs.String(), 512)
	}
	crowd := pair(t, b)
	crowd.watch(1, scale(time.Second, 100*time.Millisecond))
	before := b.resident()
	memory := b.watchMemory()
	asker := b.joinAs(t, "$SYS", "SUB answers 1\r\n", 4<<10)
	require.NoError(t, asker.flush(""))
	request := "PUB $SYS.REQ.SERVER.PING.CONNZ answers %d\r\n%s\r\n"
	options := `{"subscriptions":true,"limit":1024}`
	request = fmt.Sprintf(request, len(options), options)
	first := true
	answers, size := 0, 0
	s := crowd.alternate(scale(10, 1), scale(2*time.Second, 200*time.Millisecond), func(int) {
		for began := time.Now(); first || time.Since(began) < scale(2*time.Second, 200*time.Millisecond); first = false {
			n := 8 // more than are answered at a time
			_, err := io.WriteString(asker.nc, strings.Repeat(request, n))
			require.NoError(t, err)
			for range n {
				body, err := asker.answer()
				require.NoError(t, err)
				size = len(body)
				if answers++; first {
					requireAll(t, body, connections+3, each)
				}
			}
		}
	})
	most := memory()
	crowd.end()
	t.Logf("%d answers of %.2f MB; resident %.1f MiB before, %.1f at most", answers, float64(size)/1e6, before, most)
	quiet, meanwhile := median(s.quiet, 0.99), median(s.meanwhile, 0.99)
	t.Logf("quiet: %s", s.quiet[0])
	t.Logf("flooded: %s", s.meanwhile[0])
	t.Logf("p99, median of %d slices: %s quiet, %s flooded, factor %.1f", len(s.quiet), quiet, meanwhile, float64(meanwhile)/float64(max(quiet, 1)))
	assert.LessOrEqual(t, meanwhile, scale(50*time.Millisecond, noise)+2*quiet)
	if full {
		assert.LessOrEqual(t, most-before, 384.0, "MiB more")
	}
	b.settle()
}

// answer is the next message, however large it is.
func (c *client) answer() ([]byte, error) {
	line, err := c.line()
	if err != nil {
		return nil, err
	}
	f := strings.Fields(string(line))
	if len(f) < 4 || f[0] != "MSG" {
		return nil, fmt.Errorf("unexpected %q", line)
	}
	var size int
	if _, err := fmt.Sscan(f[len(f)-1], &size); err != nil {
		return nil, err
	}
	body := make([]byte, size+2)
	_, err = io.ReadFull(c.r, body)
	return body[:size], err
}

// requireAll requires that an answer tells of all connections, and that most of them
// have so many subscriptions.
func requireAll(t *testing.T, body []byte, connections, subscriptions int) {
	t.Helper()
	var answer struct {
		Data struct {
			Connections []struct {
				Subscriptions []string `json:"subscriptions_list"`
			} `json:"connections"`
		} `json:"data"`
	}
	require.NoError(t, json.Unmarshal(body, &answer))
	require.Len(t, answer.Data.Connections, connections)
	n := 0
	for _, c := range answer.Data.Connections {
		if len(c.Subscriptions) == subscriptions {
			n++
		}
	}
	require.Equal(t, connections-3, n)
}
