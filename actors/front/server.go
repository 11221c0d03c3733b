package front

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"io"
	"log"
	"net"
	"net/http"
	"runtime"
	"time"
)

// limits are what clients may take. Tests have others.
type limits struct {
	connections int           // at a time
	patience    time.Duration // how long a client may take nothing of what it is sent
	answer      int64         // bytes of one
	answers     int64         // bytes of all of them
}

var usual = limits{connections: 256, patience: 10 * time.Second, answer: 48 << 20, answers: 64 << 20}

// What one request may take.
const (
	requestTimeout = 5 * time.Second // to come in
	idleTimeout    = 2 * time.Minute // until the next one
	maxHeader      = 16 << 10
	maxBody        = 64 << 10
)

// server answers those in a crowd.
type server struct {
	http     *http.Server
	listener net.Listener
}

func newServer(l net.Listener, handler http.Handler, c *tls.Config, lim *limits, errorLog *log.Logger) *server {
	all := newCrowd(l, lim)
	s := &server{listener: all, http: &http.Server{
		Handler:           &counter{handler: handler, budget: newBudget(lim)},
		ReadHeaderTimeout: requestTimeout,
		ReadTimeout:       requestTimeout,
		IdleTimeout:       idleTimeout,
		MaxHeaderBytes:    maxHeader,
		ConnState:         all.changed,
		ConnContext: func(ctx context.Context, nc net.Conn) context.Context {
			return context.WithValue(ctx, guestKey{}, guestOf(nc))
		},
		ErrorLog:  errorLog,
		Protocols: new(http.Protocols),
	}}
	s.http.Protocols.SetHTTP1(true) // HTTP/2 has hundreds of requests in one connection
	if c != nil {
		c = c.Clone()
		c.NextProtos = []string{"http/1.1"}
		s.listener = tls.NewListener(all, c)
	}
	return s
}

// serve serves until it is closed, or the listener fails.
func (s *server) serve() error { return s.http.Serve(s.listener) }

// guestKey is that of the guest in the context of its requests.
type guestKey struct{}

// counter stands between a handler and the network, so that neither has to wait
// for the other: the handler gets a request that is whole, and its answer is whole
// before it is sent.
type counter struct {
	handler http.Handler
	budget  *budget
}

// ServeHTTP answers a request.
func (c *counter) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if !receive(w, r) {
		return
	}
	g, _ := r.Context().Value(guestKey{}).(*guest)
	if time.Since(g.answered) < atOnce {
		runtime.Gosched() // who sent a hundred requests ahead asks again at once: others are between them
	}
	d := &draft{budget: c.budget, from: g.from, close: g.turnOut, header: make(http.Header), since: time.Now(), direct: w}
	defer d.discard()
	c.handler.ServeHTTP(d, r)
	d.send(w)
	g.answered = time.Now() // most of it goes out when this returns: nobody else is let in between
}

// atOnce is how soon behind an answer a request comes that had been sent before.
const atOnce = time.Millisecond

// receive reads the body of a request. It is not ok if there is none that could
// be answered.
func receive(w http.ResponseWriter, r *http.Request) (ok bool) {
	if r.ContentLength != 0 {
		b, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
		if err != nil {
			w.Header().Set("Connection", "close") // what comes next may belong to the body
			status, line := http.StatusBadRequest, "the body of the request did not come"
			if tooLong := (*http.MaxBytesError)(nil); errors.As(err, &tooLong) {
				status, line = http.StatusRequestEntityTooLarge, "the body of the request is too long"
			}
			refuse(w, status, line)
			return false
		}
		r.Body = io.NopCloser(bytes.NewReader(b))
	}
	// What it had time for is over. A deadline that passes would be taken for a
	// client that has gone, and cancel the request.
	_ = http.NewResponseController(w).SetReadDeadline(time.Time{}) // else the answer is that it was cancelled
	return true
}

// refuse answers with a line of plain text.
func refuse(w http.ResponseWriter, status int, line string) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.WriteHeader(status)
	_, _ = io.WriteString(w, line) // whoever has hung up needs no answer
}
