package actors

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/wire"
)

// TestCrashBehindAHold: what a commit had begun to carry out when it crashed is
// counted once, also if taps had held it back.
func TestCrashBehindAHold(t *testing.T) {
	spec, err := TapSpec{Name: "tap", Policy: TapBlock}.complete()
	require.NoError(t, err)
	c := newBench(t, 0, "").c
	b := newBatch(c.to, c.turns, len(c.partitions))
	b.add(wire.OpPub)
	b.told = telling{taps: &tapSet{}, holds: []*hold{{feed: newFeed(c.hub, spec), batch: b, over: true}}}
	c.batch, c.packer = b, newPacker(c, b)
	c.countIn(b.entries) // and then the crash
	c.giveUpHolds()
	assert.EqualValues(t, 1, c.tally.in)
	assert.Zero(t, c.tally.refused, "that is for settleLast")
}
