package actors

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hashicorp/go-hclog"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/actors/access/callout"
	"github.com/troupe-mq/troupe/actors/internal/host"
	"github.com/troupe-mq/troupe/supervisor"
)

// written is a log that may be written while it is read.
type written struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (w *written) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.buf.Write(p)
}

func (w *written) String() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.buf.String()
}

func (w *written) Reset() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.buf.Reset()
}

// observer is a broker of which nothing runs, and what it logs at a level.
func observer(t *testing.T, level hclog.Level) (*Broker, *written) {
	t.Helper()
	var log written
	first, err := newConfiguration(&Config{StrictHealth: true, Logger: hclog.New(&hclog.LoggerOptions{Output: &log, Level: level, DisableTime: true})}, nil, time.Now())
	require.NoError(t, err)
	keys, err := callout.NewKeys()
	require.NoError(t, err)
	b := newBroker(first, keys)
	log.Reset()
	return b, &log
}

// TestFailuresDoNotFloodTheLog: ten thousand crashes are in the history, not in
// the log, which says how many there were.
func TestFailuresDoNotFloodTheLog(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const most = 5 // lines of a kind in ten seconds
		b, log := observer(t, hclog.Info)
		e := supervisor.Event{Time: time.Now(), What: supervisor.Failed, Role: host.ConnectionRole, Stack: []string{"here"}}
		for range 10_000 {
			b.observe(e)
		}
		require.Equal(t, most, strings.Count(log.String(), "\n"))
		<-time.After(10 * time.Second)
		synctest.Wait()
		require.Contains(t, log.String(), fmt.Sprintf("[WARN]  actor failed: connection: %d more like this in 10s\n", 10_000-most))

		log.Reset()
		b.observe(supervisor.Event{Time: time.Now(), What: supervisor.Failed, Role: host.ConnectionRole, Err: errors.New("slow")})
		require.Empty(t, log.String(), "an eviction has been told of already")
	})
}

// A failure is one line that says who, what, what was decided and how often it was. The
// stack is for those who debug.
func TestFailureIsOneLine(t *testing.T) {
	e := supervisor.Event{
		Time: time.Now(), What: supervisor.Failed, Path: "troupe/actors/guard", Role: "guard", Directive: supervisor.Restart, Delay: time.Second,
		Failure: "index out of range", Reason: "2 failures in 1m0s", Stack: []string{"guard.go:7"}, Restarts: 1,
	}
	b, log := observer(t, hclog.Info)
	b.observe(e)
	require.Equal(t, "[WARN]  troupe/actors/guard failed: index out of range -> restart in 1s (2 failures in 1m0s)\n", log.String())

	b, log = observer(t, hclog.Debug)
	e.Ordered, e.Failure = true, "lab: a fault was ordered"
	b.observe(e)
	lines := strings.Split(log.String(), "\n")
	require.Equal(t, "[WARN]  troupe/actors/guard failed: lab: a fault was ordered -> restart in 1s (2 failures in 1m0s)", lines[0])
	require.Contains(t, lines[1], "[DEBUG] actor failed: path=troupe/actors/guard role=guard")
	require.Contains(t, lines[1], "ordered=true stack=guard.go:7")
}

// Who is given up for good is an error, and the health says so until somebody takes the
// place or the actor is removed.
func TestGivenUp(t *testing.T) {
	b, log := observer(t, hclog.Info)
	e := supervisor.Event{
		Time: time.Now(), What: supervisor.Failed, Path: "troupe/actors/guard", Role: "guard", Directive: supervisor.Stop, GivenUp: true,
		Failure: "oops", Reason: "6 failures in 1m0s, 5 allowed", Stack: []string{"here"},
	}
	b.observe(e)
	require.Equal(t, "[ERROR] troupe/actors/guard failed: oops -> stop, given up (6 failures in 1m0s, 5 allowed)\n", log.String())
	require.EqualError(t, b.failures.Err(), "troupe: actors/guard has been given up (6 failures in 1m0s, 5 allowed)")
	e.Path = "troupe/actors/other"
	b.observe(e)
	require.EqualError(t, b.failures.Err(), "troupe: actors/guard has been given up (6 failures in 1m0s, 5 allowed), and 1 more")
	b.observe(supervisor.Event{What: supervisor.Started, Path: "troupe/actors/guard"})
	b.failures.Forget("troupe/actors/other")
	require.NoError(t, b.failures.Err())
}
