package observer

import (
	"context"
	"net/http"
	"time"

	"github.com/troupe-mq/troupe/actors/report"
)

// followTime is how long a connection is followed at most: who watches longer asks again.
const followTime = 5 * time.Minute

// followed is a line as the page shows it.
type followed struct {
	At     int64  `json:"at"`
	Out    bool   `json:"out,omitempty"`
	Text   string `json:"text"`
	Missed int    `json:"missed,omitempty"`
}

// mayFollow answers with a ticket: a stream of a browser cannot carry what proves a right.
func (o *Observer) mayFollow(w http.ResponseWriter, r *http.Request) { issue(&o.follows, w, r) }

// follow is the stream of what one client and the broker say to each other.
func (o *Observer) follow(w http.ResponseWriter, r *http.Request) {
	if ofPage(r) != nil || !o.follows.redeem(r.URL.Query().Get("ticket"), time.Now()) {
		refuse(w, http.StatusForbidden, errNotOurs.Error())
		return
	}
	defer o.follows.closed()
	cid, ok := numberOf(w, r)
	if !ok {
		return
	}
	ctx, cancel := context.WithTimeout(r.Context(), followTime)
	defer cancel()
	lines, err := o.broker.Follow(ctx, cid)
	if err != nil {
		refuse(w, statusOf(err), plain(err))
		return
	}
	s := open(w)
	if s == nil || s.say("begun", struct{}{}) != nil {
		return
	}
	o.tellLines(s, lines)
}

// tellLines tells what is said until that is over, or the page is gone. A beat gathers what comes
// meanwhile.
func (o *Observer) tellLines(s *stream, lines <-chan report.Line) {
	every := time.NewTicker(beat)
	defer every.Stop()
	for range every.C {
		var said []followed
		open := true
	gather:
		for open {
			select {
			case l, more := <-lines:
				if open = more; more {
					said = append(said, followed{At: l.Time.UnixMilli(), Out: l.Out, Text: l.Text, Missed: l.Missed})
				}
			default:
				break gather
			}
		}
		if len(said) > 0 && s.say("lines", said) != nil {
			return
		}
		if !open {
			_ = s.say("over", struct{}{}) // the page may be gone
			return
		}
	}
}
