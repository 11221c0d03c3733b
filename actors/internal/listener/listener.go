package listener

import (
	"context"
	"errors"
	"fmt"
	"net"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/asynkron/protoactor-go/actor"
	"github.com/hashicorp/go-hclog"

	"github.com/troupe-mq/troupe/actors/internal/host"
	"github.com/troupe-mq/troupe/actors/internal/transport"
	"github.com/troupe-mq/troupe/supervisor"
	"github.com/troupe-mq/troupe/wire"
)

// Listening is an address that is open. It outlives the listener actor that
// serves it, so that a restart opens the very same address again.
type Listening struct {
	Name     string // of its actor
	Addr     net.Addr
	Endpoint *transport.Endpoint
	again    func() (net.Listener, error)
	Serve    func(l *Listener, open net.Listener) error // until open is closed, which is no error
	Opened   atomic.Pointer[net.Listener]               // nil when the last actor has closed it
	Accept   func(transport.Arrival) (cid uint64)       // in the place of Env.Accept; nil: that
	Proxy    atomic.Pointer[Proxy]                      // what is in front of it; nil: nothing
}

// newListening is for an address that was opened before there is any actor, so
// that a port in use is an error of Start.
func newListening(name string, open net.Listener, again func() (net.Listener, error)) *Listening {
	at := &Listening{Name: name, Addr: open.Addr(), again: again, Serve: (*Listener).acceptAll}
	at.Opened.Store(&open)
	return at
}

// Close closes the address of a broker that does not start.
func (at *Listening) Close() {
	if open := at.Opened.Load(); open != nil {
		(*open).Close()
	}
}

// OpenTCP is a listening at a TCP address.
func OpenTCP(ctx context.Context, name, address string) (*Listening, error) {
	l, err := listenTCP(ctx, address)
	if err != nil {
		return nil, fmt.Errorf("troupe: cannot listen on %s: %w", address, err)
	}
	exactly := l.Addr().String()
	return newListening(name, l, func() (net.Listener, error) { return listenTCP(context.Background(), exactly) }), nil
}

// listenTCP leaves the kernel's keep-alive off: the broker's own PINGs find a
// dead client, and four system calls less are spent on each that comes.
func listenTCP(ctx context.Context, address string) (net.Listener, error) {
	quiet := net.ListenConfig{KeepAlive: -1}
	return quiet.Listen(ctx, "tcp", address)
}

// Path is where its actor is in the tree.
func (l *Listening) Path() string { return host.Path(host.Listeners, l.Name) }

// Env is what all listeners have in common.
type Env struct {
	*host.Host
	Admission *admission
	Accept    func(a transport.Arrival) (cid uint64) // makes a connection of a client
}

// Listener is the actor that accepts clients at one address.
type Listener struct {
	*Env
	at   *Listening
	over chan struct{} // closed when the accepting goroutine has returned
}

// broken tells a listener that nothing more can be accepted.
type broken struct{ err error }

// Reopen has a listener open its address again that somebody else has closed.
type Reopen struct{}

// New is the listener at an address.
func New(v *Env, at *Listening) actor.Actor { return &Listener{Env: v, at: at} }

// Receive handles the listener's messages.
func (l *Listener) Receive(ctx actor.Context) {
	switch m := ctx.Message().(type) {
	case *actor.Started:
		l.start(ctx)
	case *broken:
		l.close() // nobody is to wait in the kernel's queue until it is opened again
		panic(supervisor.Fail(m.err))
	case *Reopen:
		l.close()
		l.start(ctx)
	case *actor.Restarting, *actor.Stopping:
		l.close()
	}
}

func (l *Listener) start(ctx actor.Context) {
	open := l.at.Opened.Load()
	if open == nil {
		again, err := l.at.again()
		if err != nil {
			panic(supervisor.Fail(err))
		}
		open = &again
		l.at.Opened.Store(open)
	}
	l.over = make(chan struct{})
	self, over := ctx.Self(), l.over
	l.Spawn("listener", func() {
		err := l.serve(*open, over)
		if err != nil { // where posting runs the actor, this goroutine may be the one that closes it
			l.Send(self, &broken{err})
		}
	})
}

// serve accepts until the listener is closed, and tells when it has returned.
func (l *Listener) serve(open net.Listener, over chan<- struct{}) error {
	defer close(over)
	return l.at.Serve(l, open)
}

func (l *Listener) close() {
	if open := l.at.Opened.Swap(nil); open != nil {
		(*open).Close()
	}
	if l.over != nil {
		<-l.over // it returns at once: its listener is closed
	}
}

// acceptAll accepts until the listener is closed. A shortage of descriptors or
// memory passes: those who wait are accepted later.
func (l *Listener) acceptAll(open net.Listener) error {
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
			l.Logger.Error("accept", "error", err, "retry", wait.String())
			<-time.After(wait)
			wait = min(2*wait, longest)
		default:
			return err
		}
	}
}

// welcome lets a client in, or turns it away. Nobody else waits for a proxy to say whom it is for.
func (l *Listener) welcome(nc net.Conn) {
	proxy := l.at.Proxy.Load()
	if !proxy.sends(nc) {
		l.admit(nc)
		return
	}
	l.Spawn("proxy header", func() {
		client, err := proxy.receive(nc, l.Now())
		if err == nil {
			l.admit(client)
			return
		}
		nc.Close()
		const cause = "a connection that is to come from a proxy has no header of one"
		if l.Allowed(hclog.Error, cause, l.Now()) {
			l.Logger.Error(cause, "client", nc.RemoteAddr().String(), "error", err.Error())
		}
	})
}

// admit lets a client in, or turns it away.
func (l *Listener) admit(nc net.Conn) {
	if !l.Admission.admit(transport.IPOf(nc), l.Now()) {
		l.turnAway(nc)
		return
	}
	accept := l.at.Accept
	if accept == nil {
		accept = l.Accept
	}
	accept(transport.Arrival{Conn: nc, Endpoint: l.at.Endpoint})
}

// turnAway answers a client that may not come in, in the accepting goroutine:
// what fits into a fresh socket's buffer never waits.
func (l *Listener) turnAway(nc net.Conn) {
	l.complainOfCrowd(nc)
	line := l.at.Endpoint.State().Greeting.Append(nil, wire.Personal{ClientIP: transport.ClientHost(nc)})
	line = append(line, wire.ErrMaxConnections.Lines...)
	_ = nc.SetWriteDeadline(l.Now().Add(time.Second)) // if this fails, so does the write
	_, _ = nc.Write(line)
	nc.Close()
}

// complainOfCrowd logs that a client is too many for its address.
func (v *Env) complainOfCrowd(nc net.Conn) {
	const cause = "too many connections from one address"
	if v.Allowed(hclog.Error, cause, v.Now()) {
		v.Logger.Error(cause, "client", nc.RemoteAddr().String())
	}
}

// isTemporary reports whether accepting may work again by itself. The method is
// deprecated for errors in general; for accept it is still what the kernel means. There may be no room for one more
// descriptor that is waited for: others end.
func isTemporary(err error) bool {
	var t interface{ Temporary() bool }
	return errors.As(err, &t) && t.Temporary() || errors.Is(err, syscall.ENOSPC)
}
