package profile

import (
	"context"
	"fmt"
	"net/http"
	"net/http/pprof"
	"runtime"
	"strconv"
	"time"

	"github.com/troupe-mq/troupe/actors/front"
)

// What those who ask may take.
const (
	atOnce       = 4               // profiles of one kind at a time; the others wait
	busyWait     = 5 * time.Second // for as long as this
	mostSeconds  = 300             // that the process is watched for one profile
	printedStack = 2000            // goroutines that are printed one by one: it stops the world
)

// desk is where profiles are given out.
type desk struct {
	http.Handler
	moments *front.Places // of what is made at once
	watches *front.Places // of what is watched for a while
}

func newDesk() *desk {
	mux := http.NewServeMux()
	mux.HandleFunc("/debug/pprof/", pprof.Index)
	mux.HandleFunc("/debug/pprof/cmdline", pprof.Cmdline)
	mux.HandleFunc("/debug/pprof/profile", pprof.Profile)
	mux.HandleFunc("/debug/pprof/symbol", pprof.Symbol)
	mux.HandleFunc("/debug/pprof/trace", pprof.Trace)
	return &desk{Handler: mux, moments: front.NewPlaces(atOnce), watches: front.NewPlaces(atOnce)}
}

// ServeHTTP gives out a profile.
func (d *desk) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if why := unreasonable(r); why != "" {
		http.Error(w, why, http.StatusBadRequest)
		return
	}
	places := d.moments
	if watches(r) {
		places = d.watches
	}
	ctx, cancel := context.WithTimeout(r.Context(), busyWait)
	leave, err := places.Enter(ctx, front.AddressOf(r))
	cancel()
	if err != nil {
		http.Error(w, "too many requests at a time", http.StatusServiceUnavailable)
		return
	}
	defer leave()
	d.Handler.ServeHTTP(w, r)
}

// watches reports whether a profile takes time.
func watches(r *http.Request) bool {
	return asked(r, "seconds") != "" || r.URL.Path == "/debug/pprof/profile" || r.URL.Path == "/debug/pprof/trace"
}

// unreasonable is why a request is refused, empty if it is not.
func unreasonable(r *http.Request) string {
	if s, err := strconv.ParseFloat(asked(r, "seconds"), 64); err == nil && s > mostSeconds {
		return fmt.Sprintf("seconds is at most %d", mostSeconds)
	}
	if n := runtime.NumGoroutine(); n > printedStack && r.URL.Path == "/debug/pprof/goroutine" {
		if debug, _ := strconv.Atoi(asked(r, "debug")); debug > 1 {
			return fmt.Sprintf("there are %d goroutines, and to print each stops the broker: ask for debug=1", n)
		}
	}
	return ""
}

// asked is a parameter as package pprof reads it, which reads another thing from
// the body of those who ask for symbols.
func asked(r *http.Request, name string) string {
	if r.URL.Path == "/debug/pprof/symbol" {
		return ""
	}
	return r.FormValue(name)
}
