package actors_test

import (
	"bytes"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/asynkron/protoactor-go/actor"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/actors"
	"github.com/troupe-mq/troupe/supervisor"
	"github.com/troupe-mq/troupe/supervisor/logs"
)

// sink is a buffer for many goroutines.
type sink struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (s *sink) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.buf.Write(p)
}

func (s *sink) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.buf.String()
}

// talkative says what it is told, and fails if it is told so.
func talkative() actor.Actor {
	return actor.ReceiveFunc(func(ctx actor.Context) {
		switch m := ctx.Message().(type) {
		case string:
			ctx.Logger().Info("told", "what", m)
			ctx.Respond(m)
		case error:
			panic(m)
		}
	})
}

// tell has one that is called a do both.
func tell(t *testing.T, config actors.Config) {
	t.Helper()
	config.NoListen = true
	b, err := actors.Start(t.Context(), config, actors.WithActor(actors.ActorSpec{
		Name: "a", Produce: talkative, Policy: supervisor.Policy{Kind: supervisor.Permanent, Intensity: -1},
	}))
	require.NoError(t, err)
	a := b.System().NewLocalPID("troupe/actors/a")
	b.System().Root.Send(a, errNoDisk)
	_, err = b.System().Root.RequestFuture(a, "hello", time.Minute).Result() // when it has been restarted
	require.NoError(t, err)
	require.NoError(t, b.Stop(t.Context()))
}

// TestWithoutALogger: what somebody's own actor says, and why it fails, is never lost; the broker itself is silent.
func TestWithoutALogger(t *testing.T) {
	var out sink
	before := slog.Default()
	slog.SetDefault(slog.New(slog.NewTextHandler(&out, nil)))
	t.Cleanup(func() { slog.SetDefault(before) })
	tell(t, actors.Config{})
	lines := strings.Split(strings.TrimSpace(out.String()), "\n")
	require.Len(t, lines, 2)
	assert.Contains(t, lines[0], `level=WARN msg="troupe/actors/a failed: no disk -> restart`)
	assert.Contains(t, lines[1], `level=INFO msg=told`)
	assert.Contains(t, lines[1], `what=hello`)
}

// TestLoggerOfSlog: with a logger, all of it goes there.
func TestLoggerOfSlog(t *testing.T) {
	var out sink
	tell(t, actors.Config{Logger: logs.HclogLogger(slog.NewTextHandler(&out, nil))})
	for _, line := range []string{`msg="troupe/actors/a failed: no disk`, `level=INFO msg=told logger=actors`} {
		assert.Contains(t, out.String(), line)
	}
	assert.NotContains(t, out.String(), "[ACTOR]", "the framework's own lines are for those who debug")
}
