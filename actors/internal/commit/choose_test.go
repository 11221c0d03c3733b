package commit

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/troupe-mq/troupe/actors/internal/batch"
	"github.com/troupe-mq/troupe/actors/internal/interest"
	"github.com/troupe-mq/troupe/actors/internal/steps"
)

// remote is a server with so many members of the queue group g.
func remote(id uint64, kind interest.Kind, weight int) *interest.Subscription {
	to := &interest.Target{ID: id}
	to.SetServer(kind, &interest.Face{})
	return interest.NewRemote(to, []byte("x"), []byte("g"), []byte("1"), weight)
}

// chosen is how often each server is chosen of so many times; 0 is nobody of them.
func chosen(p *Publisher, times int, r *batch.Result, choose func(k *Committer, e *batch.Entry)) map[uint64]int {
	n := make(map[uint64]int)
	for range times {
		b := messagesTo(r, 1)
		k := &Committer{p: p, b: b, work: steps.Begin()}
		choose(k, &b.Entries[0])
		id := uint64(0)
		if h := b.Hits.At(0); h != nil {
			id = h.Sub.To.ID
		}
		n[id]++
		b.Hits.Clear()
	}
	return n
}

// TestServersAreChosenByWeight: each as often as it has members, and the near ones as often as there are of them.
func TestServersAreChosenByWeight(t *testing.T) {
	const times, few = 8000, 400
	p := asker(0, nil)
	p.Seed = 1
	g := group{Name: interest.FarQueue("g"), Members: []*interest.Subscription{
		remote(2, interest.Route, 1), remote(3, interest.Hub, 100), remote(4, interest.Route, 2), remote(5, interest.Route, 1),
	}}
	r := &batch.Result{Groups: []group{g}}
	n := chosen(p, times, r, func(k *Committer, e *batch.Entry) { k.chooseInCluster(e, &g, 4) })
	for id, weight := range map[uint64]int{0: 4, 2: 1, 3: 0, 4: 2, 5: 1} {
		assert.InDelta(t, times*weight/8, n[id], few, id)
	}
	n = chosen(p, times, r, func(k *Committer, e *batch.Entry) { k.chooseFar(e, &g) })
	for id, weight := range map[uint64]int{0: 0, 2: 1, 3: 0, 4: 2, 5: 1} {
		assert.InDelta(t, times*weight/4, n[id], few, id)
	}
}

// TestWhoIsPreferred: of servers that a message may be handed on to, of which one that has clients outside of groups would give it
// to them a second time.
func TestWhoIsPreferred(t *testing.T) {
	const from = 2
	p := asker(0, nil)
	p.Seed = 1
	p.Target = remote(from, interest.Route, 1).To
	back, twice, spoke, other := remote(from, interest.Route, 1000), remote(3, interest.Route, 1000), remote(4, interest.Spoke, 1000), remote(5, interest.Route, 1)
	plain := group{Name: interest.Far, Members: []*interest.Subscription{twice}}
	for want, members := range map[uint64][]*interest.Subscription{
		0:    nil,
		3:    {twice},
		from: {twice, back},
		4:    {twice, spoke, back},
		5:    {back, spoke, other, twice},
	} {
		g := group{Name: interest.FarQueue("g"), Members: members}
		n := chosen(p, 10, &batch.Result{Groups: []group{g, plain}}, func(k *Committer, e *batch.Entry) { k.chooseFar(e, &g) })
		assert.Equal(t, map[uint64]int{want: 10}, n)
	}
}
