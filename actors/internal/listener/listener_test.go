package listener

import (
	"errors"
	"net"
	"testing"
	"time"

	"github.com/asynkron/protoactor-go/actor"
	"github.com/hashicorp/go-hclog"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/actors/internal/host"
	"github.com/troupe-mq/troupe/actors/internal/transport"
	"github.com/troupe-mq/troupe/supervisor"
)

// outcome is what an Accept comes to.
type outcome struct {
	nc  net.Conn
	err error
}

// port is a listener that lets those in whom the test sends.
type port struct {
	outcomes chan outcome
	closed   chan struct{}
}

func newPort() *port { return &port{make(chan outcome), make(chan struct{})} }

func (p *port) Accept() (net.Conn, error) {
	select {
	case o := <-p.outcomes:
		return o.nc, o.err
	case <-p.closed:
		return nil, net.ErrClosed
	}
}

func (p *port) Close() error {
	close(p.closed)
	return nil
}

func (*port) Addr() net.Addr { return &net.TCPAddr{} }

// passing is an error that is over by itself.
type passing struct{ error }

func (passing) Temporary() bool { return true }

// supervised serves an address by a listener that is started again after so long.
func supervised(t *testing.T, at *Listening, backoff time.Duration) (arrived <-chan transport.Arrival, stop func()) {
	t.Helper()
	h := host.New(hclog.NewNullLogger(), func(supervisor.Event) {})
	t.Cleanup(h.System.Shutdown)
	arrivals := make(chan transport.Arrival)
	v := &Env{Host: h, Admission: NewAdmission(0, 0), Accept: func(a transport.Arrival) uint64 {
		arrivals <- a
		return 0
	}}
	at.Endpoint = transport.NewEndpoint(transport.KindNATS)
	group, err := supervisor.Root(h.System, supervisor.Options{
		Name:   host.Listeners,
		Policy: supervisor.Policy{Kind: supervisor.Transient, Intensity: 5, Period: time.Minute, Backoff: supervisor.Backoff{Min: backoff}},
		Children: []supervisor.Spec{
			host.Gauged(supervisor.Spec{Name: at.Name}, func() actor.Actor { return New(v, at) }),
		},
	}, host.Mailbox()...)
	require.NoError(t, err)
	return arrivals, func() { require.NoError(t, h.System.Root.StopFuture(group).Wait()) }
}

// TestListenerThatFailsIsOpenedAgain: what passes is waited out, and what does not is
// for the supervisor, whose next listener opens the address anew.
func TestListenerThatFailsIsOpenedAgain(t *testing.T) {
	first, second := newPort(), newPort()
	at := newListening("clients", first, func() (net.Listener, error) { return second, nil })
	arrived, stop := supervised(t, at, time.Millisecond)
	client, server := net.Pipe()
	defer client.Close()

	first.outcomes <- outcome{err: passing{errors.New("no more descriptors")}}
	first.outcomes <- outcome{nc: server}
	assert.Equal(t, transport.Arrival{Conn: server, Endpoint: at.Endpoint}, <-arrived)
	first.outcomes <- outcome{err: errors.New("the network is gone")}
	select {
	case <-first.closed:
	case <-time.After(time.Minute):
		require.Fail(t, "it is not closed")
	}
	second.outcomes <- outcome{nc: server}
	<-arrived
	stop()
	<-second.closed
}

// TestListenerThatIsGivenUpIsClosed: the goroutine that tells of the failure may be the
// one that runs its supervisor, and does not wait for itself then.
func TestListenerThatIsGivenUpIsClosed(t *testing.T) {
	h := host.New(hclog.NewNullLogger(), func(supervisor.Event) {})
	t.Cleanup(h.System.Shutdown)
	first := newPort()
	at := newListening("clients", first, func() (net.Listener, error) { return nil, errors.New("it is given up") })
	ended := make(chan struct{})
	group, err := supervisor.Root(h.System, supervisor.Options{
		Name:   host.Listeners,
		Policy: supervisor.Policy{Kind: supervisor.Temporary},
		Children: []supervisor.Spec{
			host.Gauged(supervisor.Spec{Name: at.Name}, func() actor.Actor { return New(&Env{Host: h, Admission: NewAdmission(0, 0)}, at) },
				actor.WithReceiverMiddleware(func(next actor.ReceiverFunc) actor.ReceiverFunc {
					return func(ctx actor.ReceiverContext, e *actor.MessageEnvelope) {
						next(ctx, e)
						if _, ok := e.Message.(*actor.Stopped); ok {
							close(ended)
						}
					}
				})),
		},
	}, host.Mailbox()...)
	require.NoError(t, err)
	first.outcomes <- outcome{err: errors.New("the network is gone")}
	select {
	case <-ended:
	case <-time.After(10 * time.Second):
		require.FailNow(t, "it waits for itself")
	}
	<-first.closed
	require.NoError(t, h.System.Root.StopFuture(group).Wait())
}

// TestListenerThatFailsIsClosedAtOnce: while it waits to be opened again, nobody waits in
// its queue, and whoever asks for the health is told.
func TestListenerThatFailsIsClosedAtOnce(t *testing.T) {
	first := newPort()
	at := newListening("clients", first, nil)
	_, stop := supervised(t, at, time.Hour)
	require.NotNil(t, at.Opened.Load())
	first.outcomes <- outcome{err: errors.New("the network is gone")}
	<-first.closed
	assert.Nil(t, at.Opened.Load())
	stop()
}
