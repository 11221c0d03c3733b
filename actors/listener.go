package actors

import (
	"context"
	"errors"
	"fmt"
	"net"
	"sync/atomic"
	"time"

	"github.com/asynkron/protoactor-go/actor"

	"github.com/troupe-mq/troupe/supervisor"
)

const clientListener = "clients"

// listening is an address that is open. It outlives the listener actor that
// serves it, so that a restart opens the very same address again.
type listening struct {
	addr net.Addr
	open atomic.Pointer[net.TCPListener] // nil when the last actor has closed it
}

// newListening opens an address before there is any actor, so that a port in
// use is an error of Start.
func newListening(ctx context.Context, h *hub, address string) (*listening, error) {
	l, err := listenTCP(ctx, address)
	if err != nil {
		return nil, fmt.Errorf("troupe: cannot listen on %s: %w", address, err)
	}
	h.logger.Info("Listening for client connections on " + l.Addr().String())
	at := &listening{addr: l.Addr()}
	at.open.Store(l)
	return at, nil
}

// listenTCP leaves the kernel's keep-alive off: the broker's own PINGs find a
// dead client, and four system calls less are spent on each that comes.
func listenTCP(ctx context.Context, address string) (*net.TCPListener, error) {
	quiet := net.ListenConfig{KeepAlive: -1}
	l, err := quiet.Listen(ctx, "tcp", address)
	if err != nil {
		return nil, err
	}
	return l.(*net.TCPListener), nil
}

func (l *listening) pid(h *hub) *actor.PID {
	return h.system.NewLocalPID(rootName + "/" + listenersName + "/" + clientListener)
}

// listener is the actor that accepts clients at one address.
type listener struct {
	*hub
	at   *listening
	over chan struct{} // closed when the accepting goroutine has returned
}

// broken tells a listener that nothing more can be accepted.
type broken struct{ err error }

// Receive handles the listener's messages.
func (l *listener) Receive(ctx actor.Context) {
	switch m := ctx.Message().(type) {
	case *actor.Started:
		l.start(ctx)
	case *broken:
		panic(supervisor.Fail(m.err))
	case *actor.Restarting, *actor.Stopping:
		l.close()
	}
}

func (l *listener) start(ctx actor.Context) {
	open := l.at.open.Load()
	if open == nil {
		var err error
		if open, err = listenTCP(context.Background(), l.at.addr.String()); err != nil {
			panic(supervisor.Fail(err))
		}
		l.at.open.Store(open)
	}
	l.over = make(chan struct{})
	self, over := ctx.Self(), l.over
	l.spawn("listener", func() {
		defer close(over)
		if err := l.serve(open); err != nil {
			l.system.Root.Send(self, &broken{err})
		}
	})
}

func (l *listener) close() {
	if open := l.at.open.Swap(nil); open != nil {
		open.Close()
	}
	if l.over != nil {
		<-l.over // it returns at once: its listener is closed
	}
}

// serve accepts until the listener is closed, which is no error. A shortage of
// descriptors or memory passes: those who wait are accepted later.
func (l *listener) serve(open *net.TCPListener) error {
	const longest = time.Second
	wait := 5 * time.Millisecond
	for {
		nc, err := open.Accept()
		switch {
		case err == nil:
			wait = 5 * time.Millisecond
			l.welcome(nc)
		case errors.Is(err, net.ErrClosed):
			return nil
		case isTemporary(err):
			l.logger.Error("accept", "error", err, "retry", wait.String())
			<-time.After(wait)
			wait = min(2*wait, longest)
		default:
			return err
		}
	}
}

// welcome lets a client in, or turns it away.
func (l *listener) welcome(nc net.Conn) {
	if l.admission.limited() && !l.admission.enter(ipOf(nc), l.now()) {
		l.turnAway(nc)
		return
	}
	l.accept(nc)
}

// isTemporary reports whether accepting may work again by itself. The method is
// deprecated for errors in general; for accept it is still what the kernel means.
func isTemporary(err error) bool {
	var t interface{ Temporary() bool }
	return errors.As(err, &t) && t.Temporary()
}
