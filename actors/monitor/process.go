package monitor

import (
	"encoding/json"
	"net/http"
	"os"
	"runtime"
	"runtime/pprof"
)

type health struct {
	Status string `json:"status"`
	Error  string `json:"error,omitempty"`
}

// healthz is compact, and says with its status too whether all is well. The
// questions about JetStream have the same answer: there is none that could fail.
func (s *site) healthz(w http.ResponseWriter, r *http.Request) (any, error) {
	if _, err := parse(r, parseBool("js-enabled-only", "js-server-only", "details")); err != nil {
		return nil, err
	}
	h, status := health{Status: "ok"}, http.StatusOK
	if err := s.broker.Healthy(r.Context()); err != nil {
		h, status = health{Status: "unavailable", Error: err.Error()}, http.StatusServiceUnavailable
	}
	b, err := json.Marshal(h)
	if err != nil {
		return nil, err
	}
	raw(w, status, b)
	return nil, nil
}

// Printing every stack stops the world: with many goroutines they are counted by
// place instead, which does not.
const (
	printedStacks = 2000
	stackText     = 4 << 20
)

func (s *site) stacksz(w http.ResponseWriter, _ *http.Request) (any, error) {
	if runtime.NumGoroutine() <= printedStacks {
		b := make([]byte, stackText)
		raw(w, http.StatusOK, b[:runtime.Stack(b, true)])
		return nil, nil
	}
	w.Header().Set("Content-Type", "application/json")
	return nil, pprof.Lookup("goroutine").WriteTo(w, 1)
}

// vars is what expvar would say, but for the arguments of the process: there may
// be passwords among them.
func (s *site) vars(w http.ResponseWriter, _ *http.Request) (any, error) {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	b, err := json.Marshal(map[string]any{"cmdline": os.Args[:min(1, len(os.Args))], "memstats": &m})
	if err != nil {
		return nil, err
	}
	raw(w, http.StatusOK, b)
	return nil, nil
}
