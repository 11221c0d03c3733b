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
	name   string // of its actor
	addr   net.Addr
	door   *door
	again  func() (net.Listener, error)
	serve  func(l *listener, open net.Listener) error // until open is closed, which is no error
	opened atomic.Pointer[net.Listener]               // nil when the last actor has closed it
}

// newListening is for an address that was opened before there is any actor, so
// that a port in use is an error of Start.
func newListening(name string, open net.Listener, again func() (net.Listener, error)) *listening {
	at := &listening{name: name, addr: open.Addr(), again: again, serve: (*listener).acceptAll}
	at.opened.Store(&open)
	return at
}

// openTCP is a listening at a TCP address.
func openTCP(ctx context.Context, name, address string) (*listening, error) {
	l, err := listenTCP(ctx, address)
	if err != nil {
		return nil, fmt.Errorf("troupe: cannot listen on %s: %w", address, err)
	}
	exactly := l.Addr().String()
	return newListening(name, l, func() (net.Listener, error) { return listenTCP(context.Background(), exactly) }), nil
}

// openClients opens the address that is for clients.
func (h *hub) openClients(ctx context.Context, address string) (*listening, error) {
	g, err := h.newGuard(h.config().TLS, h.config().AllowNonTLS)
	if err != nil {
		return nil, fmt.Errorf("troupe: %w", err)
	}
	at, err := openTCP(ctx, clientListener, address)
	if err != nil {
		return nil, err
	}
	h.logger.Info("Listening for client connections on " + at.addr.String())
	if g != nil && !g.optional {
		h.logger.Info("TLS required for client connections")
	}
	h.info.Port = at.addr.(*net.TCPAddr).Port
	at.door = h.newDoor(kindNATS, g)
	return at, nil
}

// listenTCP leaves the kernel's keep-alive off: the broker's own PINGs find a
// dead client, and four system calls less are spent on each that comes.
func listenTCP(ctx context.Context, address string) (net.Listener, error) {
	quiet := net.ListenConfig{KeepAlive: -1}
	return quiet.Listen(ctx, "tcp", address)
}

func (l *listening) pid(h *hub) *actor.PID {
	return h.system.NewLocalPID(rootName + "/" + listenersName + "/" + l.name)
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
	open := l.at.opened.Load()
	if open == nil {
		again, err := l.at.again()
		if err != nil {
			panic(supervisor.Fail(err))
		}
		open = &again
		l.at.opened.Store(open)
	}
	l.over = make(chan struct{})
	self, over := ctx.Self(), l.over
	l.spawn("listener", func() {
		defer close(over)
		if err := l.at.serve(l, *open); err != nil {
			l.system.Root.Send(self, &broken{err})
		}
	})
}

func (l *listener) close() {
	if open := l.at.opened.Swap(nil); open != nil {
		(*open).Close()
	}
	if l.over != nil {
		<-l.over // it returns at once: its listener is closed
	}
}

// acceptAll accepts until the listener is closed. A shortage of descriptors or
// memory passes: those who wait are accepted later.
func (l *listener) acceptAll(open net.Listener) error {
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
	if from := ipOf(nc); l.admission.limited() && from.IsValid() && !l.admission.enter(from, l.now()) {
		l.turnAway(nc, l.at.door)
		return
	}
	l.accept(nc, l.at.door)
}

// isTemporary reports whether accepting may work again by itself. The method is
// deprecated for errors in general; for accept it is still what the kernel means.
func isTemporary(err error) bool {
	var t interface{ Temporary() bool }
	return errors.As(err, &t) && t.Temporary()
}
