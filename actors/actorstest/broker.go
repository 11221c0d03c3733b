package actorstest

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/troupe-mq/troupe/actors"
	"github.com/troupe-mq/troupe/actors/report"
)

// Broker is a broker for the length of one test.
type Broker struct {
	*actors.Broker
	clients []*Client
}

// Start runs a broker without a port, which logs to t if the configuration
// brings no logger of its own. It is stopped when the test ends.
func Start(t testing.TB, config actors.Config, opts ...actors.Option) *Broker {
	t.Helper()
	config.NoListen = true
	if config.Logger == nil {
		config.Logger = Logger(t)
	}
	b, err := actors.Start(t.Context(), config, opts...)
	if err != nil {
		t.Fatalf("actorstest: starting the broker: %v", err)
	}
	k := &Broker{Broker: b}
	t.Cleanup(func() { k.end(t) })
	return k
}

// end stops the broker, if the test has not done so, and lets what it started
// run out.
func (b *Broker) end(t testing.TB) {
	t.Helper()
	for _, c := range b.clients {
		c.Close()
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(t.Context()), patience)
	defer cancel()
	// A client that the test has left unread is a reason to be late, and no fault.
	err := b.Stop(ctx)
	if err != nil && !errors.Is(err, report.ErrStopped) && !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("actorstest: stopping the broker: %v", err)
	}
	if settle() {
		<-time.After(aftermath)
		settle()
	}
}
