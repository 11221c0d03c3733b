package commit

import (
	"sync"

	"github.com/troupe-mq/troupe/actors/internal/batch"
	"github.com/troupe-mq/troupe/actors/internal/msgtrace"
	"github.com/troupe-mq/troupe/actors/internal/steps"
	"github.com/troupe-mq/troupe/actors/internal/transport"
)

// Committer carries out a batch and gathers what that sends, by target. It is borrowed
// for the length of a step.
type Committer struct {
	p       *Publisher
	b       *batch.Batch
	routed  int // how many of its entries may be carried out
	targets []perTarget
	table   []uint32 // open addressing by target id: 1 + index into targets
	last    int      // the target found last
	stamp   uint32
	work    steps.Work
	posted  int64           // bytes of buffers
	trace   *msgtrace.Trace // of the message under way, nil for nearly all
	asked   permission      // what was asked last
	head    []byte          // scratch: "MSG subject sid "
	name    []byte          // scratch: a subject as another account calls it
}

const smallTable = 32

var committerPool = sync.Pool{New: func() any { return &Committer{table: make([]uint32, smallTable)} }}

// New borrows a committer for one step of the commit of so many entries of a batch.
func New(p *Publisher, b *batch.Batch, routed int) *Committer {
	k := committerPool.Get().(*Committer)
	k.p, k.b, k.routed, k.work = p, b, routed, steps.Begin()
	return k
}

// Send posts to every target, gives the committer back, and returns what the publisher
// is to wait for before it goes on.
func (k *Committer) Send() (pause transport.Pause) {
	k.postAll()
	k.p.Turn.Spend(steps.Step - k.work.Left())
	for i := range k.targets {
		k.table[k.targets[i].cell] = 0
	}
	pause = k.restPause(k.pause())
	k.p.Budget.Add(k.posted)
	clear(k.targets)
	k.targets, k.last, k.stamp = k.targets[:0], 0, 0
	k.p, k.b, k.trace, k.posted, k.asked = nil, nil, nil, 0, permission{}
	committerPool.Put(k)
	return pause
}

// postAll posts to every target what there is so far, and leaves its fence: nobody waits for what comes next.
func (k *Committer) postAll() {
	for i := range k.targets {
		k.post(&k.targets[i])
		k.leaveFence(&k.targets[i])
	}
}

// Abandon is for a commit that has crashed: nobody is to wait for it.
func (k *Committer) Abandon() {
	for i := range k.targets {
		k.leaveFence(&k.targets[i])
	}
}
