package monitor

import (
	"encoding/json"
	"net/http"
	"runtime"
	"runtime/pprof"
)

// healthz is compact, and says with its status too whether all is well.
func (s *site) healthz(w http.ResponseWriter, r *http.Request) (any, error) {
	o, err := parse(r, parseHealthz)
	if err != nil {
		return nil, err
	}
	h := s.documents.Healthz(r.Context(), o)
	return nil, compact(w, h.Code, h)
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

func (s *site) vars(w http.ResponseWriter, _ *http.Request) (any, error) {
	return nil, compact(w, http.StatusOK, s.documents.Expvarz())
}

// compact answers with a document on one line.
func compact(w http.ResponseWriter, status int, document any) error {
	b, err := json.Marshal(document)
	if err != nil {
		return err
	}
	raw(w, status, b)
	return nil
}
