package monitor

import (
	"cmp"
	"context"
	"errors"
	"net"
	"net/http"
	"net/url"
	"regexp"
	"runtime"
	"strings"
	"sync/atomic"
	"time"

	"github.com/troupe-mq/troupe/actors"
	"github.com/troupe-mq/troupe/actors/documents"
	"github.com/troupe-mq/troupe/actors/front"
	"github.com/troupe-mq/troupe/actors/report"
	"github.com/troupe-mq/troupe/supervisor"
)

// atOnce is how many requests of one kind may be worked on at a time. The others
// wait, for as long as busyWait.
const (
	atOnce   = 4
	busyWait = 5 * time.Second
)

// listsAtOnce is how many of those that may be long: each keeps a processor busy
// for as long as it takes.
func listsAtOnce() int { return min(max(runtime.GOMAXPROCS(0), 2), atOnce) }

// offer is a page, and at which of the places it is made.
type offer struct {
	answer page
	at     *front.Places // nil if it takes no time worth speaking of, and nobody has to wait
}

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
	pages  map[string]offer
	counts map[string]*atomic.Uint64
	sums   *front.Places // of what asks a few actors
	lists  *front.Places // of what may be long, or asks all of them
	faults *front.Places // of the lab, which takes longer than all others

	documents *documents.Maker
}

func newSite(b *actors.Broker, c Config, addr net.Addr) *site {
	s := &site{
		broker: b, config: c, base: c.BasePath,
		sums: front.NewPlaces(atOnce), lists: front.NewPlaces(listsAtOnce()), faults: front.NewPlaces(atOnce),
	}
	process := documents.Process{HTTP: found(&c, addr), Requests: s.requests, Loaded: c.Loaded, Storage: c.Storage}
	if s.documents = c.Documents; s.documents == nil {
		s.documents = documents.New(b, process)
	}
	s.documents.Know(process)
	s.pages = map[string]offer{
		"/":               {answer: s.index},
		"/varz":           {s.varz, s.sums},
		"/connz":          {s.connz, s.lists},
		"/subsz":          {s.subsz, s.lists},
		"/subscriptionsz": {s.subsz, s.lists},
		"/routez":         {answer: s.routez},
		"/leafz":          {answer: s.leafz},
		"/gatewayz":       {answer: s.gatewayz},
		"/accountz":       {s.accountz, s.sums},
		"/accstatz":       {s.accstatz, s.sums},
		"/jsz":            {answer: s.jsz},
		"/raftz":          {answer: s.raftz},
		"/ipqueuesz":      {answer: s.ipqueuesz},
		"/healthz":        {answer: s.healthz},
		"/stacksz":        {s.stacksz, s.lists},
		"/debug/vars":     {s.vars, s.sums},
		"/actorz":         {s.actorz, s.lists},
		"/supervisionz":   {s.supervisionz, s.lists},
		"/tapz":           {answer: s.tapz},
		metricsPath:       {newExposition(b).page, s.lists},
	}
	if c.Storage != nil { // it is asked, and may have a lot to say
		s.pages["/jsz"] = offer{s.jsz, s.lists}
	}
	if c.Lab {
		s.pages[labPath] = offer{s.fault, s.faults}
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
	at, ok := strings.CutPrefix(slashes.ReplaceAllString(r.URL.Path, "/"), s.base)
	if at == "" {
		at = "/"
	}
	if ok && s.config.Page != nil && forPeople(at, r) {
		s.show(w, r, at)
		return
	}
	wanted := s.pages[at]
	if !ok || wanted.answer == nil {
		text(w, http.StatusNotFound, "there is no such page: "+s.base+"/ lists those that there are")
		return
	}
	s.counts[at].Add(1)
	if wanted.at != nil {
		leave, err := enter(wanted.at, r)
		if err != nil {
			text(w, http.StatusServiceUnavailable, "too many requests at a time")
			return
		}
		defer leave()
	}
	document, err := wanted.answer(w, r)
	switch {
	case err != nil:
		text(w, statusOf(err), err.Error())
	case document != nil:
		write(w, http.StatusOK, document)
	}
}

// slashes are those of tools that put an address and a path together.
var slashes = regexp.MustCompile("//+")

// enter waits for a place among those who are answered.
func enter(places *front.Places, r *http.Request) (leave func(), err error) {
	ctx, cancel := context.WithTimeout(r.Context(), busyWait)
	defer cancel()
	return places.Enter(ctx, front.AddressOf(r))
}

// recover turns a panic into a 500 and an event.
func (s *site) recover(w http.ResponseWriter) {
	if r := recover(); r != nil {
		s.broker.Report("monitor/"+name, supervisor.Caught(r))
		front.Anew(w)
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
	head(w, status)
	if err := render(w, document); err != nil {
		front.Anew(w) // which does not help against that there is no room for it
		text(w, http.StatusInternalServerError, err.Error())
	}
}

func raw(w http.ResponseWriter, status int, b []byte) {
	head(w, status)
	_, _ = w.Write(b) // whoever has hung up needs no answer
}

// head begins an answer with a document.
func head(w http.ResponseWriter, status int) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Access-Control-Allow-Origin", "*")
	w.WriteHeader(status)
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
