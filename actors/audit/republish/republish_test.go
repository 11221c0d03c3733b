package republish_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/actors"
	"github.com/troupe-mq/troupe/actors/access"
	"github.com/troupe-mq/troupe/actors/actorstest"
	"github.com/troupe-mq/troupe/actors/audit"
	"github.com/troupe-mq/troupe/actors/audit/republish"
	"github.com/troupe-mq/troupe/actors/client"
)

// user is a user who has the name for a password.
func user(name string, p *access.Permissions) access.User {
	return access.User{Name: name, Password: name, Permissions: p}
}

var config = actors.Config{Accounts: []access.Account{
	{Name: access.SystemAccount, Users: []access.User{
		user("watcher", nil),
		user("operator", &access.Permissions{Subscribe: access.Rules{Deny: []string{"$AUDIT.>"}}}),
	}},
	{Name: "A", Users: []access.User{
		user("ann", nil),
		user("scribe", &access.Permissions{Publish: access.Rules{Allow: []string{"$AUDIT.*.PUB.>"}}}),
	}},
}}

// run has a test run with a broker that republishes.
func run(t *testing.T, c republish.Config, test func(t *testing.T, b *actorstest.Broker)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		spec, produce, err := republish.Tap(c)
		require.NoError(t, err)
		test(t, actorstest.Start(t, config, actors.WithTap(spec, produce)))
	})
}

func login(t *testing.T, b *actorstest.Broker, name string) *actorstest.Client {
	t.Helper()
	c := b.Client(t)
	c.Send(fmt.Sprintf(`CONNECT {"verbose":false,"user":%q,"pass":%q}`, name, name))
	c.Fence()
	return c
}

// told is the next record that a client gets: its subject and its object.
func told(t *testing.T, c *actorstest.Client) (subject string, record map[string]any) {
	t.Helper()
	actorstest.Advance(t, 10*time.Millisecond) // records are gathered
	head := strings.Fields(c.Line())
	require.Len(t, head, 4)
	require.NoError(t, json.Unmarshal([]byte(c.Line()), &record))
	return head[1], record
}

func TestRecordsArePublished(t *testing.T) {
	run(t, republish.Config{Payload: audit.PayloadLength}, func(t *testing.T, b *actorstest.Broker) {
		w, stranger := login(t, b, "watcher"), login(t, b, "ann")
		actorstest.Advance(t, 10*time.Millisecond) // nobody hears of the logins
		w.Send("SUB $AUDIT.A.> 1")
		w.Fence()
		stranger.Send("SUB > 1")
		stranger.Fence()
		subject, record := told(t, w)
		assert.Equal(t, "$AUDIT.A.SUB.%3E", subject)
		assert.Equal(t, ">", record["subject"])

		ann := login(t, b, "ann")
		ann.Send("PUB orders.new 2", "hi")
		ann.Fence()
		for _, want := range []string{"$AUDIT.A.authenticated", "$AUDIT.A.PUB.orders.new"} {
			subject, record = told(t, w)
			assert.Equal(t, want, subject)
			assert.Equal(t, "ann", record["user"])
		}
		assert.InDelta(t, 2, record["size"], 0)
		assert.InDelta(t, 1, record["copies"], 0)
		assert.NotContains(t, record, "n")
		assert.NotContains(t, record, "crc")

		stranger.Expect("MSG orders.new 1 2", "hi")
		stranger.Quiet()
	})
}

// Nobody hears who must not, and nothing that is published under $AUDIT. is
// published again.
func TestNothingGoesRound(t *testing.T) {
	run(t, republish.Config{}, func(t *testing.T, b *actorstest.Broker) {
		o := login(t, b, "operator")
		o.Send("SUB $AUDIT.> 1", "SUB $AUDIT.A.PUB.x 2")
		o.Expect(`-ERR 'Permissions Violation for Subscription to "$AUDIT.>"'`, `-ERR 'Permissions Violation for Subscription to "$AUDIT.A.PUB.x"'`)
		w := login(t, b, "watcher")
		w.Send("SUB $AUDIT.*.PUB.> 1")
		w.Fence()
		w.Send("PUB $AUDIT.A.PUB.x 0", "", "PUB y 0", "")
		w.Expect("MSG $AUDIT.A.PUB.x 1 0", "")
		subject, _ := told(t, w)
		assert.Equal(t, "$AUDIT.$SYS.PUB.y", subject)
		w.Quiet()
	})
}

// What a user may not publish is not published.
func TestAsUser(t *testing.T) {
	run(t, republish.Config{As: "scribe"}, func(t *testing.T, b *actorstest.Broker) {
		ann := login(t, b, "ann")
		ann.Send("SUB $AUDIT.> 1", "PUB x 0", "")
		ann.Fence()
		subject, record := told(t, ann)
		assert.Equal(t, "$AUDIT.A.PUB.x", subject)
		assert.Equal(t, "PUB", record["event"])
		ann.Quiet()
	})
}

// What there is too much of is a gap with the exact count.
func TestGap(t *testing.T) {
	run(t, republish.Config{Payload: audit.PayloadAll}, func(t *testing.T, b *actorstest.Broker) {
		w := login(t, b, "watcher")
		w.Send("SUB $AUDIT.*.PUB.x 1", "SUB $AUDIT.*.gap 2")
		w.Fence()
		ann := login(t, b, "ann")
		large := strings.Repeat(`"`, 1<<20) // as JSON it is twice as large
		ann.Send(fmt.Sprintf("PUB y %d", len(large)), large, "PUB x 2", "hi")
		ann.Fence()
		subject, record := told(t, w)
		assert.Equal(t, "$AUDIT.-.gap", subject)
		assert.InDelta(t, 1, record["count"], 0)
		subject, record = told(t, w)
		assert.Equal(t, "$AUDIT.A.PUB.x", subject)
		assert.Equal(t, "hi", record["payload"])
	})
}

// A broker that stops does not wait for it.
func TestStop(t *testing.T) {
	run(t, republish.Config{}, func(t *testing.T, b *actorstest.Broker) {
		ann := login(t, b, "ann")
		ann.Send("PUB x 0", "")
		ann.Fence()
		before := time.Now()
		require.NoError(t, b.Stop(t.Context()))
		assert.Less(t, time.Since(before), time.Second)
	})
}

func TestNoSuchUser(t *testing.T) {
	spec, produce, err := republish.Tap(republish.Config{As: "nobody"})
	require.NoError(t, err)
	silent := config
	silent.NoListen = true
	_, err = actors.Start(t.Context(), silent, actors.WithTap(spec, produce))
	require.ErrorIs(t, err, client.ErrNoUser, "a start that fails says so")
}
