package monitor

import (
	"cmp"
	"encoding/json"
	"errors"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync/atomic"
	"time"

	"github.com/troupe-mq/troupe/actors"
	"github.com/troupe-mq/troupe/actors/documents"
	"github.com/troupe-mq/troupe/actors/report"
	"github.com/troupe-mq/troupe/supervisor"
)

// atOnce is how many requests may be answered at a time. The others wait, for as
// long as busyWait.
const (
	atOnce   = 4
	busyWait = 5 * time.Second
)

// page answers one path. What it returns is written as JSON; nil means that it
// has written for itself.
type page func(w http.ResponseWriter, r *http.Request) (any, error)

// refusalError is an error with a status of its own.
type refusalError struct {
	status int
	line   string
}

func (e refusalError) Error() string { return e.line }

// site is the handler of all paths. It holds nothing that is not safe for any
// goroutine.
type site struct {
	broker *actors.Broker
	config Config
	base   string
	pages  map[string]page
	counts map[string]*atomic.Uint64
	places chan struct{}
	faults chan struct{} // the places of the lab, which takes longer than all others

	documents *documents.Maker
}

func newSite(b *actors.Broker, c Config, addr net.Addr) *site {
	s := &site{broker: b, config: c, base: c.BasePath, places: make(chan struct{}, atOnce), faults: make(chan struct{}, atOnce)}
	s.documents = documents.New(b, documents.Process{HTTP: found(&c, addr), Requests: s.requests, Loaded: c.Loaded})
	s.pages = map[string]page{
		"/":               s.index,
		"/varz":           s.varz,
		"/connz":          s.connz,
		"/subsz":          s.subsz,
		"/subscriptionsz": s.subsz,
		"/routez":         s.routez,
		"/leafz":          s.leafz,
		"/gatewayz":       s.gatewayz,
		"/accountz":       s.accountz,
		"/accstatz":       s.accstatz,
		"/jsz":            s.jsz,
		"/raftz":          s.raftz,
		"/ipqueuesz":      s.ipqueuesz,
		"/healthz":        s.healthz,
		"/stacksz":        s.stacksz,
		"/debug/vars":     s.vars,
		"/actorz":         s.actorz,
		"/supervisionz":   s.supervisionz,
		metricsPath:       newExposition(b).page,
	}
	if c.Lab {
		s.pages[labPath] = s.fault
	}
	s.counts = make(map[string]*atomic.Uint64, len(s.pages))
	for path := range s.pages {
		s.counts[path] = new(atomic.Uint64)
	}
	return s
}

// ServeHTTP answers a request.
func (s *site) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	defer s.recover(w)
	path, ok := strings.CutPrefix(r.URL.Path, s.base)
	if path == "" {
		path = "/"
	}
	answer := s.pages[path]
	if !ok || answer == nil {
		http.NotFound(w, r)
		return
	}
	s.counts[path].Add(1)
	places := s.places
	if path == labPath {
		places = s.faults
	}
	if !enter(places, r) {
		text(w, http.StatusServiceUnavailable, "too many requests at a time")
		return
	}
	defer func() { <-places }()
	document, err := answer(w, r)
	switch {
	case err != nil:
		text(w, statusOf(err), err.Error())
	case document != nil:
		write(w, http.StatusOK, document)
	}
}

// enter waits for a place among those who are answered.
func enter(places chan struct{}, r *http.Request) bool {
	busy := time.NewTimer(busyWait)
	defer busy.Stop()
	select {
	case places <- struct{}{}:
		return true
	case <-r.Context().Done():
	case <-busy.C:
	}
	return false
}

// recover turns a panic into a 500 and an event. Nothing has been written yet:
// documents are whole before their first byte goes out.
func (s *site) recover(w http.ResponseWriter) {
	if r := recover(); r != nil {
		s.broker.Report("monitor/"+name, supervisor.Caught(r))
		text(w, http.StatusInternalServerError, "internal error")
	}
}

func statusOf(err error) int {
	var bad *documents.RequestError
	var refused refusalError
	switch {
	case errors.As(err, &refused):
		return refused.status
	case errors.As(err, &bad):
		return http.StatusBadRequest
	case errors.Is(err, report.ErrStopped):
		return http.StatusServiceUnavailable
	default:
		return http.StatusInternalServerError
	}
}

// text answers with a line of plain text.
func text(w http.ResponseWriter, status int, line string) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("X-Content-Type-Options", "nosniff") // the line may repeat what was asked
	w.WriteHeader(status)
	_, _ = w.Write([]byte(line)) // whoever has hung up needs no answer
}

// write answers with a document, indented as nats-server does it.
func write(w http.ResponseWriter, status int, document any) {
	b, err := json.MarshalIndent(document, "", "  ")
	if err != nil {
		text(w, http.StatusInternalServerError, err.Error())
		return
	}
	raw(w, status, b)
}

func raw(w http.ResponseWriter, status int, b []byte) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Access-Control-Allow-Origin", "*")
	w.WriteHeader(status)
	_, _ = w.Write(b) // whoever has hung up needs no answer
}

// parse reads the query of a request. What cannot be read is left out, as
// nats-server does it.
func parse[Q any](r *http.Request, with func(url.Values) (Q, error)) (Q, error) {
	q, err := with(r.URL.Query())
	if err != nil {
		return q, &documents.RequestError{Err: err}
	}
	return q, nil
}

// requests is how often each path was asked for.
func (s *site) requests() map[string]uint64 {
	out := make(map[string]uint64)
	for path, n := range s.counts {
		if asked := n.Load(); asked > 0 {
			out[path] = asked
		}
	}
	return out
}

// found is where the monitoring is to be found.
func found(c *Config, addr net.Addr) documents.HTTP {
	h := documents.HTTP{Host: cmp.Or(c.Host, "0.0.0.0"), BasePath: c.BasePath}
	if a, ok := addr.(*net.TCPAddr); ok {
		h.Port = a.Port
	}
	if c.TLS != nil {
		h.Port, h.HTTPSPort = 0, h.Port
	}
	return h
}
