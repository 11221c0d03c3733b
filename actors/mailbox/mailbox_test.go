package mailbox_test

import (
	"fmt"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/asynkron/protoactor-go/actor"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/actors/mailbox"
	"github.com/troupe-mq/troupe/supervisor"
)

// recorder is the actor behind a mailbox under test: it writes down what it is
// given, and does what the message says.
type recorder struct {
	mu       sync.Mutex
	story    []string
	failures []*supervisor.Crash
	guilty   []any
	inside   int // goroutines in it, never more than one
	busiest  int
}

// deed is a message that does something to the actor that handles it.
type deed func()

func (r *recorder) enter(s string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.story = append(r.story, s)
	r.inside++
	r.busiest = max(r.busiest, r.inside)
}

func (r *recorder) leave() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.inside--
}

func (r *recorder) InvokeUserMessage(m any) {
	s := fmt.Sprint(m)
	switch m.(type) {
	case *mailbox.Drained:
		s = "drained"
	case deed:
		s = "deed"
	}
	r.enter(s)
	defer r.leave()
	if do, ok := m.(deed); ok {
		do()
	}
}

func (r *recorder) InvokeSystemMessage(m any) {
	s := fmt.Sprint(m)
	if _, ok := m.(deed); ok {
		s = "order"
	}
	r.enter(s)
	defer r.leave()
	if do, ok := m.(deed); ok {
		do()
	}
}

func (r *recorder) EscalateFailure(reason, message any) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.failures = append(r.failures, reason.(*supervisor.Crash))
	r.guilty = append(r.guilty, message)
}

func (r *recorder) told() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.story)
}

func newBox(options ...mailbox.Option) (*mailbox.Mailbox, *recorder) {
	m, r := mailbox.New(options...), &recorder{}
	m.RegisterHandlers(r, mailbox.CallerRuns{})
	m.Start()
	return m, r
}

func TestCallerRuns(t *testing.T) {
	m, r := newBox()
	m.PostUserMessage("a")
	assert.Equal(t, []string{"a"}, r.told(), "an idle actor runs before the post returns")
	assert.Zero(t, m.Depth())
	assert.EqualValues(t, 1, m.Handled())
}

func TestOrder(t *testing.T) {
	m, r := newBox()
	m.PostUserMessage(deed(func() {
		m.PostUserMessage("a")
		m.PostUserMessage("b")
		assert.Equal(t, 2, m.Depth())
		assert.Equal(t, 2, m.UserMessageCount())
	}))
	assert.Equal(t, []string{"deed", "a", "b"}, r.told())
}

func TestSystemOvertakesUser(t *testing.T) {
	m, r := newBox()
	m.PostUserMessage(deed(func() {
		m.PostUserMessage(deed(func() { m.PostSystemMessage("urgent") }))
		m.PostUserMessage("late")
		m.PostSystemMessage("first")
		m.PostSystemMessage("second")
	}))
	assert.Equal(t, []string{"deed", "first", "second", "deed", "urgent", "late"}, r.told())
}

func TestPanicLosesNothing(t *testing.T) {
	m, r := newBox()
	poison := deed(func() { panic("poison") })
	m.PostUserMessage(deed(func() {
		m.PostUserMessage("before")
		m.PostUserMessage(poison)
		m.PostUserMessage("behind")
	}))
	assert.Equal(t, []string{"deed", "before", "deed", "behind"}, r.told())
	require.Len(t, r.failures, 1)
	assert.Equal(t, "poison", r.failures[0].Reason)
	assert.Contains(t, string(r.failures[0].Stack), "TestPanicLosesNothing", "the stack is that of the panic")
	assert.IsType(t, poison, r.guilty[0])
}

func TestPanicInSystemMessage(t *testing.T) {
	m, r := newBox()
	m.PostUserMessage(deed(func() {
		m.PostSystemMessage(deed(func() { panic("poison") }))
		m.PostSystemMessage("next order")
		m.PostUserMessage("behind")
	}))
	assert.Equal(t, []string{"deed", "order", "next order", "behind"}, r.told())
	assert.Len(t, r.failures, 1)
}

func TestSuspended(t *testing.T) {
	m, r := newBox(mailbox.NotifyDrained)
	m.PostUserMessage(deed(func() {
		m.PostUserMessage("taken with the rest")
		m.PostSystemMessage(&actor.SuspendMailbox{})
	}))
	m.PostUserMessage("waiting")
	assert.Equal(t, []string{"deed"}, r.told(), "a suspended actor gets nothing, not even that it is drained")
	m.PostSystemMessage("restart")
	assert.Equal(t, []string{"deed", "restart"}, r.told(), "orders still reach it")
	m.PostSystemMessage(&actor.ResumeMailbox{})
	assert.Equal(t, []string{"deed", "restart", "taken with the rest", "waiting", "drained"}, r.told())
	assert.Zero(t, m.Oldest())
}

func TestSuspendedInTheMiddle(t *testing.T) {
	m, r := newBox()
	m.PostUserMessage(deed(func() {
		m.PostUserMessage(deed(func() { m.PostSystemMessage(&actor.SuspendMailbox{}) }))
		m.PostUserMessage("in hand")
		m.PostUserMessage("too")
	}))
	assert.Equal(t, []string{"deed", "deed"}, r.told())
	m.PostSystemMessage(&actor.ResumeMailbox{})
	assert.Equal(t, []string{"deed", "deed", "in hand", "too"}, r.told())
}

func TestDrained(t *testing.T) {
	m, r := newBox(mailbox.NotifyDrained)
	m.PostUserMessage(deed(func() {
		m.PostUserMessage("a")
		m.PostUserMessage("b")
	}))
	assert.Equal(t, []string{"deed", "a", "b", "drained"}, r.told(), "once, when all is done")
	m.PostUserMessage("c")
	assert.Equal(t, []string{"c", "drained"}, r.told()[4:])
	m.PostSystemMessage("d")
	assert.Equal(t, []string{"d", "drained"}, r.told()[6:])
	m.PostSystemMessage(&actor.ResumeMailbox{})
	assert.Len(t, r.told(), 8, "a switch of the mailbox is nothing to flush for")

	quiet, heard := newBox()
	quiet.PostUserMessage("a")
	assert.Equal(t, []string{"a"}, heard.told(), "who has not asked is not told")
}

// TestHandOff proves that no poster is captured: a run that does not end gets a
// goroutine of its own, and goes on there.
func TestHandOff(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m, r := newBox()
		rounds, gate := 0, make(chan struct{})
		var again deed
		again = func() {
			rounds++
			if rounds == mailbox.CallerRuns.Throughput(mailbox.CallerRuns{})+1 {
				<-gate // on another goroutine, or this test would stand still
			}
			if rounds < 100 {
				m.PostUserMessage(again)
			}
		}
		m.PostUserMessage(again)
		close(gate)
		synctest.Wait()
		assert.Equal(t, 100, rounds)
		assert.Equal(t, 1, r.busiest)
	})
}

// TestHandOffInTime: nor is one captured by few rounds that take long.
func TestHandOffInTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m, r := newBox(mailbox.NotifyDrained)
		const long, all = 100 * time.Microsecond, 30
		rounds, over := 0, make(chan struct{})
		var again deed
		again = func() {
			<-time.After(long)
			if rounds++; rounds == all {
				close(over)
				return
			}
			m.PostUserMessage(again)
		}
		begun := time.Now()
		m.PostUserMessage(again)
		assert.Less(t, time.Since(begun), all/4*long)
		<-over
		assert.Equal(t, all*long, time.Since(begun))
		synctest.Wait()
		assert.Equal(t, 1, r.busiest)
	})
}

// TestManyPosters: whatever the posters do, one goroutine at a time is in the
// actor, and each poster's messages keep their order.
func TestManyPosters(t *testing.T) {
	const posters, each = 16, 500
	m, r := newBox(mailbox.NotifyDrained)
	var all sync.WaitGroup
	next := make([]int, posters)
	for p := range posters {
		all.Go(func() {
			for i := range each {
				m.PostUserMessage(deed(func() {
					assert.Equal(t, i, next[p])
					next[p]++
					if i%100 == 50 {
						panic("now and then")
					}
				}))
				if i%50 == 0 {
					m.PostSystemMessage("order")
				}
			}
		})
	}
	all.Wait()
	done := make(chan struct{})
	m.PostUserMessage(deed(func() { close(done) })) // behind everything
	<-done
	for p := range next {
		assert.Equal(t, each, next[p])
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	assert.Equal(t, 1, r.busiest)
	assert.Len(t, r.failures, posters*each/100)
	assert.EqualValues(t, posters*each+1, m.Handled())
}
