package connection

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/actors/internal/batch"
	"github.com/troupe-mq/troupe/actors/internal/commit"
	"github.com/troupe-mq/troupe/actors/internal/stats"
	"github.com/troupe-mq/troupe/actors/report"
	"github.com/troupe-mq/troupe/actors/tap"
	"github.com/troupe-mq/troupe/wire"
)

// TestBooksAreClosedBeforeTheFinalError: closing the books must not hide that the
// client is in the middle of a message.
func TestBooksAreClosedBeforeTheFinalError(t *testing.T) {
	c := &connection{Env: &Env{Env: commit.Env{Counters: new(stats.Counters)}}, reason: report.InternalError}
	assert.NotEmpty(t, c.finalError())
	c.out.Append(8, func(dst []byte) []byte { return append(dst, "MSG a 1"...) })
	c.out.Mark()
	c.out.Offset = 3
	c.counts.SettleCrashed(c.Counters, c.reason)
	c.settle()
	c.settleWritten()
	assert.Empty(t, c.finalError())
	c.discard()
	assert.Equal(t, map[string]uint64{"internal_error": 1}, c.Counters.Ledger().Dropped)
}

// TestCrashBehindATap: what a commit had begun to carry out when it crashed is
// counted once, also if it had waited for a tap.
func TestCrashBehindATap(t *testing.T) {
	v := newEnv(t, 1)
	c := newClient(t, v, 1)
	f, err := v.Taps.Reserve(tap.Spec{Name: "tap", Policy: tap.Block, Feeds: tap.Commands})
	require.NoError(t, err)
	v.Taps.Begin(f) // without an actor, so that it never takes anything
	b := batch.New(c.source, len(c.layout.PIDs), 0)
	b.Add(wire.OpPub)
	c.batch = b
	require.False(t, c.witness.Ask(b, c, v.Now()))
	require.True(t, c.witness.Waiting())
	c.committer = commit.New(&c.pub, b, len(b.Entries))
	c.counts.CountIn(len(b.Entries), 0) // and then the crash
	c.refuseInFlight()
	assert.EqualValues(t, 1, c.counts.InMessages)
	c.counts.SettleCrashed(v.Counters, report.InternalError)
	c.settle()
	l := v.Counters.Ledger()
	assert.EqualValues(t, 1, l.In)
	assert.EqualValues(t, 1, l.Refused, "by the books alone")
	assert.Zero(t, c.out.Pending(), "nothing is said about it")
}
