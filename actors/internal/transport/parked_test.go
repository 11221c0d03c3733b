//go:build linux

package transport

import (
	"net"
	"testing"
	"time"

	"github.com/asynkron/protoactor-go/actor"
	"github.com/hashicorp/go-hclog"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/actors/internal/host"
	"github.com/troupe-mq/troupe/actors/internal/inbound"
	"github.com/troupe-mq/troupe/actors/internal/parking"
	"github.com/troupe-mq/troupe/actors/report"
	"github.com/troupe-mq/troupe/supervisor"
)

const aWhile = 10 * time.Second

// parked is a reader of a socket whose owner is the test.
type parked struct {
	t    *testing.T
	r    *reader
	in   *inbound.Input
	far  *net.TCPConn
	told chan any
}

func newParked(t *testing.T) *parked {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer l.Close()
	far, err := net.Dial("tcp", l.Addr().String())
	require.NoError(t, err)
	near, err := l.Accept()
	require.NoError(t, err)
	h := host.New(hclog.NewNullLogger(), func(supervisor.Event) {})
	lot := parking.New(h)
	p := &parked{t: t, in: new(inbound.Input), far: far.(*net.TCPConn), told: make(chan any, 8)}
	p.r = NewReader(inbound.NewBudget(h, 1<<20), lot, LinkOf(near), nil)
	self := h.System.Root.Spawn(actor.PropsFromFunc(func(ctx actor.Context) {
		switch m := ctx.Message().(type) {
		case *Received, *Disconnected:
			p.told <- m
		}
	}))
	p.r.Start(self, p.in)
	t.Cleanup(func() {
		far.Close()
		near.Close()
		lot.Close()
		h.System.Shutdown()
	})
	return p
}

// park has the reader park, as the lot does with one that waits for long.
func (p *parked) park() {
	p.t.Helper()
	require.Eventually(p.t, func() bool {
		p.r.Nudge()
		p.r.state.mu.Lock()
		defer p.r.state.mu.Unlock()
		return p.r.state.parked
	}, aWhile, time.Millisecond)
}

func (p *parked) say(text string) {
	p.t.Helper()
	_, err := p.far.Write([]byte(text))
	require.NoError(p.t, err)
}

func (p *parked) hear() any {
	p.t.Helper()
	select {
	case m := <-p.told:
		return m
	case <-time.After(aWhile):
		require.Fail(p.t, "the owner is told nothing")
		return nil
	}
}

// take is what has come in, which is parsed then.
func (p *parked) take() string {
	p.t.Helper()
	require.IsType(p.t, &Received{}, p.hear())
	got := string(p.in.Buf[p.in.R:p.in.W])
	p.in.R = p.in.W
	p.r.Resume(Pause{})
	return got
}

// TestReaderParks: a reader that is parked goes on when something comes, again and again.
func TestReaderParks(t *testing.T) {
	p := newParked(t)
	for _, text := range []string{"a", "bc", "d"} {
		p.park()
		p.say(text)
		assert.Equal(t, text, p.take())
		p.say(text + text)
		assert.Equal(t, text+text, p.take(), "it waits by itself")
	}
	p.park()
	require.NoError(t, p.far.CloseWrite())
	assert.IsType(t, &Disconnected{}, p.hear())
}

// TestReaderKeepsPart: a reader that keeps a part of a command does not park, and is not ended by a nudge.
func TestReaderKeepsPart(t *testing.T) {
	p := newParked(t)
	p.say("PUB x 5\r\nab")
	require.IsType(t, &Received{}, p.hear())
	p.in.R = 9
	p.r.Resume(Pause{})
	for range 100 {
		p.r.Nudge()
	}
	p.say("cde")
	assert.Equal(t, "abcde", p.take())
	p.r.state.mu.Lock()
	assert.False(t, p.r.state.parked)
	p.r.state.mu.Unlock()
	p.park()
}

// TestParkedReaderStops: a reader that is parked hears its client out when its owner stops it, and closes the socket.
func TestParkedReaderStops(t *testing.T) {
	p := newParked(t)
	p.park()
	p.r.Nudge()
	p.r.Stop(report.ClientClosed)
	require.NoError(t, p.r.link.Conn().SetReadDeadline(time.Now().Add(time.Hour)))
	p.r.link.HangUp(report.ClientClosed)
	p.r.Nudge()
	n, err := p.far.Read(make([]byte, 1))
	assert.Zero(t, n)
	require.Error(t, err)
	require.NoError(t, p.far.Close())
	require.Eventually(t, func() bool { return p.r.link.Conn().SetDeadline(time.Time{}) != nil }, aWhile, time.Millisecond)
}

// TestNudgedReaderStops: a nudge that meets the end of a connection takes nothing of the time that its client is heard out.
func TestNudgedReaderStops(t *testing.T) {
	for range 20 {
		p := newParked(t)
		nudged := make(chan struct{})
		go func() { p.r.Nudge(); close(nudged) }()
		p.r.Stop(report.ClientClosed)
		require.NoError(t, p.r.link.Conn().SetReadDeadline(time.Now().Add(time.Hour)))
		<-nudged
		p.say("x")
		require.NoError(t, p.r.link.Conn().SetWriteDeadline(time.Now().Add(time.Hour)), "it is still open")
		require.NoError(t, p.far.Close())
	}
}

// TestReaderOfLayers: the reader of a link that goes on by a layer is left alone.
func TestReaderOfLayers(t *testing.T) {
	p := newParked(t)
	p.say("x")
	require.IsType(t, &Received{}, p.hear())
	p.in.R = p.in.W
	p.r.Switch(stream{p.r.link.Conn()})
	p.r.Nudge()
	p.r.Resume(Pause{})
	p.say("y")
	assert.Equal(t, "y", p.take())
	near, far := net.Pipe()
	t.Cleanup(func() { near.Close(); far.Close() })
	assert.Nil(t, descriptorOf(stream{near}))
	web := NewWebConn(p.r.link.Conn(), NewProgressConn(p.r.link.Conn()), nil, false)
	assert.NotNil(t, descriptorOf(web.Link()))
	web.inflater = newInflater(web)
	assert.Nil(t, descriptorOf(web.Link()))
}
