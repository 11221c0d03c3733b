package observer

import (
	"context"
	"maps"
	"net/http"
	"slices"
	"time"

	"github.com/troupe-mq/troupe/actors/front"
	"github.com/troupe-mq/troupe/supervisor"
)

// stream is a page that is being told something.
type stream struct {
	http.ResponseWriter
	flush func() error
}

// open begins a stream of Server-Sent Events. It is nil if that cannot be, and then that
// is answered.
func open(w http.ResponseWriter) *stream {
	direct := front.Live(w)
	if direct == nil {
		refuse(w, http.StatusInternalServerError, errNoStream.Error())
		return nil
	}
	maps.Copy(direct.Header(), w.Header())
	direct.Header().Set("Content-Type", "text/event-stream")
	direct.Header().Set("Cache-Control", "no-store")
	direct.Header().Set("X-Accel-Buffering", "no") // a proxy is not to gather what is told
	direct.WriteHeader(http.StatusOK)
	return &stream{direct, http.NewResponseController(direct).Flush}
}

// tell writes a frame. The error is that the page has gone.
func (s *stream) tell(frame []byte) error {
	if _, err := s.Write(frame); err != nil {
		return err
	}
	return s.flush()
}

// say encodes and writes a frame.
func (s *stream) say(event string, data any) error {
	frame, err := encode(event, data)
	if err != nil {
		return err
	}
	return s.tell(frame)
}

// quiet is how long a stream may say nothing: a proxy closes one that does.
const quiet = 15 * time.Second

// events is the stream of all that every page is told.
func (o *Observer) events(w http.ResponseWriter, r *http.Request) {
	watcher := o.broadcast.join()
	if watcher == nil {
		refuse(w, http.StatusServiceUnavailable, "too many pages look at this broker")
		return
	}
	defer o.broadcast.leave(watcher)
	s := open(w)
	if s == nil {
		return
	}
	if s.say("hello", o.greeting()) != nil || s.say("past", o.broadcast.past(r.Context())) != nil {
		return
	}
	o.broadcast.follow(r.Context(), watcher, s)
}

// past are the events of supervision before a page came, oldest first.
func (b *broadcast) past(ctx context.Context) []supervisor.Event {
	ctx, cancel := context.WithTimeout(ctx, time.Second)
	defer cancel()
	events, err := b.of.broker.History(ctx, 0)
	if err != nil {
		return []supervisor.Event{}
	}
	slices.Reverse(events)
	return events
}

// follow tells a page what happens until it goes.
func (b *broadcast) follow(ctx context.Context, w *watcher, s *stream) {
	silence := time.NewTicker(quiet)
	defer silence.Stop()
	for {
		var err error
		select {
		case frame := <-w.frames:
			err = s.tell(frame)
		case <-silence.C:
			err = s.tell([]byte(":\n\n"))
		case <-w.over:
			return
		case <-ctx.Done():
			return
		}
		if err == nil && b.hasMissed(w) {
			err = s.say("past", b.past(ctx))
		}
		if err != nil {
			return
		}
	}
}

// hasMissed reports whether a page has to be told again what it could not be told.
func (b *broadcast) hasMissed(w *watcher) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	missed := w.missed && len(w.frames) == 0
	if missed {
		w.missed = false
	}
	return missed
}
