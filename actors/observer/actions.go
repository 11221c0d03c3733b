package observer

import (
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/troupe-mq/troupe/actors/report"

	"github.com/troupe-mq/troupe/actors"
	"github.com/troupe-mq/troupe/actors/experiments"
)

// plain is an error of the broker without its name.
func plain(err error) string { return strings.TrimPrefix(err.Error(), "troupe: ") }

// lab lets a handler harm the broker on purpose if that was opened, and only for who sits
// at this machine.
func (o *Observer) lab(handler http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		switch {
		case !o.config.Lab:
			refuse(w, http.StatusForbidden, "the lab is closed: start the broker with --lab")
		case !atThisMachine(r):
			refuse(w, http.StatusForbidden, "the lab answers to this machine only")
		default:
			handler(w, r)
		}
	}
}

// fault makes an actor misbehave, and answers with what became of it.
func (o *Observer) fault(w http.ResponseWriter, r *http.Request) {
	var order struct {
		Target string           `json:"target"`
		Kind   actors.FaultKind `json:"kind"`
		For    float64          `json:"for"` // milliseconds
	}
	d := json.NewDecoder(r.Body)
	d.DisallowUnknownFields()
	if err := d.Decode(&order); err != nil {
		refuse(w, http.StatusBadRequest, "this is no order: "+err.Error())
		return
	}
	target := strings.TrimPrefix(order.Target, "troupe/")
	done, err := o.broker.Inject(r.Context(), actors.Fault{Target: target, Kind: order.Kind, For: time.Duration(order.For * float64(time.Millisecond))})
	if err != nil {
		refuse(w, statusOf(err), plain(err))
		return
	}
	answer(w, r, struct {
		report.Fault
		Away float64 `json:"away"` // milliseconds
	}{done, milliseconds(done.Away)})
}

// experiment runs one, and answers with what was observed. One runs at a time, since
// they take times.
func (o *Observer) experiment(w http.ResponseWriter, r *http.Request) {
	n, err := strconv.Atoi(r.URL.Query().Get("n"))
	if err != nil || n < 1 || n > len(o.config.Experiments) {
		refuse(w, http.StatusNotFound, "there is no such experiment")
		return
	}
	if !o.trial.TryLock() {
		refuse(w, http.StatusConflict, "another experiment is running")
		return
	}
	defer o.trial.Unlock()
	begun := time.Now()
	facts := o.config.Experiments[n-1].Run()
	answer(w, r, struct {
		Facts []experiments.Fact `json:"facts"`
		Took  float64            `json:"took"`
	}{facts, milliseconds(time.Since(begun))})
}
