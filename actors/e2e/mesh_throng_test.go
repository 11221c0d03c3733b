package e2e_test

import (
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// throng is clients of each server of a mesh: one publishes, one hears all, one is of a queue group that all of them share, and one
// wants ever other things. It knows of each message when it was published and where it has come to.
type throng struct {
	t     *testing.T
	posts []*post
	over  chan struct{}
	busy  sync.WaitGroup

	mu     sync.Mutex
	sent   [][]time.Time // by publisher and number
	next   [][]int       // by hearer and publisher: the number that comes next
	lost   map[way]map[int]bool
	late   int            // messages that have come behind later ones
	jobs   []map[int]int  // by publisher and number: how often
	wrong  map[string]int // what must not be
	faults []fault
}

// way is from the publisher at one server to the hearer at another.
type way struct{ from, to int }

// fault is a time in which messages may be lost on some ways.
type fault struct {
	name     string
	from, to time.Time
	on       func(way) bool
}

// throngPause is between two messages of a publisher.
const throngPause = 2 * time.Millisecond

func newThrong(t *testing.T, posts []*post) *throng {
	t.Helper()
	n := len(posts)
	c := &throng{
		t: t, posts: posts, over: make(chan struct{}), sent: make([][]time.Time, n), next: make([][]int, n), jobs: make([]map[int]int, n),
		lost: make(map[way]map[int]bool), wrong: make(map[string]int),
	}
	for i, p := range posts {
		c.next[i], c.jobs[i] = make([]int, n), make(map[int]int)
		hearer, member := p.dial(), p.dial()
		_, err := hearer.Subscribe("throng.all.>", func(m *nats.Msg) { c.hear(i, m) })
		require.NoError(t, err)
		_, err = member.QueueSubscribe("throng.job.*", "q", c.work)
		require.NoError(t, err)
		require.NoError(t, hearer.Flush())
		require.NoError(t, member.Flush())
	}
	require.True(t, eventually(c.agrees), "it is no mesh: %v", c.differences())
	for i, p := range posts {
		publisher, restless := p.dial(), p.dial()
		c.busy.Go(func() { c.publish(i, publisher) })
		c.busy.Go(func() { c.churn(p, restless) })
	}
	return c
}

func (c *throng) publish(i int, nc *nats.Conn) {
	tick := time.NewTicker(throngPause)
	defer tick.Stop()
	for n := 0; ; n++ {
		select {
		case <-c.over:
			_ = nc.FlushTimeout(patience)
			return
		case <-tick.C:
		}
		c.mu.Lock()
		c.sent[i] = append(c.sent[i], time.Now())
		c.mu.Unlock()
		text := []byte(strconv.Itoa(n))
		_ = nc.Publish(fmt.Sprintf("throng.all.%d.%d", i, n%7), text) // what is not sent is lost, and seen by that
		_ = nc.Publish(fmt.Sprintf("throng.job.%d", i), text)
	}
}

// churn has a client want ever other things.
func (c *throng) churn(p *post, nc *nats.Conn) {
	tick := time.NewTicker(throngPause)
	defer tick.Stop()
	var subs []*nats.Subscription
	for n := 0; ; n++ {
		select {
		case <-c.over:
			return
		case <-tick.C:
		}
		if s, err := nc.Subscribe(fmt.Sprintf("throng.new.%s.%d", p.name, n), func(*nats.Msg) {}); err == nil {
			subs = append(subs, s)
		}
		if len(subs) > 50 {
			_ = subs[0].Unsubscribe()
			subs = subs[1:]
		}
	}
}

func (c *throng) hear(to int, m *nats.Msg) {
	from, _ := strconv.Atoi(strings.Split(m.Subject, ".")[2])
	n, _ := strconv.Atoi(string(m.Data))
	w := way{from, to}
	c.mu.Lock()
	defer c.mu.Unlock()
	switch next := c.next[to][from]; {
	case c.lost[w][n]:
		delete(c.lost[w], n)
		c.late++
	case n < next:
		c.wrong[fmt.Sprintf("twice from %s at %s", c.posts[from].name, c.posts[to].name)]++
	default:
		c.lose(w, n)
		c.next[to][from] = n + 1
	}
}

// lose notes that everything before a number is missing that has not come.
func (c *throng) lose(w way, n int) {
	for ; c.next[w.to][w.from] < n; c.next[w.to][w.from]++ {
		if c.lost[w] == nil {
			c.lost[w] = make(map[int]bool)
		}
		c.lost[w][c.next[w.to][w.from]] = true
	}
}

func (c *throng) work(m *nats.Msg) {
	from, _ := strconv.Atoi(strings.TrimPrefix(m.Subject, "throng.job."))
	n, _ := strconv.Atoi(string(m.Data))
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.jobs[from][n]++; c.jobs[from][n] > 1 {
		c.wrong["a job of "+c.posts[from].name+" is done twice"]++
	}
}

// during has something go wrong, and waits until messages come from each to each again. Those that are published in that time may be
// lost on some ways, as may those that were on their way when it began.
func (c *throng) during(name string, on func(way) bool, do func()) {
	c.t.Helper()
	f := fault{name: name, from: time.Now().Add(-200 * time.Millisecond), on: on}
	do()
	begun := time.Now()
	require.True(c.t, eventually(func() bool { return c.reaches(begun) }), "%s: messages do not come through again: %v", name, c.differences())
	f.to = time.Now()
	c.t.Logf("%s: %v, all is well again %v later", name, begun.Sub(f.from).Round(time.Millisecond), f.to.Sub(begun).Round(time.Millisecond))
	c.mu.Lock()
	defer c.mu.Unlock()
	c.faults = append(c.faults, f)
}

// reaches reports whether each has heard something from each that was published since then.
func (c *throng) reaches(since time.Time) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, next := range c.next {
		for from, n := range next {
			if n == 0 || c.sent[from][n-1].Before(since) {
				return false
			}
		}
	}
	return true
}

// at are the ways from and to a server.
func at(i int) func(way) bool { return func(w way) bool { return w.from == i || w.to == i } }

// judge ends the throng's work, and looks at what has come.
func (c *throng) judge() {
	t := c.t
	t.Helper()
	close(c.over)
	c.busy.Wait()
	assert.True(t, eventually(c.agrees), "%v", c.differences())
	assert.True(t, eventually(func() bool { return c.reaches(c.last()) }), "the last messages do not come")
	c.mu.Lock()
	defer c.mu.Unlock()
	all, gone, undone := 0, 0, 0
	for from, sent := range c.sent {
		all += len(sent)
		for n, when := range sent {
			for to := range c.posts {
				if w := (way{from, to}); c.lost[w][n] {
					gone++
					c.excused(when, &w, fmt.Sprintf("lost from %s to %s", c.posts[from].name, c.posts[to].name))
				}
			}
			if c.jobs[from][n] == 0 {
				undone++
				c.excused(when, nil, "a job of "+c.posts[from].name+" is not done")
			}
		}
	}
	t.Logf("%d messages to %d hearers: lost within the faults %d, late %d, jobs not done %d", all, len(c.posts), gone, c.late, undone)
	assert.Empty(t, c.wrong)
}

// last is when the last message of the publisher was published that has ended first.
func (c *throng) last() (when time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for i, sent := range c.sent {
		if end := sent[len(sent)-1]; i == 0 || end.Before(when) {
			when = end
		}
	}
	return when
}

// excused notes that something is wrong if it was not in a fault on that way, or on any.
func (c *throng) excused(when time.Time, w *way, what string) {
	for _, f := range c.faults {
		if when.After(f.from) && when.Before(f.to) && (w == nil || f.on(*w)) {
			return
		}
	}
	c.wrong[what]++
}

// agrees reports whether each server knows what the clients of each other want, and nothing else.
func (c *throng) agrees() bool { return len(c.differences()) == 0 }

func (c *throng) differences() (all []string) {
	wanted := make([]map[string]bool, len(c.posts))
	for i, p := range c.posts {
		var err error
		if wanted[i], err = p.wanted(); err != nil {
			return append(all, p.name+": "+err.Error())
		}
	}
	for i, p := range c.posts {
		known, err := p.elsewhere()
		if err != nil {
			return append(all, p.name+": "+err.Error())
		}
		for j, o := range c.posts {
			if i != j && !reflect.DeepEqual(known[o.name], wanted[j]) {
				all = append(all, fmt.Sprintf("%s knows %d of %d of %s", p.name, len(known[o.name]), len(wanted[j]), o.name))
			}
		}
	}
	return all
}
