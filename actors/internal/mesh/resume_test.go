package mesh

import (
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/asynkron/protoactor-go/actor"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/actors/internal/connection"
	"github.com/troupe-mq/troupe/actors/internal/lab"
	"github.com/troupe-mq/troupe/actors/internal/peer"
	"github.com/troupe-mq/troupe/actors/report"
)

// crash has the roster crash, and returns the connections that are closed because of it.
func (n *town) crash() (closed []string) {
	n.t.Helper()
	watch := n.System.EventStream.Subscribe(func(e any) { // no connection has an actor here
		if d, ok := e.(*actor.DeadLetterEvent); ok {
			if _, ok := d.Message.(*connection.CloseNow); ok {
				closed = append(closed, d.PID.Id)
			}
		}
	})
	defer n.System.EventStream.Unsubscribe(watch)
	n.Send(n.roster(), &lab.Order{Kind: lab.Panic})
	synctest.Wait()
	slices.Sort(closed)
	return closed
}

// TestResume: routes that there are stay when the roster has crashed, and all goes on that was going on.
func TestResume(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := newTown(t, Settings{Routes: []string{"a:1", "b:1", "d:1", "me:1"}})
		n.opens("me:1") // one after the other: who is connected first of several is nobody's choice
		n.since(time.Second)
		require.Equal(t, report.DuplicateRoute, n.says(1, `{"server_id":"ME"}`).Reason)
		n.ends(1)
		n.opens("a:1", "c:3")
		n.since(2 * time.Second)
		require.NotNil(t, n.says(2, `{"server_id":"A","server_name":"a","connect_urls":["a:4222"]}`).Server)
		n.peers[2].Informed([]byte(`{"server_id":"C","ip":"nats-route://c:3/"}`))
		synctest.Wait()
		require.NotNil(t, n.says(3, `{"server_id":"C","server_name":"c","connect_urls":["c:4222"]}`).Server)
		n.peers[3].Informed([]byte(`{"server_id":"C","ldm":true}`))
		n.comes()
		require.NotNil(t, n.says(4, `{"server_id":"E","server_name":"e","ip":"nats-route://e:1/"}`).Server)
		n.ends(4)
		n.comes() // and is still to be judged
		n.peers[5].Handshake.Introduced([]byte(`{"name":"F"}`), peer.Announced{ID: 5}, func(*peer.Judged) {})
		synctest.Wait()

		before, changed := n.State(), n.changed
		assert.Equal(t, []string{"troupe/connections/link-5"}, n.crash())
		assert.Equal(t, before.URLs, n.State().URLs)
		assert.Equal(t, changed, n.changed, "clients are told nothing")
		up := func() (names []string) {
			for _, r := range n.State().Routes {
				if r.Up {
					names = append(names, r.Server.Name)
				}
			}
			return names
		}
		assert.Equal(t, []string{"a", "c"}, up())
		assert.Len(t, n.State().Routes, len(before.Routes), "who was missing is")
		for _, who := range n.since(3 * time.Second) {
			assert.Contains(t, "b:1 d:1 e:1", who[:3], "who was dialed is, and nobody else")
		}
		n.ends(3)
		assert.Equal(t, []string{"a"}, up())
		n.ends(2)
		assert.Empty(t, up())
		assert.Contains(t, strings.Join(n.since(time.Second), " "), "a:1")
	})
}

// TestResumeAnew: a roster that finds the routes as they were while they were changed makes them anew, and they are dialed again.
func TestResumeAnew(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := newTown(t, Settings{Routes: []string{"a:1"}})
		n.opens("a:1")
		n.since(time.Second)
		require.NotNil(t, n.says(1, `{"server_id":"A","server_name":"a"}`).Server)
		n.kept.torn = true
		assert.Equal(t, []string{"troupe/connections/link-1"}, n.crash())
		n.ends(1)
		n.since(time.Second)
		require.Equal(t, uint64(2), n.last, "it was dialed once")
		require.NotNil(t, n.says(2, `{"server_id":"A","server_name":"a"}`).Server)
		assert.Len(t, n.State().Routes, 1)
	})
}
