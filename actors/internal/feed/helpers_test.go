package feed

import (
	"testing"

	"github.com/hashicorp/go-hclog"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/actors/internal/batch"
	"github.com/troupe-mq/troupe/actors/internal/host"
	"github.com/troupe-mq/troupe/actors/tap"
	"github.com/troupe-mq/troupe/supervisor"
	"github.com/troupe-mq/troupe/wire"
)

// feedOf is the feed of a tap that nobody has started.
func feedOf(tb testing.TB, spec tap.Spec) *Feed {
	tb.Helper()
	spec, err := spec.Complete()
	require.NoError(tb, err)
	h := host.New(hclog.NewNullLogger(), func(supervisor.Event) {})
	tb.Cleanup(h.System.Shutdown)
	return newFeed(&Set{Host: h}, spec)
}

// batchOf is what a connection makes of messages that were published.
func batchOf(tb testing.TB, text string) *batch.Batch {
	tb.Helper()
	b := batch.New(nil, 1, 0)
	b.Buf = []byte(text)
	var p wire.Parser
	var cmd wire.Command
	for at := 0; at < len(text); {
		next, err := p.Next(b.Buf, at, &cmd)
		require.NoError(tb, err)
		require.Greater(tb, next, at, "a command is cut off")
		e := b.Add(cmd.Op)
		e.Subject, e.Reply, e.Body, e.Headers, e.Tail = cmd.Subject, cmd.Reply, cmd.Body, cmd.Header, cmd.Tail
		e.Repeat = cmd.Repeat && len(b.Entries) > 1
		at = next
	}
	return b
}
