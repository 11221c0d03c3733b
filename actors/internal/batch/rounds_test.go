package batch_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/troupe-mq/troupe/actors/internal/batch"
	"github.com/troupe-mq/troupe/topics"
	"github.com/troupe-mq/troupe/wire"
)

// twoRoutes are of a batch in which two partitions take turns, and the third and the fourth entry are one message in two accounts.
func twoRoutes() *batch.Batch {
	b := batch.New(nil, 2, 1)
	for i, name := range []string{"a", "b", "c", "d", "e"} {
		e := b.Add(wire.OpPub)
		e.Subject, e.Renamed = b.Spell([]byte(name)), true
		e.Derived = name == "d"
		b.Route(i % 2)
	}
	return b
}

// TestRounds: what all partitions have looked at is committed, and then the one goes on that is behind.
func TestRounds(t *testing.T) {
	b := twoRoutes()
	all := len(b.Entries)
	assert.Equal(t, all, b.Routed(), "nobody has left anything")
	b.Make(batch.MostMade)
	assert.False(t, b.IsFull())
	b.Make(1)
	assert.True(t, b.IsFull())
	for i := range b.Entries[:3] {
		b.Entries[i].Result = &batch.Result{}
	}
	b.Progress[0], b.Progress[1] = 2, 1 // a, c, and b
	b.Leave()
	assert.Equal(t, 2, b.Routed(), "c is committed with what is derived from it")
	b.Next = 2
	p, some := b.NextRound()
	assert.True(t, some)
	assert.Equal(t, 1, p)
	assert.False(t, b.IsFull())
	assert.Nil(t, b.Entries[0].Result, "it is committed")
	assert.NotNil(t, b.Entries[2].Result)
	b.Make(batch.MostMade/2 + 1)
	assert.True(t, b.IsFull(), "it is one of two")
	b.Progress[1] = 2
	assert.Equal(t, 4, b.Routed())
	b.Next = 4
	p, some = b.NextRound()
	assert.True(t, some)
	assert.Zero(t, p)
	b.Progress[0] = 3
	assert.Equal(t, all, b.Routed())
	b.Next = all
	_, some = b.NextRound()
	assert.False(t, some)
	b.Recycle()
}

// TestReroute: the partitions of another layout are to look at the messages that nobody has looked at, and at nothing else.
func TestReroute(t *testing.T) {
	const partitions = 3
	b := twoRoutes()
	b.Entries[3].Refusal = wire.ErrInternal
	b.Add(wire.OpUnsub)
	b.Route(0)
	b.Entries[1].Result = &batch.Result{}
	b.Progress[0], b.Progress[1] = 1, 1
	b.Leave()
	b.Next = 1
	b.Reroute(2, partitions)
	want := make([][]uint32, partitions)
	for _, i := range []uint32{2, 4} {
		p := topics.Partition(b.SubjectOf(&b.Entries[i]), partitions)
		want[p] = append(want[p], i)
	}
	for p := range want {
		assert.Equal(t, want[p], append([]uint32(nil), b.Routes[p]...))
		assert.Zero(t, b.Progress[p])
	}
	assert.Equal(t, 2, b.Routed())
	assert.EqualValues(t, 2, b.Layout)
}
