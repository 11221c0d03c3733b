package monitor

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/troupe-mq/troupe/actors/report"

	"github.com/troupe-mq/troupe/actors"
	"github.com/troupe-mq/troupe/actors/documents"
	"github.com/troupe-mq/troupe/actors/front"
)

// labPath is where faults are ordered, if Config.Lab is set.
const labPath = "/lab/fault"

// maxOrder is the longest body that an order may have, in bytes.
const maxOrder = 4 << 10

// order is a fault as it is asked for.
type order struct {
	Target string           `json:"target"`
	Kind   actors.FaultKind `json:"kind"`
	For    string           `json:"for"` // as Go writes durations
}

// outcome is what became of it.
type outcome struct {
	report.Fault
	Away string `json:"away"` // the same as away_ns, for people
}

// fault does what the lab was asked for, and answers when the actor is back or
// known to be gone.
func (s *site) fault(w http.ResponseWriter, r *http.Request) (any, error) {
	if err := welcome(r); err != nil {
		if r.Method != http.MethodPost {
			w.Header().Set("Allow", http.MethodPost)
		}
		return nil, err
	}
	f, err := readOrder(http.MaxBytesReader(w, r.Body, maxOrder))
	if err != nil {
		return nil, err
	}
	became, err := s.broker.Inject(r.Context(), f)
	switch {
	case errors.Is(err, actors.ErrFault):
		return nil, &documents.RequestError{Err: plain(err)}
	case err != nil:
		return nil, err
	}
	b, err := json.MarshalIndent(&outcome{Fault: became, Away: became.Away.String()}, "", "  ")
	if err != nil {
		return nil, err
	}
	w.Header().Set("Content-Type", "application/json") // and no word that other sites may read it
	_, _ = w.Write(b)                                  // whoever has hung up needs no answer
	return nil, nil
}

// plain is an error of the broker without its name.
func plain(err error) error { return errors.New(strings.TrimPrefix(err.Error(), "troupe: ")) }

// welcome turns away what may come from a page in a browser on this machine: a
// page of another site, and one whose name was made to lead to the loopback.
func welcome(r *http.Request) error {
	if r.Method != http.MethodPost {
		return refusalError{http.StatusMethodNotAllowed, "a fault is ordered by POST"}
	}
	if !front.IsLoopback(front.HostOf(r.Host)) {
		return refusalError{http.StatusForbidden, fmt.Sprintf("the lab answers to localhost, and not to %q", r.Host)}
	}
	for _, origin := range r.Header.Values("Origin") {
		if u, err := url.Parse(origin); err != nil || !front.IsLoopback(u.Hostname()) {
			return refusalError{http.StatusForbidden, fmt.Sprintf("the lab takes no orders from a page of %q", origin)}
		}
	}
	return nil
}

// readOrder reads the body of a request: one object, and nothing that is unknown.
func readOrder(body io.Reader) (actors.Fault, error) {
	var o order
	d := json.NewDecoder(body)
	d.DisallowUnknownFields()
	err := d.Decode(&o)
	if err == nil {
		if _, more := d.Token(); !errors.Is(more, io.EOF) {
			err = errors.New("something follows it")
			if tooLong := (*http.MaxBytesError)(nil); errors.As(more, &tooLong) {
				err = more
			}
		}
	}
	if notText := (*json.UnmarshalTypeError)(nil); errors.As(err, &notText) {
		err = fmt.Errorf("%q is of the wrong kind: %s", cmp.Or(notText.Field, "body"), notText.Value)
	}
	if tooLong := (*http.MaxBytesError)(nil); errors.As(err, &tooLong) {
		return actors.Fault{}, refusalError{http.StatusRequestEntityTooLarge, fmt.Sprintf("an order has at most %d bytes", tooLong.Limit)}
	}
	if err != nil {
		return actors.Fault{}, &documents.RequestError{Err: fmt.Errorf(`this is no order such as {"target":"connections/conn-7","kind":"stall","for":"100ms"}: %s`, strings.TrimPrefix(err.Error(), "json: "))}
	}
	f := actors.Fault{Target: o.Target, Kind: o.Kind}
	if o.For != "" {
		if f.For, err = time.ParseDuration(o.For); err != nil {
			return actors.Fault{}, &documents.RequestError{Err: fmt.Errorf("%q is not a duration such as 100ms", o.For)}
		}
	}
	return f, nil
}
