package wire_test

import (
	"fmt"

	"github.com/troupe-mq/troupe/wire"
)

// show prints a command with its text, so that commands in different places of
// different buffers compare.
func show(buf []byte, c *wire.Command) string {
	s := c.Op.String()
	field := func(name string, of wire.Span) {
		if of.Len > 0 {
			s += fmt.Sprintf(" %s=%q", name, of.Of(buf))
		}
	}
	field("subject", c.Subject)
	field("reply", c.Reply)
	field("queue", c.Queue)
	field("sid", c.Sid)
	field("arg", c.Arg)
	field("header_size", c.HeaderSize)
	field("size", c.Size)
	if c.Op == wire.OpPub || c.Op == wire.OpHpub {
		s += fmt.Sprintf(" body=%q", c.Body.Of(buf))
	}
	field("tail", c.Tail)
	if c.Header > 0 {
		s += fmt.Sprintf(" header=%d", c.Header)
	}
	if c.Max > 0 {
		s += fmt.Sprintf(" max=%d", c.Max)
	}
	if c.Verbatim {
		s += " verbatim"
	}
	return s
}

// session is a parser with the buffer that its caller keeps.
type session struct {
	wire.Parser
	buf      []byte
	at       int
	compact  bool // drop what is parsed before each feed, in a new buffer
	commands []string
	repeats  []bool
	err      error
}

// feed appends bytes and parses what is complete.
func (s *session) feed(bytes []byte) {
	if s.err != nil {
		return
	}
	if s.compact {
		s.buf, s.at = append([]byte(nil), s.buf[s.at:]...), 0
	}
	s.buf = append(s.buf, bytes...)
	for {
		c := wire.Command{Op: 99, Max: 99, Sid: wire.Span{Len: 99}} // leftovers must not shine through
		next, err := s.Next(s.buf, s.at, &c)
		if err != nil {
			s.err = err
			return
		}
		if next == s.at {
			return
		}
		s.commands = append(s.commands, show(s.buf, &c))
		s.repeats = append(s.repeats, c.Repeat)
		s.at = next
	}
}

// parse parses text in one piece by a parser with negotiated headers.
func parse(text string) *session {
	s := &session{Parser: wire.Parser{Headers: true}}
	s.feed([]byte(text))
	return s
}
