package documents

import (
	"context"
	"encoding/json"
	"sync/atomic"
	"time"

	"github.com/troupe-mq/troupe/actors"
)

// Process is what the broker cannot know of itself, and the process around it
// does. All of it may be left out.
type Process struct {
	// HTTP is the monitoring's address.
	HTTP HTTP
	// Requests is how often each path of it was asked for.
	Requests func() map[string]uint64
	// Loaded says when the configuration was read and what its digest is. Without
	// it, that is when the broker was started.
	Loaded func() (at time.Time, digest string)
	// Storage asks whoever stores for a document, by its name in the system account: JSZ, VARZ, HEALTHZ. options are
	// JSON, or nothing. Without it nothing is stored.
	Storage func(ctx context.Context, what string, options []byte) (json.RawMessage, error)
}

// HTTP is where the monitoring is to be found.
type HTTP struct {
	Host      string
	Port      int
	HTTPSPort int
	BasePath  string
}

// Maker makes the documents of one broker. It may be used from any goroutine.
type Maker struct {
	broker  *actors.Broker
	process atomic.Pointer[Process]
	usage   usage
	pulse   pulse
}

// New makes a Maker.
func New(b *actors.Broker, p Process) *Maker {
	m := &Maker{broker: b, pulse: pulse{look: b.Healthy, report: b.Report}}
	m.Know(p)
	return m
}

// Know replaces what is known of the process.
func (m *Maker) Know(p Process) { m.process.Store(&p) }

// RequestError is an error of the one who asks, and not of the broker.
type RequestError struct{ Err error }

// Error is the text of what is wrong.
func (e *RequestError) Error() string { return e.Err.Error() }

// Unwrap is what is wrong.
func (e *RequestError) Unwrap() error { return e.Err }

// Head is what most documents begin with.
type Head struct {
	ServerID string    `json:"server_id"`
	Now      time.Time `json:"now"`
}

// Head is that of a document made now.
func (m *Maker) Head() Head { return Head{ServerID: m.broker.ServerID(), Now: now()} }

func now() time.Time { return time.Now().UTC() }
