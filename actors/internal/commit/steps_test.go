package commit

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/troupe-mq/troupe/actors/internal/batch"
	"github.com/troupe-mq/troupe/actors/internal/interest"
	"github.com/troupe-mq/troupe/actors/internal/pressure"
	"github.com/troupe-mq/troupe/actors/internal/stats"
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

// TestManyServersAreSentToInSteps: a message may go to ten thousand leaf nodes, and each may want it by many patterns.
func TestManyServersAreSentToInSteps(t *testing.T) {
	const servers, patterns = 10_000, 5
	p := asker(0, nil)
	p.Seed, p.Counters, p.Budget = 1, &stats.Counters{}, &pressure.Budget{}
	far := group{Name: interest.Far}
	for i := range servers {
		to := &interest.Target{ID: uint64(2 + i), Account: p.Target.Account, Pending: interest.NewPending()}
		to.Pending.Refuse(1) // so what is made for it goes nowhere
		to.SetServer(interest.Spoke, &interest.Face{Plain: "LMSG ", MaxPayload: 1 << 20})
		for range patterns {
			far.Members = append(far.Members, interest.NewSubscription(to, []byte("x"), nil, []byte("1")))
		}
	}
	gone := group{Name: "g", Members: subscribers(1, 1)}
	gone.Members[0].End()
	for name, groups := range map[string][]group{"run": {far}, "message": {gone, far}} {
		before := p.Counts.Tally.Posted
		n := stepsOf(t, p, messagesTo(&batch.Result{Groups: groups}, 1))
		assert.InDelta(t, servers*(steps.Delivery+patterns*steps.Look)/steps.Step, n, 2, name)
		assert.EqualValues(t, servers, p.Counts.Tally.Posted-before, name)
	}
}

// TestServerIsChosenInSteps: a server may have a hundred thousand patterns for members of a queue group, by each of which it may be
// chosen.
func TestServerIsChosenInSteps(t *testing.T) {
	const each = 60_000
	p := asker(0, nil)
	p.Seed, p.Counters, p.Budget = 1, &stats.Counters{}, &pressure.Budget{}
	server := func(id uint64, kind interest.Kind) *interest.Target {
		to := &interest.Target{ID: id, Account: p.Target.Account, Pending: interest.NewPending()}
		to.Pending.Refuse(1) // so what is made for it goes nowhere
		to.SetServer(kind, &interest.Face{Plain: "LMSG ", MaxPayload: 1 << 20})
		return to
	}
	members := func(to *interest.Target, queue string, n int) (all []*interest.Subscription) {
		for range n {
			all = append(all, interest.NewRemote(to, []byte("x"), []byte(queue), []byte("1"), 1))
		}
		return all
	}
	gone := group{Name: "g", Members: members(p.Target, "g", 1)}
	gone.Members[0].End()
	one, other, hub := server(2, interest.Route), server(3, interest.Route), server(4, interest.Hub)
	far := group{Name: interest.FarQueue("g"), Members: slices.Concat(members(one, "g", each), members(other, "g", each), members(hub, "g", each))}
	plain := group{Name: interest.Far, Members: members(other, "", each)}
	for name, from := range map[string]struct {
		*interest.Target
		groups []group
		most   int // looks at each
	}{
		"client":               {p.Target, []group{far}, 2},
		"client, near is gone": {p.Target, []group{gone, far}, 4},
		"server of a cluster":  {server(5, interest.Route), []group{far, plain}, 3},
	} {
		p.Target = from.Target
		b := messagesTo(&batch.Result{Groups: from.groups}, 1)
		b.Buf = append(b.Buf, "g"...)
		b.Frame(&b.Entries[0], batch.Frame{Queues: wire.Span{Off: 1, Len: 1}})
		n := stepsOf(t, p, b)
		assert.LessOrEqual(t, n, from.most*3*each*steps.Look/steps.Step+1, name)
		assert.Greater(t, n, 1, name)
		assert.Equal(t, cursor{}, p.cursor)
	}
}
