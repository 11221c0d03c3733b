package mesh

import (
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/actors/internal/interest"
	"github.com/troupe-mq/troupe/actors/internal/members"
)

// TestURLsOfOthersAreBounded: servers that say that clients come to thousands of places each have clients told of some, and keep the
// roster no longer than others do.
func TestURLsOfOthersAreBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := newTown(t, Settings{AuthTimeout: time.Minute})
		n.Accept = accepts(n)
		const servers, each = 20, 5000
		for s := range servers {
			n.comes()
			var urls []string
			for i := range each {
				urls = append(urls, fmt.Sprintf(`"h%d:%d"`, s, i))
			}
			require.NotNil(t, n.says(n.last, fmt.Sprintf(`{"server_id":"S%d","server_name":"s%d","connect_urls":[%s]}`, s, s, strings.Join(urls, ","))).Server)
		}
		told := n.State().URLs
		assert.Len(t, told, servers*members.MostURLs)
		assert.Contains(t, told, "h19:0", "each server has some")
	})
}

// TestWhatServersTellIsBounded: one that tells of servers without end, while the roster is busy, is not listened to after some megabytes.
// When the roster has taken that in it is listened to again.
func TestWhatServersTellIsBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := newTown(t, Settings{AuthTimeout: time.Minute})
		n.Accept = accepts(n)
		for _, id := range []string{"A", "B"} {
			n.comes()
			require.NotNil(t, n.says(n.last, `{"server_id":"`+id+`"}`).Server)
		}
		busy := make(chan struct{})
		n.Reached = func(interest.Share) { <-busy }
		go n.peers[n.last].Up() // which keeps the roster
		synctest.Wait()
		tells := func(i int) {
			n.peers[n.last-1].Informed(fmt.Appendf(nil, `{"server_id":"S%d","ip":"nats-route://s%d:1/","x":"%s"}`, i, i, strings.Repeat("x", 1<<20)))
		}
		for i := range 10 {
			tells(i)
		}
		close(busy)
		dialed := n.since(time.Millisecond)
		assert.Len(t, dialed, mostUntaken>>20-1)
		tells(10)
		assert.Contains(t, n.since(time.Millisecond), "s10:1 0s")
		n.log.Lock()
		defer n.log.Unlock()
		assert.Contains(t, n.said.String(), "says more than can be taken in")
	})
}
