package logging

import (
	"fmt"
	"io"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/hashicorp/go-hclog"
)

// The bounds of what a syslog that does not take anything may cost.
const (
	syslogQueue    = 4096                   // lines that wait
	syslogStart    = 2 * time.Second        // for the first connection
	syslogPatience = time.Second            // for the rest, when the log is closed
	syslogLeast    = 100 * time.Millisecond // before the next try
	syslogMost     = 5 * time.Second
)

// ParseSyslog takes apart where a syslog is: udp://host:514, tcp://host:514, or
// unix or unixgram with the path of a socket.
func ParseSyslog(address string) (network, where string, err error) {
	u, err := url.Parse(address)
	switch {
	case err == nil && (u.Scheme == "udp" || u.Scheme == "tcp") && u.Port() != "" && u.Path == "":
		return u.Scheme, u.Host, nil
	case err == nil && (u.Scheme == "unix" || u.Scheme == "unixgram") && u.Host == "" && u.Path != "":
		return u.Scheme, u.Path, nil
	}
	return "", "", fmt.Errorf("%q is not like udp://host:514, tcp://host:514 or unix:///path", address)
}

// carrier brings lines to a syslog. It connects when there is no connection, and
// belongs to one goroutine.
type carrier interface {
	connect() error
	send(level hclog.Level, line string) error
	io.Closer
}

// Syslog is a writer that nobody waits for: a goroutine sends what is written, and
// tries again when the syslog has gone away. What does not fit into the queue
// meanwhile is dropped, counted, and told of later.
type Syslog struct {
	to      carrier
	lines   chan entry
	dropped atomic.Uint64

	mu   sync.Mutex
	done bool          // no more lines are taken
	stop chan struct{} // closed when what is left may take no longer
	over chan struct{} // closed when the goroutine has returned
}

// entry is one line on its way.
type entry struct {
	level hclog.Level
	text  string
}

// OpenSyslog connects to a syslog: that of this machine if address is empty. One
// that refuses is an error; one that does not answer may do so later.
func OpenSyslog(address string) (*Syslog, error) {
	var network, where string
	if address != "" {
		var err error
		if network, where, err = ParseSyslog(address); err != nil {
			return nil, err
		}
	}
	to, err := newCarrier(network, where)
	if err != nil {
		return nil, err
	}
	return openSyslog(to)
}

func openSyslog(to carrier) (*Syslog, error) {
	s := &Syslog{to: to, lines: make(chan entry, syslogQueue), stop: make(chan struct{}), over: make(chan struct{})}
	first := make(chan error, 1)
	go func() {
		defer close(s.over)
		defer to.Close()
		first <- to.connect()
		s.run()
	}()
	select {
	case err := <-first:
		if err != nil {
			_ = s.Close() // nothing has been written
			return nil, fmt.Errorf("cannot connect to the syslog: %w", err)
		}
	case <-time.After(syslogStart):
	}
	return s, nil
}

// LevelWrite takes a line. It never waits.
func (s *Syslog) LevelWrite(level hclog.Level, p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.done {
		return 0, io.ErrClosedPipe
	}
	select {
	case s.lines <- entry{level, strings.TrimRight(string(p), "\n")}:
	default:
		s.dropped.Add(1)
	}
	return len(p), nil
}

// Write takes a line of no particular level.
func (s *Syslog) Write(p []byte) (int, error) { return s.LevelWrite(hclog.Info, p) }

// run sends until the queue is closed and empty.
func (s *Syslog) run() {
	for line := range s.lines {
		if !s.insist(line) {
			return
		}
		if n := s.dropped.Swap(0); n > 0 && !s.insist(entry{hclog.Warn, fmt.Sprintf("%d lines were dropped: the syslog did not take them", n)}) {
			return
		}
	}
}

// insist sends a line, however often it takes. It reports false if there is no
// time left.
func (s *Syslog) insist(line entry) bool {
	wait := syslogLeast
	for s.to.send(line.level, line.text) != nil {
		select {
		case <-time.After(wait):
			wait = min(2*wait, syslogMost)
		case <-s.stop:
			return false
		}
	}
	return true
}

// Close sends what is left, for a second at most. A line that is stuck by then is
// left behind with its connection.
func (s *Syslog) Close() error {
	s.mu.Lock()
	if s.done {
		s.mu.Unlock()
		return nil
	}
	s.done = true
	close(s.lines)
	s.mu.Unlock()
	select {
	case <-s.over:
	case <-time.After(syslogPatience):
		close(s.stop)
	}
	return nil
}
