package front

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strconv"
	"sync/atomic"

	"github.com/asynkron/protoactor-go/actor"
	"github.com/hashicorp/go-hclog"

	"github.com/troupe-mq/troupe/actors"
	"github.com/troupe-mq/troupe/supervisor"
)

// Config is what a front needs to know.
type Config struct {
	// Name is that of the actor, under monitor/ in the tree.
	Name string
	// Host and Port are the address. An empty Host means all of them, Port -1 any
	// free port, to be read from Front.Addr.
	Host string
	Port int
	// TLS makes it HTTPS.
	TLS *tls.Config
}

// Front is an address at which something is served, or will be.
type Front struct {
	broker *actors.Broker
	config Config
	logger hclog.Logger
	addr   net.Addr
	serves http.Handler
	limits limits
	open   atomic.Pointer[net.Listener] // nil when the last actor has closed it
	ended  chan struct{}                // told when an actor has closed its listener
}

// Open listens. Nobody is served before Serve.
func Open(b *actors.Broker, c Config) (*Front, error) {
	address := net.JoinHostPort(c.Host, strconv.Itoa(max(c.Port, 0)))
	l, err := listen(address)
	if err != nil {
		return nil, fmt.Errorf("cannot listen on %s: %w", address, err)
	}
	f := &Front{broker: b, config: c, logger: b.Config().Logger.Named(c.Name), addr: l.Addr(), limits: usual, ended: make(chan struct{}, 1)}
	f.open.Store(&l)
	return f, nil
}

// listen opens the address. No connection needs to be kept alive by the kernel:
// each has a deadline, whatever it does.
func listen(address string) (net.Listener, error) {
	c := net.ListenConfig{KeepAlive: -1}
	return c.Listen(context.Background(), "tcp", address)
}

// Serve adds the front to the broker's tree, and closes it if that cannot be. It
// serves until Stop, or as long as the broker lives.
func (f *Front) Serve(handler http.Handler) error {
	f.serves = handler
	_, err := f.broker.AddService(actors.Service{Name: f.config.Name, Role: "http", Produce: func() actor.Actor { return &serving{Front: f} }})
	if err != nil {
		f.Close()
	}
	return err
}

// Close closes the address. Where something is served, it is Stop that ends it.
func (f *Front) Close() {
	if open := f.open.Swap(nil); open != nil {
		_ = (*open).Close() // a server that was closed has closed it
	}
}

// Addr is the address that is listened on.
func (f *Front) Addr() net.Addr { return f.addr }

// Logger is named like the actor.
func (f *Front) Logger() hclog.Logger { return f.logger }

// Stop ends the service, and waits until its address is free again.
func (f *Front) Stop() error {
	if err := f.broker.RemoveService(f.config.Name); err != nil {
		return err
	}
	select {
	case <-f.ended:
	case <-f.broker.Done():
	}
	return nil
}

// serving is the actor that serves: the latest of them, after restarts.
type serving struct {
	*Front
	server *server
	over   chan struct{} // closed when the accepting goroutine has returned
}

// broken tells the actor that nothing more can be accepted.
type broken struct{ err error }

// Receive handles the actor's messages.
func (s *serving) Receive(ctx actor.Context) {
	switch m := ctx.Message().(type) {
	case *actor.Started:
		s.start(ctx)
	case *broken:
		panic(supervisor.Fail(m.err))
	case *actor.Restarting:
		s.close()
	case *actor.Stopping:
		s.close()
		select {
		case s.ended <- struct{}{}:
		default:
		}
	}
}

func (s *serving) start(ctx actor.Context) {
	open := s.open.Load()
	if open == nil {
		l, err := listen(s.addr.String())
		if err != nil {
			panic(supervisor.Fail(err))
		}
		open = &l
		s.open.Store(open)
	}
	s.server = newServer(*open, s.serves, s.config.TLS, &s.limits, s.logger.StandardLogger(&hclog.StandardLoggerOptions{ForceLevel: hclog.Debug}))
	s.over = make(chan struct{})
	root, self, over, server := ctx.ActorSystem().Root, ctx.Self(), s.over, s.server
	supervisor.Go(s.broker.Report, "monitor/"+s.config.Name, func() {
		defer close(over)
		if err := server.serve(); !errors.Is(err, http.ErrServerClosed) {
			root.Send(self, &broken{err})
		}
	})
}

// close ends what is connected and the listener, in this order: a server that
// loses its listener first takes that for a failure, and says so to the actor
// that comes next.
func (s *serving) close() {
	if s.server != nil {
		_ = s.server.http.Close() // it closes the listener too, which may be closed already
		<-s.over                  // it returns at once
	}
	s.Close()
}
