package profile

import (
	"cmp"
	"fmt"
	"runtime"

	"github.com/troupe-mq/troupe/actors"
	"github.com/troupe-mq/troupe/actors/front"
)

// Config is all that can be set about it.
type Config struct {
	// Host and Port are the address. Default: the loopback. Port -1 is any free
	// one, to be read from Server.Addr.
	Host string
	Port int
	// BlockRate is after how many nanoseconds of waiting one wait is sampled for
	// the block profile; 0 samples none. It holds for the process.
	BlockRate int
}

// Validate reports what is wrong with the configuration.
func (c *Config) Validate() error {
	switch {
	case c.Port < -1 || c.Port > 65535:
		return fmt.Errorf("profile: port %d is not in -1..65535", c.Port)
	case c.BlockRate < 0:
		return fmt.Errorf("profile: block rate %d is negative", c.BlockRate)
	}
	return nil
}

// name is that of the actor, under monitor/ in the tree.
const name = "profile"

// Server is an open port.
type Server struct {
	*front.Front
	config Config
}

// Start listens, and adds the port to the broker's tree.
func Start(b *actors.Broker, c Config) (*Server, error) {
	if err := c.Validate(); err != nil {
		return nil, err
	}
	f, err := front.Open(b, front.Config{Name: name, Host: cmp.Or(c.Host, "127.0.0.1"), Port: c.Port})
	if err != nil {
		return nil, fmt.Errorf("profile: %w", err)
	}
	if err := f.Serve(newDesk()); err != nil {
		return nil, err
	}
	if c.BlockRate > 0 {
		runtime.SetBlockProfileRate(c.BlockRate)
	}
	f.Logger().Info("profiling port: " + f.Addr().String())
	return &Server{f, c}, nil
}

// Stop closes the port, and samples no more.
func (s *Server) Stop() error {
	if s.config.BlockRate > 0 {
		runtime.SetBlockProfileRate(0)
	}
	return s.Front.Stop()
}
