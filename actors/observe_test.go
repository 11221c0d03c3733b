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

	"github.com/troupe-mq/troupe/supervisor"
)

// TestFailuresDoNotFloodTheLog: ten thousand crashes are in the history, not in
// the log.
func TestFailuresDoNotFloodTheLog(t *testing.T) {
	var log bytes.Buffer
	first, err := newSettings(&Config{Logger: hclog.New(&hclog.LoggerOptions{Output: &log})}, nil, time.Now())
	require.NoError(t, err)
	h := newHub(first)
	e := supervisor.Event{Time: time.Now(), What: supervisor.Failed, Role: connectionRole, Stack: []string{"here"}}
	for range 10_000 {
		h.observe(e)
	}
	require.LessOrEqual(t, strings.Count(log.String(), "\n"), complaintsPerSecond)
	e.Time = e.Time.Add(time.Minute)
	h.observe(e)
	require.Contains(t, log.String(), fmt.Sprintf("suppressed=%d", 10_000-complaintsPerSecond))

	log.Reset()
	h.observe(supervisor.Event{Time: time.Now(), What: supervisor.Failed, Role: connectionRole, Err: errors.New("slow")})
	require.Empty(t, log.String(), "an eviction has been told of already")
}
