package actors

import (
	"context"
	"errors"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/troupe-mq/troupe/supervisor"
)

// ErrLameDuck is what a broker answers that is in lame duck mode already.
var ErrLameDuck = errors.New("troupe: the broker is in lame duck mode")

// goElsewhere asks a connection to tell its client that this broker will be gone
// soon, if it is a client that understands it.
type goElsewhere struct{ answer chan<- error } // nil if nobody wants one

// IgnoreDeadLetterLogging: the client may have gone already.
func (*goElsewhere) IgnoreDeadLetterLogging() {}

// LameDuck prepares the broker for its end. It lets no new client in and asks
// the connected ones to go elsewhere, gives them LameDuckGracePeriod to begin
// with that, and then closes those that are left one by one, so that other
// brokers do not get all of them at once. Everything works meanwhile for who is
// connected. Actors that live in the broker are neither closed nor waited for:
// they end with it. It returns when nobody is to be waited for any more, and
// leaves it to the caller to call Stop; a Stop in between ends it.
func (b *Broker) LameDuck(ctx context.Context) error {
	h := b.hub
	switch {
	case b.stopped():
		return ErrStopped
	case !h.lame.CompareAndSwap(false, true):
		return ErrLameDuck
	}
	h.logger.Info("Entering lame duck mode, stop accepting new clients")
	h.tell(Record{Kind: KindLameDuck})
	b.closeDoors()
	for _, at := range b.everybody() {
		h.system.Root.Send(at.pid, &goElsewhere{})
	}
	grace := h.config().LameDuckGracePeriod
	if over, err := b.waitForLeavers(ctx, grace); over {
		return err
	}
	h.logger.Info("Closing existing clients")
	left := b.guests(ctx)
	rand.Shuffle(len(left), func(i, j int) { left[i], left[j] = left[j], left[i] })
	batch, pause := pace(len(left), h.config().LameDuckDuration-grace)
	for i, at := range left {
		if i > 0 && i%batch == 0 {
			if over, err := b.waitForLeavers(ctx, pause/2+rand.N(pause/2+1)); over {
				return err
			}
		}
		h.system.Root.Send(at.pid, &closeNow{ServerShutdown})
	}
	return nil
}

// How clients are closed one after the other.
const (
	longestPause  = time.Second
	shortestPause = 10 * time.Millisecond
)

// pace spreads the closing of clients over a time: so many at once, and a pause
// between. A few need not take all of it.
func pace(clients int, within time.Duration) (batch int, pause time.Duration) {
	if clients == 0 || within <= 0 {
		return max(clients, 1), 0
	}
	pause = within / time.Duration(clients)
	if pause >= shortestPause {
		return 1, min(pause, longestPause)
	}
	pauses := int(max(within/shortestPause, 1))
	return (clients + pauses - 1) / pauses, shortestPause
}

// waitForLeavers waits for d, or for less if no guest is left before. It reports
// whether there is no reason to go on.
func (b *Broker) waitForLeavers(ctx context.Context, d time.Duration) (over bool, err error) {
	h, timer := b.hub, time.NewTimer(d)
	defer timer.Stop()
	for h.counters.guests.Load() > 0 {
		select {
		case <-timer.C:
			return false, nil
		case <-h.deserted: // somebody may have come since
		case <-b.done:
			return true, ErrStopped
		case <-ctx.Done():
			return true, ctx.Err()
		}
	}
	return true, nil
}

// everybody are the connections that there are. Nobody is left out who was let
// in before: their group is asked, which has made them.
func (b *Broker) everybody() []address {
	h := b.hub
	family, err := supervisor.Inspect(h.system, h.family, supervisor.Describe{Limit: -1})
	if err != nil {
		return nil // it cannot answer; stopping the tree closes them too
	}
	all := make([]address, 0, len(family.Children))
	for _, n := range family.Children {
		if cid, ok := cidOf(n.Path); ok { // what is internal ends with its actor
			all = append(all, address{cid: cid, pid: h.system.NewLocalPID(n.Path)})
		}
	}
	return all
}

// guests are those of them whose clients come from outside, as far as they say.
func (b *Broker) guests(ctx context.Context) []address {
	all := b.everybody()
	inside := make(map[uint64]bool)
	b.hub.askAll(ctx, all, false, func(r *ConnectionReport) { inside[r.CID] = r.Type == kindActor })
	return slices.DeleteFunc(all, func(at address) bool { return inside[at.cid] })
}

// sendAway tells the client to go elsewhere.
func (c *connection) sendAway(m *goElsewhere) {
	understands := c.greeted && c.options.Protocol >= 1 && !c.leaving
	if understands {
		p := c.personal(false)
		p.Nonce, p.LameDuck = "", true
		c.inform(p)
	}
	switch {
	case m.answer == nil:
	case understands:
		m.answer <- nil
	default:
		m.answer <- ErrNotInformed
	}
}
