package connection

import (
	"bytes"

	"github.com/troupe-mq/troupe/actors/internal/compression"
	"github.com/troupe-mq/troupe/actors/internal/peer"
	"github.com/troupe-mq/troupe/actors/internal/transport"
)

// This file is a link that goes on compressed. Who has dialed says so in an INFO that is not, and who was dialed answers with one
// that is. Nothing is read between the two.

// prepareToCompress says what is to be said before, and waits until that is written.
func (c *connection) prepareToCompress(j *peer.Judged) {
	s := c.server
	s.handshake.judging, s.handshake.informed, s.handshake.compress = true, c.isSpoke(), j // a leaf node goes on with CONNECT
	if s.Handshake.Solicited {
		c.sayLine(j.Say)
	}
}

// compress goes on compressed, if it is to and all is written that is not.
func (c *connection) compress() {
	s := c.server
	if s == nil || s.handshake.compress == nil || c.closing || c.out.Writing || !c.out.Empty() {
		return
	}
	j := s.handshake.compress
	s.handshake.judging, s.handshake.compress = false, nil
	head := bytes.Clone(c.in.Buf[c.in.R:c.in.W])
	c.in.R = c.in.W
	c.session.Link, s.compressed = transport.Compressed(c.session.Link, head, j.Compress)
	c.source.(transport.Switcher).Switch(c.session.Link)
	switch {
	case c.isSpoke():
		c.sendInfo(false)
	case !s.Handshake.Solicited:
		c.sayLine(j.Say)
	}
	c.advance()
	c.write()
}

// adaptCompression compresses as the round trip suggests.
func (c *connection) adaptCompression() {
	if s := c.server; s.compressed != nil {
		s.compressed.Suit(c.clock.RTT)
	}
}

// compression is how what is sent to a server is compressed, empty if it is not.
func (s *server) compression() compression.Mode {
	if s == nil || s.compressed == nil {
		return ""
	}
	return s.compressed.Mode()
}
