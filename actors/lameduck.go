package actors

import (
	"context"
	"errors"
	"math/rand/v2"
	"time"

	"github.com/troupe-mq/troupe/actors/internal/connection"
	"github.com/troupe-mq/troupe/actors/internal/keepalive"
	"github.com/troupe-mq/troupe/actors/report"
	"github.com/troupe-mq/troupe/actors/tap"
)

// ErrLameDuck is the error of a broker that is in lame duck mode already.
var ErrLameDuck = errors.New("troupe: the broker is in lame duck mode")

// LameDuck prepares the broker for its end. It lets no new client in and asks
// the connected ones to go elsewhere, gives them LameDuckGracePeriod to begin
// with that, and then closes those that are left one by one, so that other
// brokers do not get all of them at once. Meanwhile everything works for clients
// that are connected. Actors that live in the broker are neither closed nor waited
// for: they end with it.
//
// LameDuck returns when it has closed the last client or none is left. The caller then
// calls Stop. The error is ErrLameDuck if it runs already, report.ErrStopped if a Stop
// came before or in between, or that of ctx.
func (b *Broker) LameDuck(ctx context.Context) error {
	switch {
	case b.asker.Stopped():
		return report.ErrStopped
	case !b.env.Lame.CompareAndSwap(false, true):
		return ErrLameDuck
	}
	b.host.Logger.Info("Entering lame duck mode, stop accepting new clients")
	b.taps.Tell(tap.Record{Kind: tap.LameDuck})
	b.listeners.Stop(b.endpoints.Listening())
	b.announce() // nobody is to come here
	b.mesh.LameDuck()
	for _, at := range b.asker.Everybody() {
		b.host.Send(at.Pid, &connection.GoElsewhere{})
	}
	config := b.config()
	grace := config.LameDuckGracePeriod
	if over, err := b.waitForLeavers(ctx, grace); over {
		return err
	}
	b.host.Logger.Info("Closing existing clients")
	left := b.asker.Externals(ctx)
	rand.Shuffle(len(left), func(i, j int) { left[i], left[j] = left[j], left[i] })
	batch, pause := keepalive.Pace(len(left), config.LameDuckDuration-grace)
	for i, at := range left {
		if i > 0 && i%batch == 0 {
			if over, err := b.waitForLeavers(ctx, pause/2+rand.N(pause/2+1)); over {
				return err
			}
		}
		b.host.Send(at.Pid, &connection.CloseNow{Reason: report.ServerShutdown})
	}
	return nil
}

// waitForLeavers waits for d, or for less if no client from outside is left before. It reports
// whether there is no reason to go on.
func (b *Broker) waitForLeavers(ctx context.Context, d time.Duration) (over bool, err error) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	for b.counters.External.Load() > 0 {
		select {
		case <-timer.C:
			return false, nil
		case <-b.deserted: // somebody may have come since
		case <-b.done:
			return true, report.ErrStopped
		case <-ctx.Done():
			return true, ctx.Err()
		}
	}
	return true, nil
}
