package survey

import (
	"cmp"
	"context"
	"runtime"
	"slices"
	"sync/atomic"
	"time"

	"github.com/asynkron/protoactor-go/actor"

	"github.com/troupe-mq/troupe/actors/internal/connection"
	"github.com/troupe-mq/troupe/actors/internal/host"
	"github.com/troupe-mq/troupe/actors/report"
)

// How patient those are who ask every connection.
const (
	// askPage is how many connections are asked before others get the processor.
	askPage = 256
	// askPatience is how long the connections may be silent, all of them, before
	// those that have not answered are left out.
	askPatience = 250 * time.Millisecond
	// askers is how many goroutines may get stuck, one after the other, in a
	// connection that hangs.
	askers = 4
)

// Address is a connection that can be asked.
type Address struct {
	Cid uint64
	Pid *actor.PID
}

// addresses finds all connections, in the order in which they came. It reads the
// actor system's own registry shard by shard: nobody is asked, and nobody waits.
func (a *Asker) addresses() []Address {
	var found []Address
	for _, bucket := range a.Host.System.ProcessRegistry.LocalPIDs.LocalPIDs {
		bucket.IterCb(func(path string, _ any) {
			if cid, ok := host.CIDOf(path); ok {
				found = append(found, Address{Cid: cid, Pid: a.Host.PID(path)})
			}
		})
	}
	slices.SortFunc(found, func(a, b Address) int { return cmp.Compare(a.Cid, b.Cid) })
	return found
}

// AskAll asks connections for their reports and hands each to take, in no
// particular order. It returns how many did not answer: because they are gone by
// now, or because they hang, which must not make this hang.
func (a *Asker) AskAll(ctx context.Context, whom []Address, subs bool, take func(*report.Connection)) (silent int) {
	return a.ask(ctx, whom, connection.Report{Subs: subs}, take)
}

func (a *Asker) ask(ctx context.Context, whom []Address, question connection.Report, take func(*report.Connection)) (silent int) {
	answers := make(chan *report.Connection, len(whom)) // room for all: see report
	question.Answers = answers
	gone := 0
	silent = Survey(ctx, a.Host, whom, func(int) any { return &question }, answers, func(r *report.Connection) {
		if r == nil {
			gone++
			return
		}
		take(r)
	})
	return silent + gone
}

// Survey puts a question to connections, and hands each answer to take. It
// returns how many there were of whom none came. There is room for all answers.
func Survey[T any](ctx context.Context, h *host.Host, whom []Address, question func(i int) any, answers <-chan T, take func(T)) (silent int) {
	var next atomic.Int64
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	begin := func() {
		h.Spawn("ask connections", func() {
			for {
				i := int(next.Add(1)) - 1
				if i >= len(whom) || ctx.Err() != nil {
					return
				}
				if i%askPage == askPage-1 {
					runtime.Gosched()
				}
				h.Send(whom[i].Pid, question(i))
			}
		})
	}
	begin()
	patience := time.NewTimer(askPatience)
	defer patience.Stop()
	missing := len(whom)
	for begun := 1; missing > 0; {
		select {
		case a := <-answers:
			missing--
			patience.Reset(askPatience)
			take(a)
		case <-patience.C:
			if begun == askers || int(next.Load()) >= len(whom) {
				return missing
			}
			begun++ // the one who asked sits in a connection that hangs: another goes on
			begin()
			patience.Reset(askPatience)
		case <-ctx.Done():
			return missing
		}
	}
	return 0
}
