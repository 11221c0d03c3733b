package monitor

import (
	"cmp"
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/troupe-mq/troupe/actors"
	"github.com/troupe-mq/troupe/actors/documents"
	"github.com/troupe-mq/troupe/actors/front"
)

// Config is all that can be set about the monitoring.
type Config struct {
	// Host and Port are the address. An empty Host means all of them, Port -1
	// any free port, to be read from Server.Addr.
	Host string
	Port int
	// BasePath stands before every path: "/nats" makes /nats/varz.
	BasePath string
	// TLS makes it HTTPS.
	TLS *tls.Config
	// Lab lets POST /lab/fault harm the broker's actors on purpose. Whoever
	// reaches the address may then stop what others rely on, so it has to be
	// one of the loopback.
	Lab bool
	// Page is what a browser gets at "/", and what is below "/ui/". Nil: a browser gets
	// the list of documents that others get.
	Page http.Handler
	// Loaded says when the configuration was read and what its digest is, for
	// /varz. Without it, that is when the broker was started.
	Loaded func() (at time.Time, digest string)
	// Documents makes the documents, and is told where the monitoring is. Default: a maker of its own.
	Documents *documents.Maker
	// Storage asks whoever stores for a document: see documents.Process. Without it nothing is stored.
	Storage func(ctx context.Context, what string, options []byte) (json.RawMessage, error)
}

// ErrLab is the error of a lab that others than this machine could reach.
var ErrLab = errors.New("monitor: the lab needs a loopback address, such as 127.0.0.1")

// Validate reports what is wrong with the configuration.
func (c *Config) Validate() error {
	switch {
	case c.Port < -1 || c.Port > 65535:
		return fmt.Errorf("monitor: port %d is not in -1..65535", c.Port)
	case c.Lab && !front.IsLoopback(c.Host):
		return fmt.Errorf("%w, and not %q", ErrLab, cmp.Or(c.Host, "0.0.0.0"))
	}
	return nil
}

// name is that of the actor, under monitor/ in the tree.
const name = "http"

// Server is the monitoring of a broker.
type Server struct {
	*front.Front
	site *site
}

// Start listens, and adds the monitoring to the broker's tree. It lives until
// Stop, or as long as the broker does. An address that cannot be listened on is
// the error; if it fails later it is opened again, with patience.
func Start(b *actors.Broker, c Config) (*Server, error) {
	if err := c.Validate(); err != nil {
		return nil, err
	}
	c.BasePath = cleanBase(c.BasePath)
	f, err := front.Open(b, front.Config{Name: name, Host: c.Host, Port: c.Port, TLS: c.TLS})
	if err != nil {
		return nil, fmt.Errorf("monitor: %w", err)
	}
	if a, ok := f.Addr().(*net.TCPAddr); c.Lab && (!ok || !a.IP.IsLoopback()) {
		f.Close() // a name may lead anywhere
		return nil, fmt.Errorf("%w, and not %s", ErrLab, f.Addr())
	}
	s := &Server{Front: f, site: newSite(b, c, f.Addr())}
	if err := f.Serve(s.site); err != nil {
		return nil, err
	}
	scheme := "http"
	if c.TLS != nil {
		scheme = "https"
	}
	f.Logger().Info("Starting " + scheme + " monitor on " + f.Addr().String() + c.BasePath)
	if c.Lab {
		f.Logger().Warn("The lab is open: whoever is on this machine may harm the broker's actors", "path", c.BasePath+labPath)
	}
	return s, nil
}

// Documents makes the documents that are served.
func (s *Server) Documents() *documents.Maker { return s.site.documents }

// cleanBase is a base path with a slash before it and none behind, or nothing.
func cleanBase(path string) string {
	path = strings.Trim(path, "/")
	if path == "" {
		return ""
	}
	return "/" + path
}
