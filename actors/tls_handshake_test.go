package actors_test

import (
	"bufio"
	"context"
	"crypto"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"os"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/actors"
	"github.com/troupe-mq/troupe/actors/report"
)

// Those who keep a handshake waiting are closed in time, and keep nobody else
// waiting, however many they are.
func TestStalledHandshakes(t *testing.T) {
	a := newAuthority(t)
	s := a.server()
	s.Timeout = time.Second
	b := watched(t, actors.Config{TLS: s})
	var stalled []net.Conn
	for i := range 3*b.HandshakeSlots().Cap() + 8 {
		nc, _ := plainly(t, b)
		stalled = append(stalled, nc)
		if i%2 == 0 { // some say hello, and leave it at that
			hello := &once{Conn: nc}
			require.Error(t, tls.Client(hello, a.client()).Handshake())
		}
	}
	began := time.Now()
	talk(t, b.ClientURL(), nats.Secure(a.client()))
	for _, nc := range stalled {
		_, err := io.Copy(io.Discard, nc)
		if err != nil {
			require.NotErrorIs(t, err, os.ErrDeadlineExceeded)
		}
	}
	require.GreaterOrEqual(t, time.Since(began), time.Second/2)
	require.Eventually(t, func() bool { return b.Stats().Connections == 0 && b.HandshakeSlots().Len() == 0 }, time.Minute, 5*time.Millisecond)
}

// once is a connection that is good for one write and no read.
type once struct{ net.Conn }

func (*once) Read([]byte) (int, error) { return 0, errors.New("never mind") }

// A slot is waited for no longer than the handshake may take.
func TestHandshakeSlotsAreFull(t *testing.T) {
	a := newAuthority(t)
	s := a.server()
	s.Timeout = 300 * time.Millisecond
	b := watched(t, actors.Config{TLS: s})
	release := b.HoldHandshakes()
	_, err := nats.Connect(b.ClientURL(), nats.Secure(a.client()))
	require.Error(t, err)
	release()
	talk(t, b.ClientURL(), nats.Secure(a.client()))
}

// A broker that stops does not wait for handshakes.
func TestStopInAHandshake(t *testing.T) {
	a := newAuthority(t)
	s := a.server()
	s.Timeout = time.Minute
	b := watched(t, actors.Config{TLS: s})
	nc, _ := plainly(t, b)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	require.NoError(t, b.Stop(ctx))
	_, err := io.Copy(io.Discard, nc)
	require.NoError(t, err)
}

// clumsy is a key that breaks while it is used.
type clumsy struct {
	crypto.Signer
	mended atomic.Bool
}

func (k *clumsy) Sign(r io.Reader, digest []byte, opts crypto.SignerOpts) ([]byte, error) {
	if !k.mended.Load() {
		panic("a bug")
	}
	return k.Signer.Sign(r, digest, opts)
}

// A handshake that crashes ends its own connection, and keeps no slot.
func TestCrashedHandshake(t *testing.T) {
	a := newAuthority(t)
	key, cert := a.sign("server", false)
	broken := &clumsy{Signer: key}
	b := watched(t, actors.Config{TLS: &actors.TLS{Certificates: []tls.Certificate{{Certificate: [][]byte{cert.Raw}, PrivateKey: broken}}}})
	for range 2 * b.HandshakeSlots().Cap() {
		nc, _ := plainly(t, b)
		require.Error(t, tls.Client(nc, a.client()).Handshake())
	}
	broken.mended.Store(true)
	talk(t, b.ClientURL(), nats.Secure(a.client()))
	require.Eventually(t, func() bool {
		page, err := b.Connections(t.Context(), report.ConnectionQuery{State: report.ClosedConnections})
		return err == nil && b.HandshakeSlots().Len() == 0 && len(page.Connections) == 2*b.HandshakeSlots().Cap()+2 && page.Connections[0].Reason == report.TLSHandshakeFailure
	}, time.Minute, 5*time.Millisecond)
}

// parting is a pipe that tells when it is half closed, and when it is read after
// that.
type parting struct {
	net.Conn
	halved, heard chan struct{}
	once          sync.Once
}

func (p *parting) CloseWrite() error {
	close(p.halved)
	return nil
}

func (p *parting) Read(b []byte) (int, error) {
	select {
	case <-p.halved:
		p.once.Do(func() { close(p.heard) })
	default:
	}
	return p.Conn.Read(b)
}

// A client that lacks a certificate may be writing when it is told so, and must
// not lose what it is told.
func TestRefusedClientIsHeardOut(t *testing.T) {
	a := newAuthority(t)
	s := a.server()
	s.Verify, s.CAFile = true, a.file("authority.pem")
	b := watched(t, actors.Config{TLS: s})
	client, server := net.Pipe()
	p := &parting{Conn: server, halved: make(chan struct{}), heard: make(chan struct{})}
	b.Accept(p)
	_, err := bufio.NewReaderSize(client, 4096).ReadString('\n')
	require.NoError(t, err)
	sc := tls.Client(client, a.client())
	require.NoError(t, sc.Handshake())
	_, err = io.ReadAll(sc)
	require.ErrorContains(t, err, "certificate required")
	for _, step := range []chan struct{}{p.halved, p.heard} {
		select {
		case <-step:
		case <-time.After(time.Minute):
			require.FailNow(t, "closed at once")
		}
	}
}
