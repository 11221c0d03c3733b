package experiments

import (
	"context"
	"time"

	"github.com/troupe-mq/troupe/actors"
	"github.com/troupe-mq/troupe/actors/report"
)

// broker starts one, for clients within this process.
func (b *bench) broker(c actors.Config) *actors.Broker {
	c.NoListen = true
	broker, err := actors.Start(context.Background(), c)
	must(err)
	b.after = append(b.after, func() {
		ctx, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		_ = broker.Stop(ctx) // some experiments stop it with clients that do not read
	})
	return broker
}

// panics makes an actor of the broker panic.
func panics(broker *actors.Broker, target string) report.Fault {
	r, err := broker.Inject(context.Background(), actors.Fault{Target: target, Kind: actors.FaultPanic})
	must(err)
	return r
}

// settled is the ledger once nothing is on its way any more.
func settled(broker *actors.Broker) (l report.Ledger, balanced bool) {
	until("nothing is on its way", func() bool {
		l = broker.Stats().Ledger
		return l.Waiting == 0 && l.In == l.Routed+l.NoInterest+l.Refused
	})
	sum := l.Delivered
	for _, copies := range l.Dropped {
		sum += copies
	}
	return l, sum == l.Copies
}
