package actors

import (
	"bufio"
	"crypto/tls"
	"io"
	"net"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

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
	b := listen(t, Config{TLS: s})
	client, server := net.Pipe()
	p := &parting{Conn: server, halved: make(chan struct{}), heard: make(chan struct{})}
	b.hub.accept(p, b.listen.door)
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
