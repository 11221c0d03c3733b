package actors_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/actors/report"
)

// TestTraceOverRoutes: each broker notes its part of the way, and says how the next one's is found; a message that is only to be
// traced is traced there too.
func TestTraceOverRoutes(t *testing.T) {
	all := mesh(t, 2)
	traces := []chan *report.Trace{make(chan *report.Trace, 1), make(chan *report.Trace, 1)}
	for i, b := range all {
		b.WatchTraces(func(r *report.Trace) { traces[i] <- r })
	}
	there := all[1].Client(t)
	there.Send(`CONNECT {"verbose":false,"headers":true}`, "SUB far 1")
	there.Fence()
	require.Eventually(t, func() bool { return wants(t, all[0], "far") == 1 }, patience, time.Millisecond)

	here := all[0].Client(t)
	const headers = "NATS/1.0\r\nNats-Trace-Dest: td\r\nNats-Trace-Only: true\r\n\r\n"
	here.Send(`CONNECT {"verbose":false,"headers":true}`, fmt.Sprintf("HPUB far %d %d", len(headers), len(headers)+2), headers+"hi")
	here.Fence()

	near, far := <-traces[0], <-traces[1]
	require.Len(t, near.Steps, 2)
	assert.Equal(t, report.RouteLink, near.Steps[1].Link)
	assert.Equal(t, "1", near.Steps[1].Hop)
	assert.Equal(t, 1, near.Hops)

	assert.Equal(t, "td", far.Dest)
	assert.Equal(t, []string{"1"}, far.Header["Nats-Trace-Hop"])
	require.Len(t, far.Steps, 2)
	assert.Equal(t, report.RouteLink, far.Steps[0].Link)
	assert.Equal(t, "a", far.Steps[0].Name)
	assert.Equal(t, "far", far.Steps[1].Subscription)
	there.Fence()
	there.Quiet()
}
