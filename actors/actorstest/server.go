package actorstest

import (
	"cmp"
	"context"
	"errors"
	"testing"
	"time"

	"github.com/troupe-mq/troupe/actors"
	"github.com/troupe-mq/troupe/actors/report"
)

// stopping is how long clients that a test has left connected may take to read what is queued for them.
const stopping = 2 * time.Second

// Server is a broker with a port, for the length of one test.
type Server struct{ *actors.Broker }

// Run starts a broker for tests with clients of other makes, nats.go for one: Server.ClientURL is where it listens. It
// is a free port of the loopback address if the configuration names none. It logs to t if the configuration brings no
// logger of its own, and is stopped when the test ends. It is not for a synctest bubble, where sockets do not belong: see
// Start.
func Run(t testing.TB, config actors.Config, opts ...actors.Option) *Server {
	t.Helper()
	config.Host = cmp.Or(config.Host, "127.0.0.1")
	config.Port = cmp.Or(config.Port, -1)
	if config.Logger == nil {
		config.Logger = Logger(t)
	}
	b, err := actors.Start(t.Context(), config, opts...)
	if err != nil {
		t.Fatalf("actorstest: starting the broker: %v", err)
	}
	s := &Server{b}
	t.Cleanup(func() { s.end(t) })
	return s
}

// end stops the broker, if the test has not done so.
func (s *Server) end(t testing.TB) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.WithoutCancel(t.Context()), stopping)
	defer cancel()
	if err := s.Stop(ctx); err != nil && !errors.Is(err, report.ErrStopped) && !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("actorstest: stopping the broker: %v", err)
	}
}
