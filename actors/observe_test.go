package actors

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/go-hclog"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/actors/access/callout"
	"github.com/troupe-mq/troupe/actors/internal/host"
	"github.com/troupe-mq/troupe/supervisor"
)

// TestFailuresDoNotFloodTheLog: ten thousand crashes are in the history, not in
// the log.
func TestFailuresDoNotFloodTheLog(t *testing.T) {
	const most = 2 // lines of a kind in a second
	var log bytes.Buffer
	first, err := newConfiguration(&Config{Logger: hclog.New(&hclog.LoggerOptions{Output: &log})}, nil, time.Now())
	require.NoError(t, err)
	b := newBroker(first, new(callout.Keys))
	e := supervisor.Event{Time: time.Now(), What: supervisor.Failed, Role: host.ConnectionRole, Stack: []string{"here"}}
	for range 10_000 {
		b.observe(e)
	}
	require.LessOrEqual(t, strings.Count(log.String(), "\n"), most)
	e.Time = e.Time.Add(time.Minute)
	b.observe(e)
	require.Contains(t, log.String(), fmt.Sprintf("suppressed=%d", 10_000-most))

	log.Reset()
	b.observe(supervisor.Event{Time: time.Now(), What: supervisor.Failed, Role: host.ConnectionRole, Err: errors.New("slow")})
	require.Empty(t, log.String(), "an eviction has been told of already")
}
