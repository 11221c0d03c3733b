package mesh

import (
	"bytes"
	"context"
	"errors"
	"net"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/asynkron/protoactor-go/actor"
	"github.com/hashicorp/go-hclog"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/actors/internal/host"
	"github.com/troupe-mq/troupe/actors/internal/interest"
	"github.com/troupe-mq/troupe/actors/internal/lab"
	"github.com/troupe-mq/troupe/actors/internal/peer"
	"github.com/troupe-mq/troupe/actors/internal/transport"
	"github.com/troupe-mq/troupe/actors/report"
	"github.com/troupe-mq/troupe/supervisor"
)

// town is a mesh whose other servers a test plays.
type town struct {
	*Mesh
	t *testing.T

	mu     sync.Mutex      // for what goroutines that dial look at
	open   map[string]bool // who can be dialed
	dialed []string        // who was, and when
	begun  time.Time

	peers   map[uint64]*peer.Peer
	last    uint64
	changed int
	reached int
	log     sync.Mutex
	said    bytes.Buffer
}

func newTown(t *testing.T, s Settings) *town {
	t.Helper()
	s.Name = "C"
	n := &town{t: t, open: make(map[string]bool), peers: make(map[uint64]*peer.Peer), begun: time.Now()}
	log := hclog.New(&hclog.LoggerOptions{Output: &n.said, Mutex: &n.log, DisableTime: true})
	m := New(host.New(log, func(supervisor.Event) {}), &s)
	m.Self = Self{ID: "ME", Name: "me", Account: "$G", MaxPayload: func() int { return 1 }, URLs: func() ([]string, []string) { return nil, nil }, LeafURLs: func() []string { return nil }}
	n.Mesh, m.Slots = m, transport.NewHandshakeSlots(1)
	m.Dial = func(_ context.Context, _ *Settings, address, _ string) (net.Conn, error) {
		n.mu.Lock()
		defer n.mu.Unlock()
		n.dialed = append(n.dialed, address+" "+time.Since(n.begun).Truncate(100*time.Millisecond).String())
		if !n.open[address] {
			return nil, errors.New("refused")
		}
		near, far := net.Pipe()
		far.Close()
		return near, nil
	}
	m.Accept = func(a transport.Arrival, p *peer.Peer) uint64 {
		a.Conn.Close()
		n.last++
		n.peers[n.last] = p
		return n.last
	}
	m.Changed, m.Reached = func() { n.changed++ }, func(interest.Share) { n.reached++ }
	_, err := m.System.Root.SpawnNamed(actor.PropsFromProducer(lab.Obedient(func() actor.Actor { return newRoster(m) }), host.Mailbox()...), m.roster().Id)
	require.NoError(t, err)
	t.Cleanup(func() {
		_ = m.System.Root.StopFuture(m.roster()).Wait()
		m.System.Shutdown()
		<-time.After(5 * time.Second)
	})
	synctest.Wait()
	return n
}

// says has the server at the other end of a route say its INFO, and returns what becomes of it.
func (n *town) says(route uint64, json string) *peer.Judged {
	n.t.Helper()
	var got *peer.Judged
	n.peers[route].Handshake.Informed([]byte(json), peer.Announced{ID: route, Host: "10.0.0.9"}, func(j *peer.Judged) { got = j })
	synctest.Wait()
	require.NotNil(n.t, got)
	if got.Server != nil {
		n.peers[route].Up()
		synctest.Wait()
	}
	return got
}

func (n *town) ends(route uint64) {
	n.peers[route].Down(peer.End{Reason: report.ClientClosed})
	synctest.Wait()
}

// since is who was dialed from now on.
func (n *town) since(d time.Duration) []string {
	n.mu.Lock()
	n.dialed, n.begun = nil, time.Now()
	n.mu.Unlock()
	<-time.After(d)
	synctest.Wait()
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.dialed
}

// opens lets servers be dialed.
func (n *town) opens(addresses ...string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	for _, a := range addresses {
		n.open[a] = true
	}
}

// TestPatience: a configured server is dialed for ever, first often and then each second; with back-off ever more rarely.
func TestPatience(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := newTown(t, Settings{Routes: []string{"a:1"}})
		n.Settled(t.Context().Done())
		assert.Len(t, n.dialed, 1)
		assert.Len(t, n.since(2*time.Second), 4)
		assert.InDelta(t, 57, len(n.since(time.Minute)), 4)
		n.opens("a:1")
		n.since(2 * time.Second)
		require.Equal(t, uint64(1), n.last)
		require.NotNil(t, n.says(1, `{"server_id":"A","server_name":"a"}`).Server)
		assert.True(t, n.State().Routes[0].Up)
		assert.Equal(t, 1, n.reached)
		assert.Empty(t, n.since(time.Minute))
		n.mu.Lock()
		delete(n.open, "a:1")
		n.mu.Unlock()
		n.ends(1)
		assert.False(t, n.State().Routes[0].Up)
		assert.Contains(t, n.State().Routes[0].Why, "Client Closed")
		assert.Len(t, n.since(500*time.Millisecond), 2, "first often again")
	})
	synctest.Test(t, func(t *testing.T) {
		n := newTown(t, Settings{Routes: []string{"a:1"}, ConnectBackoff: true})
		n.since(5 * time.Minute)
		assert.InDelta(t, 10, len(n.since(5*time.Minute)), 1)
	})
}

// TestHearsay: a server that another has told of is dialed as often as it was said, and again when there is news of it.
func TestHearsay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := newTown(t, Settings{Routes: []string{"a:1"}, ConnectRetries: 2})
		n.opens("a:1")
		n.since(time.Second)
		n.says(1, `{"server_id":"A","server_name":"a"}`)
		tell := func() { n.peers[1].Informed([]byte(`{"server_id":"B","host":"b","port":2,"ip":"nats-route://b:2/"}`)) }
		tell()
		tell()
		synctest.Wait()
		n.since(time.Minute)
		assert.Empty(t, n.since(time.Minute), "it was given up")
		tell()
		assert.Len(t, n.since(time.Minute), 3)
		n.opens("b:2")
		tell()
		synctest.Wait()
		require.Equal(t, uint64(2), n.last)
		require.NotNil(t, n.says(2, `{"server_id":"B","server_name":"b","connect_urls":["b:4222"]}`).Server)
		assert.Equal(t, []string{"b:4222"}, n.State().URLs)
		assert.Equal(t, 1, n.changed)
		n.ends(2)
		assert.Empty(t, n.State().URLs)
		assert.Equal(t, 2, n.changed)
		n.mu.Lock()
		delete(n.open, "b:2")
		n.mu.Unlock()
		assert.Len(t, n.since(time.Second), 3, "it was there: the network may be gone")
		assert.InDelta(t, 12, len(n.since(time.Minute)), 2)
		n.since(missedFor)
		assert.Empty(t, n.since(time.Minute), "nobody has configured it")
	})
}

// TestItself: an address that is the broker's own is left alone.
func TestItself(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := newTown(t, Settings{Routes: []string{"me:1"}})
		n.opens("me:1")
		n.since(time.Second)
		assert.Equal(t, report.DuplicateRoute, n.says(1, `{"server_id":"ME"}`).Reason)
		n.ends(1)
		assert.Empty(t, n.since(time.Minute))
		assert.True(t, n.State().Routes[0].Self)
	})
}

// TestTwoAddresses: a server that is found at two addresses has one route, and the other address is dialed when that has ended.
func TestTwoAddresses(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := newTown(t, Settings{Routes: []string{"a:1", "a:2"}})
		n.opens("a:1", "a:2")
		n.since(time.Second)
		require.NotNil(t, n.says(1, `{"server_id":"A"}`).Server)
		assert.Equal(t, report.DuplicateRoute, n.says(2, `{"server_id":"A"}`).Reason)
		n.ends(2)
		assert.Empty(t, n.since(time.Minute))
		n.ends(1)
		assert.Len(t, n.since(time.Second), 2)
		assert.Len(t, n.State().Routes, 2)
	})
}

// TestChange: who is not in the configuration any more is not dialed any more.
func TestChange(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := newTown(t, Settings{Routes: []string{"a:1"}})
		n.Apply(&Settings{Name: "C", Routes: []string{"b:1", "b:1", "nonsense://"}})
		synctest.Wait()
		for _, who := range n.since(5 * time.Second) {
			assert.Contains(t, who, "b:1 ")
		}
		assert.Len(t, n.State().Routes, 1)
	})
}

// TestRemoved: a server that is taken from the configuration is not dialed any more when its route has ended.
func TestRemoved(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := newTown(t, Settings{Routes: []string{"a:1"}})
		n.opens("a:1")
		n.since(time.Second)
		require.NotNil(t, n.says(1, `{"server_id":"A","server_name":"a"}`).Server)
		n.Apply(&Settings{Name: "C"})
		synctest.Wait()
		n.ends(1)
		assert.Empty(t, n.since(time.Minute))
	})
}

// TestMissing: a server that is gone without a word is missing, and that is said each minute; not for ever if nobody has
// configured it, and not when it has said that it goes.
func TestMissing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := newTown(t, Settings{Routes: []string{"a:1"}})
		n.opens("a:1", "b:2", "c:3")
		n.since(time.Second)
		n.says(1, `{"server_id":"A","server_name":"a"}`)
		hear := func(id, url string) {
			n.peers[1].Informed([]byte(`{"server_id":"` + id + `","host":"h","port":2,"ip":"nats-route://` + url + `/"}`))
			synctest.Wait()
			n.says(n.last, `{"server_id":"`+id+`","server_name":"`+id+`","ip":"nats-route://`+url+`/","connect_urls":["x"]}`)
		}
		missing := func() (names []string) {
			for _, r := range n.State().Routes {
				if !r.Up && !r.Self {
					names = append(names, r.Server.Name)
				}
			}
			return names
		}
		hear("B", "b:2")
		hear("C", "c:3")
		n.peers[3].Informed([]byte(`{"server_id":"C","ldm":true}`))
		synctest.Wait()
		n.ends(3)
		assert.Empty(t, missing())
		n.ends(2)
		assert.Equal(t, []string{"B"}, missing())
		n.log.Lock()
		n.said.Reset()
		n.log.Unlock()
		<-time.After(2*time.Minute + time.Second)
		synctest.Wait()
		n.log.Lock()
		said := n.said.String()
		n.log.Unlock()
		assert.Equal(t, 2, strings.Count(said, "servers of the cluster are missing: clients here and clients there do not reach each other: missing=B\n"))
		n.opens("b:3")
		hear("B2", "b:2")
		assert.Empty(t, missing(), "it was started again")
		n.ends(4)
		assert.Equal(t, []string{"B2"}, missing())
		<-time.After(missedFor + time.Minute)
		synctest.Wait()
		assert.Empty(t, missing())
	})
}
