package monitor

import (
	"cmp"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/asynkron/protoactor-go/actor"
	"github.com/hashicorp/go-hclog"

	"github.com/troupe-mq/troupe/actors"
	"github.com/troupe-mq/troupe/actors/documents"
	"github.com/troupe-mq/troupe/supervisor"
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
	// Loaded says when the configuration was read and what its digest is, for
	// /varz. Without it, that is when the broker was started.
	Loaded func() (at time.Time, digest string)
}

// ErrLab is the error of a lab that others than this machine could reach.
var ErrLab = errors.New("monitor: the lab needs a loopback address, such as 127.0.0.1")

// Validate reports what is wrong with the configuration.
func (c *Config) Validate() error {
	switch {
	case c.Port < -1 || c.Port > 65535:
		return fmt.Errorf("monitor: port %d is not in -1..65535", c.Port)
	case c.Lab && !isLoopback(c.Host):
		return fmt.Errorf("%w, and not %q", ErrLab, cmp.Or(c.Host, "0.0.0.0"))
	}
	return nil
}

// name is that of the actor, under monitor/ in the tree.
const name = "http"

// What one client, and all of them, may take.
const (
	maxConnections = 256
	headerTimeout  = 5 * time.Second
	writeTimeout   = time.Minute
	idleTimeout    = 2 * time.Minute
	maxHeader      = 16 << 10
)

// Server is the monitoring of a broker.
type Server struct {
	broker *actors.Broker
	config Config
	site   *site
	logger hclog.Logger
	addr   net.Addr
	open   atomic.Pointer[net.Listener] // nil when the last actor has closed it
	ended  chan struct{}                // told when an actor has closed its listener
}

// Start listens, and adds the monitoring to the broker's tree. It lives until
// Stop, or as long as the broker does. An address that cannot be listened on is
// the error; if it fails later it is opened again, with patience.
func Start(b *actors.Broker, c Config) (*Server, error) {
	if err := c.Validate(); err != nil {
		return nil, err
	}
	c.BasePath = cleanBase(c.BasePath)
	s := &Server{broker: b, config: c, logger: b.Config().Logger.Named(name), ended: make(chan struct{}, 1)}
	address := net.JoinHostPort(c.Host, strconv.Itoa(max(c.Port, 0)))
	l, err := net.Listen("tcp", address)
	if err != nil {
		return nil, fmt.Errorf("monitor: cannot listen on %s: %w", address, err)
	}
	if a, ok := l.Addr().(*net.TCPAddr); c.Lab && (!ok || !a.IP.IsLoopback()) {
		_ = l.Close() // a name may lead anywhere
		return nil, fmt.Errorf("%w, and not %s", ErrLab, l.Addr())
	}
	s.addr = l.Addr()
	s.open.Store(&l)
	s.site = newSite(b, c, l.Addr())
	if _, err := b.AddService(actors.Service{Name: name, Role: "http", Produce: func() actor.Actor { return &serving{Server: s} }}); err != nil {
		_ = l.Close() // nobody has used it
		return nil, err
	}
	scheme := "http"
	if c.TLS != nil {
		scheme = "https"
	}
	s.logger.Info("Starting " + scheme + " monitor on " + s.addr.String() + c.BasePath)
	if c.Lab {
		s.logger.Warn("The lab is open: whoever is on this machine may harm the broker's actors", "path", c.BasePath+labPath)
	}
	return s, nil
}

// Addr is the address that is listened on.
func (s *Server) Addr() net.Addr { return s.addr }

// Documents makes the documents that are served.
func (s *Server) Documents() *documents.Maker { return s.site.documents }

// Stop ends the monitoring and waits until its address is free again.
func (s *Server) Stop() error {
	if err := s.broker.RemoveService(name); err != nil {
		return err
	}
	select {
	case <-s.ended:
	case <-s.broker.Done():
	}
	return nil
}

// cleanBase is a base path with a slash before it and none behind, or nothing.
func cleanBase(path string) string {
	path = strings.Trim(path, "/")
	if path == "" {
		return ""
	}
	return "/" + path
}

// serving is the actor that serves: the latest of them, after restarts.
type serving struct {
	*Server
	http *http.Server
	over chan struct{} // closed when the accepting goroutine has returned
}

// broken tells the actor that nothing more can be accepted.
type broken struct{ err error }

// Receive handles the actor's messages.
func (s *serving) Receive(ctx actor.Context) {
	switch m := ctx.Message().(type) {
	case *actor.Started:
		s.start(ctx)
	case *broken:
		panic(supervisor.Fail(m.err))
	case *actor.Restarting:
		s.close()
	case *actor.Stopping:
		s.close()
		select {
		case s.ended <- struct{}{}:
		default:
		}
	}
}

func (s *serving) start(ctx actor.Context) {
	open := s.open.Load()
	if open == nil {
		l, err := net.Listen("tcp", s.addr.String())
		if err != nil {
			panic(supervisor.Fail(err))
		}
		open = &l
		s.open.Store(open)
	}
	s.http = &http.Server{
		Handler:           s.site,
		ReadHeaderTimeout: headerTimeout,
		ReadTimeout:       headerTimeout,
		WriteTimeout:      writeTimeout,
		IdleTimeout:       idleTimeout,
		MaxHeaderBytes:    maxHeader,
		ErrorLog:          s.logger.StandardLogger(&hclog.StandardLoggerOptions{ForceLevel: hclog.Debug}),
	}
	s.over = make(chan struct{})
	root, self, over, server := ctx.ActorSystem().Root, ctx.Self(), s.over, s.http
	l := limit(*open, maxConnections)
	if s.config.TLS != nil {
		l = tls.NewListener(l, s.config.TLS)
	}
	supervisor.Go(s.broker.Report, "monitor/"+name, func() {
		defer close(over)
		if err := server.Serve(l); !errors.Is(err, http.ErrServerClosed) {
			root.Send(self, &broken{err})
		}
	})
}

// close ends what is connected and the listener, in this order: a server that
// loses its listener first takes that for a failure, and says so to the actor
// that comes next.
func (s *serving) close() {
	if s.http != nil {
		_ = s.http.Close() // it closes the listener too, which may be closed already
		<-s.over           // it returns at once
	}
	if open := s.open.Swap(nil); open != nil {
		_ = (*open).Close()
	}
}
