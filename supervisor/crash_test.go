package supervisor_test

import (
	"errors"
	"fmt"
	"io"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/supervisor"
)

// crashOf is what a guarded function panics with.
func crashOf(fn func()) (c *supervisor.Crash) {
	defer func() { c = supervisor.Caught(recover()) }()

	fn()

	return nil
}

func TestCrash(t *testing.T) {
	var list []int

	c := crashOf(func() { list[3] = 1 })
	require.EqualError(t, c, "runtime error: index out of range [3] with length 0")
	assert.False(t, c.Deliberate())
	require.NotEmpty(t, c.Frames(9))
	assert.Contains(t, c.Frames(9)[0], "TestCrash", "the culprit comes first")

	var runtimeError interface{ RuntimeError() }
	require.ErrorAs(t, c, &runtimeError)

	again := crashOf(func() { panic(c) })
	assert.Same(t, c, again, "a crash that is passed on keeps its stack")

	meant := supervisor.Fail(io.ErrShortWrite)
	assert.True(t, meant.Deliberate())
	assert.Empty(t, meant.Frames(9))
	require.ErrorIs(t, fmt.Errorf("conn-7: %w", meant), io.ErrShortWrite)
	require.NoError(t, (&supervisor.Crash{Reason: "text"}).Unwrap())
}

func TestGoReportsAndLivesOn(t *testing.T) {
	reports := make(chan string)
	report := func(name string, c *supervisor.Crash) {
		reports <- fmt.Sprintf("%s: %v, stack %v", name, c, len(c.Frames(1)) > 0)

		panic("a report that panics is nobody's fault")
	}

	supervisor.Go(report, "reader", func() { panic(errors.New("oops")) })
	assert.Equal(t, "reader: oops, stack true", <-reports)

	done := make(chan struct{})
	supervisor.Go(nil, "writer", func() { close(done) })
	<-done
}

func TestEventInWords(t *testing.T) {
	e := supervisor.Event{
		What: supervisor.Failed, Path: "top/a", Role: "clerk", Directive: supervisor.Restart, Delay: time.Second,
		Failure: "paper\njam", Reason: "1 failure in 10s", Stack: []string{"f a.go:1", "g b.go:2"}, Restarts: 2,
	}
	assert.Equal(t, "top/a failed: paper jam -> restart in 1s (1 failure in 10s)", e.String())
	assert.Equal(t, []any{
		"path", "top/a", "role", "clerk", "failure", "paper jam", "directive", "restart", "delay", time.Second,
		"reason", "1 failure in 10s", "restarts", 2, "stack", "f a.go:1; g b.go:2",
	}, e.Pairs())
	assert.Equal(t, []any{"path", "top/a"}, supervisor.Event{Path: "top/a"}.Pairs())
}

func TestRing(t *testing.T) {
	r := supervisor.NewRing(3)
	assert.Empty(t, r.Newest(0))

	names := func(n int) (s string) {
		for _, e := range r.Newest(n) {
			s += e.Path
		}

		return s
	}

	for i, want := range []string{"a", "ba", "cba", "dcb", "edc", "fed", "gfe"} {
		r.Add(supervisor.Event{Path: string(rune('a' + i))})
		assert.Equal(t, want, names(0))
	}

	assert.Equal(t, "gf", names(2))
	assert.Equal(t, 3, r.Len())
	assert.EqualValues(t, 7, r.Total())

	big := supervisor.NewRing(0)
	for range 2000 {
		big.Add(supervisor.Event{})
	}

	assert.Equal(t, 1000, big.Len())
}
