package follow

import (
	"bytes"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/troupe-mq/troupe/actors/internal/transport"
	"github.com/troupe-mq/troupe/actors/report"
)

// The bounds of what is watched.
const (
	backlog = 512 // lines that wait for who watches
	longest = 512 // bytes of a line
)

// Follower takes the lines of one connection. Its methods may be called on any goroutine.
type Follower struct {
	lines chan report.Line
	ended atomic.Bool

	mu     sync.Mutex
	left   int // lines until it ends
	missed int // lines that did not fit
	out    splitter
	begun  bool // it sees what goes out
}

// New is a follower of so many lines, and the channel that they come from. The channel is
// closed at the end.
func New(most int) (*Follower, <-chan report.Line) {
	f := &Follower{lines: make(chan report.Line, backlog), left: most}
	return f, f.lines
}

// Over reports whether nobody watches any more.
func (f *Follower) Over() bool { return f.ended.Load() }

// End closes the channel, once.
func (f *Follower) End() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.end()
}

func (f *Follower) end() {
	if !f.ended.Swap(true) {
		close(f.lines)
	}
}

// In notes a line that the client has sent.
func (f *Follower) In(line string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.say(report.Line{Text: cut(line)})
}

func (f *Follower) say(l report.Line) {
	if f.ended.Load() {
		return
	}
	l.Time, l.Missed = time.Now(), f.missed
	select {
	case f.lines <- l:
		f.missed = 0
	default:
		f.missed++
	}
	if f.left--; f.left <= 0 {
		f.end()
	}
}

func cut(line string) string {
	if len(line) > longest {
		return line[:longest] + "…"
	}
	return line
}

// Begin is called when what goes out next begins with a line.
func (f *Follower) Begin() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.begun = true
}

// Begun reports whether it was called.
func (f *Follower) Begun() bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.begun
}

// Outlet is a link whose output is seen.
func (f *Follower) Outlet(l transport.Link) transport.Link { return outlet{l, f} }

type outlet struct {
	transport.Link
	to *Follower
}

// Offer is as that of the link.
func (o outlet) Offer(p []byte) (int, error) {
	n, err := o.Link.Offer(p)
	o.to.wrote(p[:max(n, 0)])
	return n, err
}

// WriteAll is as that of the link.
func (o outlet) WriteAll(p []byte, deadline time.Duration) error {
	err := o.Link.WriteAll(p, deadline)
	if err == nil {
		o.to.wrote(p)
	}
	return err
}

func (f *Follower) wrote(p []byte) {
	if f.Over() {
		return
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.out.split(p, func(line string) { f.say(report.Line{Out: true, Text: line}) })
}

// splitter finds the lines in what goes to a client, and leaves payloads out.
type splitter struct {
	line []byte // what there is of a line that is not finished
	long bool   // it is longer than is shown
	skip int    // bytes of a payload that are still to come
}

func (s *splitter) split(p []byte, say func(line string)) {
	for len(p) > 0 {
		if s.skip > 0 {
			n := min(s.skip, len(p))
			s.skip -= n
			p = p[n:]
			continue
		}
		end := bytes.IndexByte(p, '\n')
		part := p
		if end >= 0 {
			part = p[:end]
		}
		s.add(part)
		if end < 0 {
			return
		}
		p = p[end+1:]
		line := string(bytes.TrimSuffix(s.line, []byte("\r")))
		s.skip = payload(line)
		if s.long {
			line += "…"
		}
		say(line)
		s.line, s.long = s.line[:0], false
	}
}

// add keeps the first bytes of a line, and its last, where the size of a payload stands.
func (s *splitter) add(part []byte) {
	if over := len(s.line) + len(part) - longest; over > 0 && !message(s.line, part) {
		part, s.long = part[:max(len(part)-over, 0)], true
	}
	s.line = append(s.line, part...)
}

// message reports whether a line announces a payload: it is never cut, and the broker bounds it.
func message(line, part []byte) bool {
	for _, b := range [][]byte{line, part} {
		if len(b) > 0 {
			return b[0] == 'M' || b[0] == 'H'
		}
	}
	return false
}

// payload is how many bytes follow a line that do not belong to it.
func payload(line string) int {
	if !message([]byte(line), nil) {
		return 0
	}
	at := len(line)
	for at > 0 && line[at-1] != ' ' {
		at--
	}
	n, err := strconv.Atoi(line[at:])
	if err != nil {
		return 0
	}
	return n + len("\r\n")
}
