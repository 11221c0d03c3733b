package groupcommit

import (
	"fmt"
	"slices"
	"time"

	"github.com/asynkron/protoactor-go/actor"

	"github.com/troupe-mq/troupe/actors/client"
	"github.com/troupe-mq/troupe/actors/tap"
	"github.com/troupe-mq/troupe/supervisor"
)

// committer is the actor.
type committer struct {
	Config
	line *succession

	keeper  *keeper
	next    uint64 // the number of the next record
	busy    bool   // pages are being stored
	filling *group
	full    []*group     // pages that wait
	bytes   int          // of these
	unread  []*tap.Batch // that are not taken before there is room
	spare   []*group     // empty
	lost    span         // what could not be stored, and is not told of yet
	down    *outage      // nil while the store works
}

// The messages that the actor is sent, beside batches.
type (
	// stored tells what became of pages, or with none that the store has failed by
	// itself.
	stored struct {
		by     *keeper
		groups []*group
		err    error
	}
	// reopened tells what became of an attempt to open the store.
	reopened struct {
		by   *keeper
		next uint64
		err  error
	}
	// reopen asks for one.
	reopen struct{ by *keeper }
	// crashed tells that the goroutine is gone.
	crashed struct {
		by    *keeper
		crash *supervisor.Crash
	}
)

// Receive handles the actor's messages.
func (c *committer) Receive(ctx actor.Context) {
	switch m := ctx.Message().(type) {
	case *actor.Started:
		c.start(ctx)
	case *tap.Batch:
		c.take(m)
	case *stored:
		c.goOn(ctx, m)
	case *reopened:
		c.resume(ctx, m)
	case *reopen:
		c.reopen(ctx, m)
	case *crashed:
		if m.by == c.keeper {
			panic(m.crash)
		}
	case *actor.Restarting, *actor.Stopping:
		c.end()
	}
}

// start opens the store. The goroutine of the incarnation before may still be at
// it; if it does not come back, supervision tries again later.
func (c *committer) start(ctx actor.Context) {
	c.filling = c.blank()
	select {
	case <-c.line.ended:
	case <-time.After(patience):
		panic(supervisor.Fail(ErrBehind))
	}
	k := newKeeper(c.Config, ctx.ActorSystem().Root, ctx.Self())
	next, err := c.Store.Open(k.ctx)
	if err != nil {
		panic(supervisor.Fail(err))
	}
	c.keeper, c.next, c.lost, c.line.ended = k, next, c.line.lost, k.ended
	k.start()
}

// blank gives an empty page.
func (c *committer) blank() *group {
	last := len(c.spare) - 1
	if last < 0 {
		return &group{page: c.Page()}
	}
	g := c.spare[last]
	c.spare = c.spare[:last]
	return g
}

// free takes a page back.
func (c *committer) free(g *group) {
	if len(c.spare) < maxSpare {
		g.reset()
		c.spare = append(c.spare, g)
	}
}

// take has a batch stored, or counts it as lost.
func (c *committer) take(b *tap.Batch) {
	switch {
	case c.down != nil:
		c.miss(b, c.down.err)
		return
	case c.waiting() < c.MaxBytes && len(c.unread) == 0:
		b.Hold()
		c.read(b)
		c.flush()
	case c.Policy == tap.Drop:
		c.leave(b)
	default:
		c.miss(b, ErrBehind)
	}
}

// read puts a batch into the page that is being filled, and those behind it.
func (c *committer) read(b *tap.Batch) {
	c.confess()
	for r, times := range b.Runs() {
		c.enter(r, times)
	}
	c.filling.batches = append(c.filling.batches, b)
}

// waiting is the size of all that waits to be stored.
func (c *committer) waiting() int { return c.bytes + c.filling.page.Size() }

// enter takes a record that comes so many times.
func (c *committer) enter(r *tap.Record, times int) {
	for times > 0 {
		if c.filling.page.Size() >= pageBytes {
			c.turnOver()
		}
		n := min(times, maxTimes)
		c.filling.span.add(r, n)
		c.add(r, n)
		r.Seq += uint64(n)
		times -= n
	}
}

// turnOver begins another page.
func (c *committer) turnOver() {
	c.bytes += c.filling.page.Size()
	c.full = append(c.full, c.filling)
	c.filling = c.blank()
}

func (c *committer) add(r *tap.Record, times int) {
	c.filling.page.Add(c.next, r, times)
	c.next += uint64(times)
}

// confess begins a page with what could not be stored before it.
func (c *committer) confess() {
	if c.lost.count == 0 || c.down != nil || !c.filling.empty() || len(c.full) > 0 {
		return
	}
	c.filling.span.merge(c.lost)
	c.add(c.lost.record(c.Policy), 1)
	c.lost = span{}
}

// miss does not take a batch.
func (c *committer) miss(b *tap.Batch, err error) {
	if c.lost.reason == "" {
		c.lost.reason = err.Error()
	}
	for r, times := range b.Runs() {
		c.lost.add(r, times)
	}
	if c.Policy == tap.Block {
		b.Hold()
		b.Done(err)
	}
}

// flush hands all pages on, if nothing is being stored.
func (c *committer) flush() {
	c.confess()
	if c.busy || c.down != nil || c.filling.empty() {
		return
	}
	c.turnOver()
	c.keeper.tasks <- task{c.full}
	c.busy, c.full, c.bytes = true, nil, 0
	c.confess()
}

// goOn hears what became of pages, and goes on with the next ones.
func (c *committer) goOn(ctx actor.Context, m *stored) {
	switch {
	case m.by != c.keeper: // of an incarnation before this one
	case m.err != nil:
		c.fail(ctx, m)
	default:
		c.busy = false
		for _, g := range m.groups {
			c.free(g)
		}
		c.flush()
		c.catchUp()
	}
}

// fail gives up what is in the pages: their numbers belong behind a page that is
// not there.
func (c *committer) fail(ctx actor.Context, m *stored) {
	if m.groups != nil {
		c.busy = false
	}
	for _, g := range slices.Concat(m.groups, c.full, []*group{c.filling}) {
		c.lose(g, m.err)
	}
	c.full, c.bytes, c.filling = nil, 0, c.blank()
	c.loseUnread(m.err)
	if c.down == nil {
		ctx.Logger().Error("The audit log cannot be written", "log", c.Name, "error", m.err)
		client.Announce(ctx, Failing, m.err.Error())
		c.down = new(outage)
		c.retry(ctx, m.err)
	}
}

// lose counts a group as lost.
func (c *committer) lose(g *group, err error) {
	g.span.reason = err.Error()
	c.lost.merge(g.span)
	g.settle(c.Policy, err)
	c.free(g)
}

// retry has the store opened again, later each time.
func (c *committer) retry(ctx actor.Context, err error) {
	d := c.down
	d.err, d.delay = err, min(max(2*d.delay, minDelay), maxDelay)
	root, self, by := ctx.ActorSystem().Root, ctx.Self(), c.keeper
	d.timer = time.AfterFunc(d.delay, func() { root.Send(self, &reopen{by}) })
}

// reopen has the goroutine open the store, once it has given back what it had.
func (c *committer) reopen(ctx actor.Context, m *reopen) {
	switch {
	case m.by != c.keeper || c.down == nil:
	case c.busy:
		c.retry(ctx, c.down.err)
	default:
		c.keeper.tasks <- task{}
	}
}

// resume goes on, if the store is open again.
func (c *committer) resume(ctx actor.Context, m *reopened) {
	switch {
	case m.by != c.keeper || c.down == nil:
		return
	case m.err != nil:
		c.retry(ctx, m.err)
		return
	}
	ctx.Logger().Warn("The audit log can be written again", "log", c.Name, "lost", c.lost.count)
	client.Announce(ctx, Recovered, fmt.Sprintf("%d records were lost", c.lost.count))
	c.down, c.next = nil, m.next
	c.flush()
}

// end hands the last page on, and waits for it, but not for ever.
func (c *committer) end() {
	k := c.keeper
	if k == nil {
		return
	}
	c.loseUnread(ErrBehind)
	if c.down != nil {
		c.down.timer.Stop()
	} else {
		if c.lost.count > 0 {
			c.add(c.lost.record(c.Policy), 1)
			c.filling.span.merge(c.lost)
			c.lost = span{}
		}
		if !c.filling.empty() {
			k.tasks <- task{append(c.full, c.filling)}
		}
	}
	close(k.tasks)
	if !k.over(patience) {
		k.cancel()
		k.over(patience / 10)
	}
	select {
	case <-k.ended:
		for t := range k.tasks { // left by a goroutine that has crashed
			for _, g := range t.groups {
				c.lose(g, ErrStopped)
			}
		}
	default:
	}
	c.line.lost, c.keeper = c.lost, nil
}
