package commit

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/troupe-mq/troupe/actors/internal/batch"
	"github.com/troupe-mq/troupe/actors/internal/interest"
	"github.com/troupe-mq/troupe/actors/internal/steps"
	"github.com/troupe-mq/troupe/wire"
)

// messagesTo are so many of one subject, in one batch, for a result.
func messagesTo(r *batch.Result, n int) *batch.Batch {
	b := batch.New(nil, 1, 0)
	b.Buf = append(b.Buf, "x"...)
	for i := range n {
		e := b.Add(wire.OpPub)
		e.Subject, e.Repeat = wire.Span{Len: 1}, i > 0
		e.Result = r
	}
	return b
}

// TestMembersThatRefuseAreAskedInSteps: a publisher that has turned its echo off may be all of a queue group itself, a hundred
// thousand times over.
func TestMembersThatRefuseAreAskedInSteps(t *testing.T) {
	const members, messages = 200_000, 3
	p := asker(0, nil)
	p.Seed, p.Verbose = 1, true
	g := group{Name: "g"}
	for range members {
		g.Members = append(g.Members, interest.NewSubscription(p.Target, []byte("x"), []byte("g"), []byte("1")))
	}
	for _, groups := range [][]group{{g}, {g, g}} {
		n := stepsOf(t, p, messagesTo(&batch.Result{Groups: groups}, messages))
		assert.InDelta(t, messages*len(groups)*members*steps.Look/steps.Step, n, 3)
		assert.Equal(t, cursor{}, p.cursor)
	}
	assert.Equal(t, 2*messages, strings.Count(said(p), wire.OK), "each of them is carried out once")
}

// TestManyGroupsAreServedInSteps: to see which of a million queue groups have members on other servers takes more than a step,
// and a message to all of these goes on from where it was.
func TestManyGroupsAreServedInSteps(t *testing.T) {
	const groups = 600_000
	p := asker(0, nil)
	p.Seed = 1
	r := &batch.Result{}
	gone := subscribers(2, 1)
	gone[0].End()
	for i := range groups {
		r.Groups = append(r.Groups, group{Name: fmt.Sprint("g", i), Members: gone})
	}
	assert.Less(t, stepsOf(t, p, messagesTo(r, 1)), 100)
}
