package chaos_test

import (
	"fmt"
	"strconv"
	"testing"
	"time"

	"github.com/hashicorp/go-hclog"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/actors"
	"github.com/troupe-mq/troupe/actors/access"
	"github.com/troupe-mq/troupe/actors/report"
)

// settings are the n-th configuration of a broker whose steady clients no change
// concerns.
func settings(n int) NewSettings {
	return NewSettings{
		Level: []hclog.Level{hclog.Info, hclog.Debug}[n%2],
		Config: actors.Config{
			Host: "127.0.0.1", Port: -1, Partitions: 4,
			MaxPayload: 1<<20 + n, MaxSubscriptions: 1000 + n, PingInterval: time.Duration(60+n%2) * time.Second,
			NoAuthUser: "steady",
			Users: []access.User{
				{Name: "steady", Password: "s", Permissions: &access.Permissions{Publish: access.Rules{Allow: []string{"load.>"}}}},
				{Name: "moved" + strconv.Itoa(n%2), Password: "moved" + strconv.Itoa(n%2)},
				{Name: "torn", Password: "torn", Permissions: &access.Permissions{Subscribe: access.Rules{Deny: []string{fmt.Sprint("torn.", n%2)}}}},
			},
		},
	}
}

// TestReloads: who is not concerned by a change of users, permissions, limits and
// the log's level notices nothing of it, however many there are.
func TestReloads(t *testing.T) {
	inShort(t)
	b := start(t, settings(0).Config)
	subjects := make([]string, scale(100, 20))
	for i := range subjects {
		subjects[i] = fmt.Sprintf("load.l%d.x", i)
	}
	crowd := begin(t, b, scale(5000, 500), subjects...)
	torn := b.joinAs(t, "torn", "", 4<<10)
	before := ask[report.Stats](b, "Stats", Nothing{}).Connections
	reloads, span := scale(100, 4), scale(200*time.Millisecond, 20*time.Millisecond)
	var took latencies
	s := crowd.alternate(reloads, span, func(round int) {
		n := round + 1
		moved := b.joinAs(t, "moved"+strconv.Itoa((n-1)%2), "", 4<<10)
		require.NoError(t, torn.flush(fmt.Sprintf("SUB torn.%d %d\r\n", n%2, n)))
		began := time.Now()
		changes := ask[[]string](b, "Reload", settings(n))
		took = append(took, time.Since(began))
		require.Len(t, changes, 4, "%v", changes)
		requireSaid(t, moved, "-ERR 'Authorization Violation'")
		moved.nc.Close()
		requireSaid(t, torn, fmt.Sprintf("-ERR 'Permissions Violation for Subscription to \"torn.%d\" (sid \"%d\")'", n%2, n))
		wait(span)
	})
	eventually(t, func() bool { return ask[report.Stats](b, "Stats", Nothing{}).Connections == before }, "nobody else was dropped")
	messages := crowd.end()
	b.settle()
	t.Logf("%d reloads, each took %s; %d messages, none lost, duplicated or reordered", reloads, took, messages)
	quiet, meanwhile := worst(s.quiet), worst(s.meanwhile)
	t.Logf("the longest delay of a phase without a reload: %s", quiet)
	t.Logf("the longest delay of a phase with one: %s", meanwhile)
	s.judge(t, "around a reload")
	// A machine that has other things to do makes single gaps of any length.
	assert.LessOrEqual(t, meanwhile.at(0.9), max(scale(50*time.Millisecond, noise), 2*quiet.at(0.9)))
}

// requireSaid requires that the broker's next word is an error.
func requireSaid(t *testing.T, c *protocolClient, line string) {
	t.Helper()
	_, _, err := c.next()
	var said *saidError
	require.ErrorAs(t, err, &said)
	require.Equal(t, line, said.text)
}

// worst is the longest of each phase.
func worst(phases []latencies) (all latencies) {
	for _, l := range phases {
		all = append(all, l.at(1))
	}
	return all
}
