package actorstest

import (
	"bytes"
	"sync"
	"testing"

	"github.com/hashicorp/go-hclog"
)

// Logger logs to t, and falls silent before the test ends: a line that comes
// later would be a panic of package testing.
func Logger(t testing.TB) hclog.Logger {
	t.Helper()
	w := &testWriter{t: t}
	t.Cleanup(w.mute)
	return hclog.New(&hclog.LoggerOptions{
		Level:      hclog.Debug,
		Output:     w,
		TimeFormat: "15:04:05.000",
	})
}

type testWriter struct {
	mu sync.Mutex
	t  testing.TB // nil when the test is over
}

// Write logs one line.
func (w *testWriter) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.t != nil {
		w.t.Logf("%s", bytes.TrimRight(p, "\n"))
	}
	return len(p), nil
}

func (w *testWriter) mute() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.t = nil
}
