//go:build unix

package e2e_test

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// flock is clients of a mesh that go where they are told. Of each server one publishes, one hears all and one is a worker: when the server
// says that it is a lame duck, these come to another one first, and leave then. One more does nothing of the kind, and connects again when
// it has to.
type flock struct {
	t     *testing.T
	posts []*post
	over  chan struct{}
	busy  sync.WaitGroup

	mu    sync.Mutex
	from  []*nats.Conn // by publisher: where it publishes now
	sent  []int
	heard []map[string]int // by hearer: on how many of its connections it has heard a message
	jobs  map[string]int   // how often each was done
	wrong map[string]int   // what must not be
}

func newFlock(t *testing.T, posts []*post) *flock {
	t.Helper()
	n := len(posts)
	c := &flock{
		t: t, posts: posts, over: make(chan struct{}), from: make([]*nats.Conn, n), sent: make([]int, n), heard: make([]map[string]int, n),
		jobs: make(map[string]int), wrong: make(map[string]int),
	}
	for i, p := range posts {
		c.heard[i] = make(map[string]int)
		url := "nats://" + p.clients
		c.join(url, func(nc *nats.Conn) func() bool { return c.hear(i, nc) })
		c.join(url, c.work)
		c.join(url, func(nc *nats.Conn) func() bool {
			c.mu.Lock()
			defer c.mu.Unlock()
			c.from[i] = nc
			return func() bool { return true }
		})
	}
	require.True(t, eventually(c.agrees))
	for i := range posts {
		c.busy.Go(func() { c.publish(i) })
	}
	return c
}

// join has a client do something at a server. When that is a lame duck, the client does it at one of those that the server has told
// it of. When it has settled there, it drains the connection that it had.
func (c *flock) join(urls string, do func(*nats.Conn) (settled func() bool)) (settled func() bool) {
	leave := nats.LameDuckModeHandler(func(nc *nats.Conn) { go c.move(nc, do) })
	nc, err := nats.Connect(urls, nats.NoReconnect(), leave)
	if err != nil {
		c.t.Error(err)
		return func() bool { return true }
	}
	c.t.Cleanup(nc.Close)
	settled = do(nc)
	assert.NoError(c.t, nc.Flush())
	return settled
}

func (c *flock) move(nc *nats.Conn, do func(*nats.Conn) (settled func() bool)) {
	var others []string
	for _, url := range nc.DiscoveredServers() {
		if !strings.HasSuffix(url, nc.ConnectedAddr()) {
			others = append(others, url)
		}
	}
	if assert.NotEmpty(c.t, others, "the server has told of no other") {
		assert.True(c.t, eventually(c.join(strings.Join(others, ","), do)), "nothing comes to the new place")
	}
	assert.NoError(c.t, nc.Drain())
}

func (c *flock) publish(i int) {
	tick := time.NewTicker(throngPause)
	defer tick.Stop()
	for n := 0; ; n++ {
		select {
		case <-c.over:
			return
		case <-tick.C:
		}
		text := []byte(strconv.Itoa(i) + " " + strconv.Itoa(n))
		c.mu.Lock()
		assert.NoError(c.t, c.from[i].Publish("throng.all."+strconv.Itoa(n%7), text))
		assert.NoError(c.t, c.from[i].Publish("throng.job."+strconv.Itoa(n%7), text))
		c.sent[i]++
		c.mu.Unlock()
	}
}

// hear notes what comes. It has settled when it has heard of each publisher.
func (c *flock) hear(i int, nc *nats.Conn) (settled func() bool) {
	here, of := make(map[string]bool), make(map[byte]bool)
	_, err := nc.Subscribe("throng.all.*", func(m *nats.Msg) {
		text := string(m.Data)
		c.mu.Lock()
		defer c.mu.Unlock()
		if here[text] {
			c.wrong["a message came twice"]++
		}
		here[text], of[text[0]] = true, true
		c.heard[i][text]++
	})
	assert.NoError(c.t, err)
	return func() bool {
		c.mu.Lock()
		defer c.mu.Unlock()
		return len(of) == len(c.posts)
	}
}

func (c *flock) work(nc *nats.Conn) (settled func() bool) {
	_, err := nc.QueueSubscribe("throng.job.*", "q", func(m *nats.Msg) {
		c.mu.Lock()
		defer c.mu.Unlock()
		c.jobs[string(m.Data)]++
	})
	assert.NoError(c.t, err)
	return func() bool { return true }
}

// agrees reports whether each server knows what the clients of each other want.
func (c *flock) agrees() bool { return (&throng{posts: c.posts}).agrees() }

// judge ends the work, and looks at what has come.
func (c *flock) judge() {
	close(c.over)
	c.busy.Wait()
	all := 0
	for _, n := range c.sent {
		all += n
	}
	assert.True(c.t, eventually(func() bool {
		c.mu.Lock()
		defer c.mu.Unlock()
		for _, heard := range c.heard {
			if len(heard) < all {
				return false
			}
		}
		return len(c.jobs) == all
	}))
	c.mu.Lock()
	defer c.mu.Unlock()
	for text, times := range c.jobs {
		if times > 1 {
			c.wrong["a job was done twice: "+text]++
		}
	}
	for i, heard := range c.heard {
		if len(heard) != all {
			c.wrong[fmt.Sprintf("%d of %d messages came to %d", len(heard), all, i)]++
		}
	}
	if len(c.jobs) != all {
		c.wrong[fmt.Sprintf("%d of %d jobs were done", len(c.jobs), all)]++
	}
	assert.Empty(c.t, c.wrong)
	c.t.Log(all, "messages")
}

// TestMeshRollingRestart: each server of a mesh is restarted behind a lame duck, and clients that go where they are told lose nothing: no
// message to a hearer, no job, and none comes twice. Clients that connect again when they have to end at servers that are there.
func TestMeshRollingRestart(t *testing.T) {
	peer := os.Getenv("TROUPE_ENGINE")
	if peer == "" {
		t.Skip("it takes a while: make cluster runs it")
	}
	for name, programs := range map[string][]string{"alike": {program, program, program}, "mixed": {program, peer, program}} {
		t.Run(name, func(t *testing.T) {
			posts := newPosts(t, programs, func(int, int) string { return newAddress(t) })
			var idle []*nats.Conn
			for _, p := range posts {
				text, err := os.ReadFile(p.file)
				require.NoError(t, err)
				require.NoError(t, os.WriteFile(p.file, append(text, "lame_duck_grace_period: 2s\nlame_duck_duration: 30s\n"...), 0o600))
				p.start()
			}
			for _, p := range posts {
				nc := p.follow(t)
				_, err := nc.Subscribe("throng.idle", func(m *nats.Msg) { _ = m.Respond(nil) })
				require.NoError(t, err)
				idle = append(idle, nc)
			}
			c := newFlock(t, posts)
			for _, p := range posts {
				require.NoError(t, p.process.Process.Signal(syscall.SIGUSR2))
				require.NoError(t, p.process.Wait())
				p.start()
				require.True(t, eventually(c.agrees), "%v", (&throng{posts: posts}).differences())
			}
			c.judge()
			quiet := time.Now()
			require.True(t, eventually(c.agrees))
			assert.Less(t, time.Since(quiet), time.Second)
			for _, nc := range idle {
				require.True(t, eventually(nc.IsConnected))
				m, err := nc.Request("throng.idle", nil, patience)
				require.NoError(t, err)
				assert.Empty(t, m.Data)
			}
		})
	}
}

// follow is a client that connects again to any server that it has been told of.
func (p *post) follow(t *testing.T) *nats.Conn {
	t.Helper()
	nc, err := nats.Connect("nats://"+p.clients, nats.RetryOnFailedConnect(true), nats.MaxReconnects(-1), nats.ReconnectWait(20*time.Millisecond), nats.ReconnectJitter(0, 0))
	require.NoError(t, err)
	t.Cleanup(nc.Close)
	require.NoError(t, nc.FlushTimeout(patience))
	return nc
}
