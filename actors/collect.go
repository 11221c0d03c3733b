package actors

import (
	"context"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/asynkron/protoactor-go/actor"
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

// address is a connection that can be asked.
type address struct {
	cid uint64
	pid *actor.PID
}

// addresses finds all connections, in the order in which they came. It reads the
// actor system's own registry shard by shard: nobody is asked, and nobody waits.
func (h *hub) addresses() []address {
	found := make([]address, 0, max(h.counters.connections.Load(), 0))
	for _, bucket := range h.system.ProcessRegistry.LocalPIDs.LocalPIDs {
		bucket.IterCb(func(path string, _ any) {
			if cid, ok := cidOf(path); ok {
				found = append(found, address{cid: cid, pid: h.system.NewLocalPID(path)})
			}
		})
	}
	slices.SortFunc(found, func(a, b address) int { return compare(a.cid, b.cid) })
	return found
}

// cidOf is the cid of the connection with that path, if it is one's.
func cidOf(path string) (cid uint64, ok bool) {
	if !strings.HasPrefix(path, rootName+"/"+connectionsName+"/") {
		return 0, false
	}
	number, ok := strings.CutPrefix(path[strings.LastIndexByte(path, '/')+1:], connectionPrefix)
	if !ok {
		return 0, false
	}
	cid, err := strconv.ParseUint(number, 10, 64)
	return cid, err == nil
}

// askAll asks connections for their reports and hands each to take, in no
// particular order. It returns how many did not answer: because they are gone by
// now, or because they hang, which must not make this hang.
func (h *hub) askAll(ctx context.Context, whom []address, subs bool, take func(*ConnectionReport)) (silent int) {
	answers := make(chan *ConnectionReport, len(whom)) // room for all: see report
	question := &report{answers: answers, subs: subs}
	gone := 0
	silent = survey(ctx, h, whom, func(int) any { return question }, answers, func(r *ConnectionReport) {
		if r == nil {
			gone++
			return
		}
		take(r)
	})
	return silent + gone
}

// survey puts a question to connections, and hands each answer to take. It
// returns how many there were of whom none came. There is room for all answers.
func survey[T any](ctx context.Context, h *hub, whom []address, question func(i int) any, answers <-chan T, take func(T)) (silent int) {
	var next atomic.Int64
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	begin := func() {
		h.spawn("ask connections", func() {
			for {
				i := int(next.Add(1)) - 1
				if i >= len(whom) || ctx.Err() != nil {
					return
				}
				if i%askPage == askPage-1 {
					runtime.Gosched()
				}
				h.system.Root.Send(whom[i].pid, question(i))
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
