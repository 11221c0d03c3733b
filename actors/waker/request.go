package waker

import (
	"bytes"
	"encoding/json"
	"strings"
	"time"

	"github.com/troupe-mq/troupe/wire/jetstream"
)

// maxRequest is how much of a request is looked into, in bytes. Longer ones are of no kind that is noted.
const maxRequest = 16 << 10

// kind is what somebody waits by.
type kind uint8

const (
	pull    kind = iota + 1 // a request for messages
	ordered                 // a consumer that pushes, in order
	direct                  // a request for one message, to whoever has the stream
)

// directly is in the place of a consumer's name where a stream is asked for a message. No consumer can have it.
const directly = ">"

// waiting is somebody who waits.
type waiting struct {
	kind   kind
	inbox  string
	of     consumer // its name is empty if the server has given it
	until  time.Time
	abroad bool // it is of a domain that was named: that may be another server's
}

// size is how many bytes it takes, about.
func (w *waiting) size() int { return len(w.inbox) + len(w.of.stream) + len(w.of.name) + entrySize }

// entrySize is what an entry takes beside its texts.
const entrySize = 200

// forever is until when a pull is open that does not expire.
const forever = 100 * 365 * 24 * time.Hour

// read is who waits by a request, if that is one to wait by, or whose wait ends with it.
func read(subject, reply string, body []byte, now time.Time) (w waiting, begins, ends bool) {
	if stream, ok := jetstream.DirectGet([]byte(subject)); ok && reply != "" {
		return waiting{kind: direct, inbox: reply, of: consumer{string(stream), directly}}, false, false
	}
	request, ok := jetstream.ConsumerRequest([]byte(subject))
	if !ok || len(body) > maxRequest {
		return w, false, false
	}
	api := string(request)
	if rest, ok := strings.CutPrefix(api, "MSG.NEXT."); ok && reply != "" {
		w, begins = readPull(rest, reply, body, now)
		w.abroad = !strings.HasPrefix(subject, jetstream.API)
		return w, begins, ends
	}
	if rest, ok := strings.CutPrefix(api, "DELETE."); ok {
		w.of.stream, w.of.name, ok = strings.Cut(rest, ".")
		return w, false, ok
	}
	if rest, ok := strings.CutPrefix(api, "CREATE."); ok {
		return readCreate(rest, body)
	}
	return w, false, false
}

// readPull reads a request for messages: nothing, a number, or JSON.
func readPull(rest, reply string, body []byte, now time.Time) (w waiting, begins bool) {
	var ok bool
	if w.of.stream, w.of.name, ok = strings.Cut(rest, "."); !ok {
		return waiting{}, false
	}
	var request struct {
		Expires time.Duration `json:"expires"`
		NoWait  bool          `json:"no_wait"`
	}
	if bytes.HasPrefix(body, []byte("{")) && json.Unmarshal(body, &request) != nil {
		return waiting{}, false
	}
	w.kind, w.inbox = pull, reply
	switch {
	case request.Expires > 0:
		w.until = now.Add(min(request.Expires, forever))
	case request.NoWait:
		return w, false
	default:
		w.until = now.Add(forever)
	}
	return w, true
}

// readCreate reads a request for a consumer. One that pushes in order has nothing that would outlive its server.
func readCreate(rest string, body []byte) (w waiting, begins, ends bool) {
	var request struct {
		Config struct {
			Name      string        `json:"name"`
			Durable   string        `json:"durable_name"`
			Deliver   string        `json:"deliver_subject"`
			Group     string        `json:"deliver_group"`
			Ack       string        `json:"ack_policy"`
			Heartbeat time.Duration `json:"idle_heartbeat"`
			Flow      bool          `json:"flow_control"`
		} `json:"config"`
	}
	if json.Unmarshal(body, &request) != nil {
		return w, false, false
	}
	c := &request.Config
	w.of.stream, rest, _ = strings.Cut(rest, ".")
	w.of.name, _, _ = strings.Cut(rest, ".")
	if c.Deliver == "" || c.Durable != "" || c.Group != "" || c.Ack != "none" || c.Heartbeat <= 0 || !c.Flow {
		return w, false, false
	}
	w.kind, w.inbox, w.of.name = ordered, c.Deliver, c.Name
	return w, true, false
}
