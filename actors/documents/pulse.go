package documents

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/troupe-mq/troupe/supervisor"
)

// soon is how long whoever asks for the health waits to learn it anew. What asks
// decides by the answer whether to kill the broker, and does not wait long.
const soon = 50 * time.Millisecond

// fresh is how long what was found is as good as new: a flood of questions is not to
// be one for the partitions.
const fresh = 10 * time.Millisecond

// pulse knows whether the broker is well. However many ask, it is looked at once at
// a time. A partition that is busy has more time to answer than those who ask: they
// are told what was found before. It belongs to all handlers, which is why it has a
// lock.
type pulse struct {
	look   func(ctx context.Context) error
	report supervisor.Report

	mu    sync.Mutex
	going chan struct{} // closed when the look that is being taken has ended; nil if there is none
	found error         // by the last one
	ended time.Time     // when that was
}

// errLook is found by a look that crashed.
var errLook = errors.New("troupe: the health could not be looked at")

// feel is what is wrong with the broker, nil if nothing is.
func (p *pulse) feel(ctx context.Context) error {
	patience := time.NewTimer(soon)
	defer patience.Stop()
	select {
	case <-p.begin():
	case <-patience.C:
	case <-ctx.Done():
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.found
}

// begin has a look taken, unless one is or has just been.
func (p *pulse) begin() (ended <-chan struct{}) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.going == nil && !p.ended.IsZero() && time.Since(p.ended) < fresh {
		return justNow
	}
	if p.going == nil {
		p.going = make(chan struct{})
		supervisor.Go(p.report, "documents/health", func() {
			found := errLook
			defer func() { p.end(found) }()
			found = p.look(context.Background()) // which has an end of its own
		})
	}
	return p.going
}

// justNow is closed.
var justNow = func() chan struct{} {
	c := make(chan struct{})
	close(c)
	return c
}()

func (p *pulse) end(found error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.found, p.ended = found, time.Now()
	close(p.going)
	p.going = nil
}
