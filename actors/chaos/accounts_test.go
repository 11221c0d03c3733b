package chaos_test

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/actors"
	"github.com/troupe-mq/troupe/actors/access"
	"github.com/troupe-mq/troupe/actors/report"
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
	r.judge(t, "the account beside one with a subscriber that is stuck")
	t.Logf("the subscriber that is stuck came %d times; closed: %v", came, ask[map[report.CloseReason]int](b, "Closed", Nothing{}))
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
	const pages, page = 4, 250 // an answer has to fit into max_payload
	var requests strings.Builder
	for i := range 2 * pages { // more than are answered at a time
		options := fmt.Sprintf(`{"subscriptions":true,"limit":%d,"offset":%d}`, page, i%pages*page)
		fmt.Fprintf(&requests, "PUB $SYS.REQ.SERVER.PING.CONNZ answers %d\r\n%s\r\n", len(options), options)
	}
	answers, bytes, told := 0, 0, 0
	span := scale(2*time.Second, 200*time.Millisecond)
	s := crowd.alternate(scale(10, 1), span, func(int) {
		for began := time.Now(); time.Since(began) < span; {
			_, err := io.WriteString(asker.nc, requests.String())
			require.NoError(t, err)
			for range 2 * pages {
				body, err := asker.answer()
				require.NoError(t, err)
				if bytes += len(body); answers < 2*pages {
					told += subscriptionsIn(t, body)
				}
				answers++
			}
		}
	})
	most := memory()
	crowd.end()
	require.GreaterOrEqual(t, told, 2*connections*each, "everything is in the answers, twice")
	t.Logf("%d answers, %.1f a second, of %.2f MB in the mean; resident %.1f MiB before, %.1f at most", answers, float64(answers)/(float64(len(s.meanwhile))*span.Seconds()), float64(bytes)/float64(answers)/1e6, before, most)
	quiet, meanwhile := median(s.quiet, 0.99), median(s.meanwhile, 0.99)
	t.Logf("quiet: %s", slices.Concat(s.quiet...))
	t.Logf("flooded: %s", slices.Concat(s.meanwhile...))
	t.Logf("p99, median of %d slices: %s quiet, %s flooded, factor %.1f", len(s.quiet), quiet, meanwhile, float64(meanwhile)/float64(max(quiet, 1)))
	assert.LessOrEqual(t, meanwhile, scale(50*time.Millisecond, noise)+2*quiet)
	if full {
		assert.LessOrEqual(t, most-before, 384.0, "MiB more")
	}
	b.settle()
}

// answer is the next message, however large it is.
func (c *protocolClient) answer() ([]byte, error) {
	line, err := c.line()
	for err == nil && string(line) == "PING" {
		line, err = c.line()
	}
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

// subscriptionsIn counts those that an answer tells of.
func subscriptionsIn(t *testing.T, body []byte) (n int) {
	t.Helper()
	var answer struct {
		Data struct {
			Connections []struct {
				Subscriptions []string `json:"subscriptions_list"`
			} `json:"connections"`
		} `json:"data"`
	}
	require.NoError(t, json.Unmarshal(body, &answer))
	for _, c := range answer.Data.Connections {
		n += len(c.Subscriptions)
	}
	return n
}
