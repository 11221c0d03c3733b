package transport

import (
	"github.com/troupe-mq/troupe/actors/internal/compression"
)

// Compressed is a link over the same socket, all of whose bytes are compressed from now on. head is what the other side has
// written so already.
func Compressed(l Link, head []byte, t compression.Terms) (Link, *compression.Conn) {
	nc := l.Conn()
	if len(head) > 0 {
		nc = &resumed{Conn: nc, head: head}
	}
	c := compression.New(nc, t)
	if by, ok := l.(layered); ok {
		by.stream = stream{c}
		return by, c
	}
	return stream{c}, c
}

// Switch has the reader read by another link from the next read on. It is for whoever owns the input.
func (r *reader) Switch(l Link) {
	r.stopParking() // what the layer of the link makes of a nudge is not known
	r.link = l
}

// Switcher is a source that can go on by another link.
type Switcher interface{ Switch(l Link) }
