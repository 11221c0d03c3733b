package mesh

import (
	"crypto/tls"
	"net"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/actors/internal/peer"
	"github.com/troupe-mq/troupe/actors/internal/transport"
)

// patientTLS waits a minute for who says nothing.
type patientTLS struct{}

func (patientTLS) Server() (*tls.Config, error)       { return &tls.Config{}, nil } //nolint:gosec // nobody gets in
func (patientTLS) Client(string) (*tls.Config, error) { return nil, net.ErrClosed }
func (patientTLS) HandshakeTimeout() time.Duration    { return time.Minute }
func (patientTLS) Certified() (byUser, byHost bool)   { return false, false }

// comes has somebody come to the port for routes, and returns the other end.
func (n *town) comes() net.Conn {
	near, far := net.Pipe()
	n.t.Cleanup(func() { far.Close() })
	n.welcome(transport.Arrival{Conn: near})
	return far
}

// accepts makes connections that stay.
func accepts(n *town) func(transport.Arrival, *peer.Peer) uint64 {
	return func(_ transport.Arrival, p *peer.Peer) uint64 {
		n.last++
		n.peers[n.last] = p
		return n.last
	}
}

// isThere reports whether this broker has not hung up.
func isThere(far net.Conn) bool {
	return far.SetReadDeadline(time.Time{}) == nil // a pipe tells so
}

// TestStrangersGiveWay: there are places for so many who have come to the port for routes and are no servers of the cluster yet. One that is
// needs none.
func TestStrangersGiveWay(t *testing.T) {
	for name, s := range map[string]Settings{"plain": {AuthTimeout: time.Minute}, "tls": {TLS: patientTLS{}}} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				n := newTown(t, s)
				n.Accept = accepts(n)
				server := n.comes()
				if s.TLS == nil {
					require.NotNil(t, n.says(1, `{"server_id":"A","server_name":"a"}`).Server)
				} else {
					server.Close()
					synctest.Wait()
				}
				var all []net.Conn
				for range transport.LobbyPlaces {
					all = append(all, n.comes())
				}
				assert.True(t, isThere(all[0]))
				all = append(all, n.comes())
				assert.False(t, isThere(all[0]))
				assert.True(t, isThere(all[1]))
				if s.TLS == nil {
					assert.True(t, isThere(server))
					n.ends(n.last)
				} else {
					all[len(all)-1].Close()
					synctest.Wait()
				}
				n.comes()
				assert.True(t, isThere(all[1]), "the last one has left a place")
			})
		})
	}
}
