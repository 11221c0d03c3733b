package link

import (
	"github.com/troupe-mq/troupe/wire"
)

// form is what the verb of a message says about the rest.
type form struct {
	leaf    bool // the verb is LMSG
	headers bool // there are two sizes; an LMSG with an origin has them always
}

// message reads an LMSG, RMSG or HMSG. It begins at at, and its line ends at end.
func (p *Parser) message(l *line, at, end int, c *Command, f form) (next int, err error) {
	c.Op = OpMsg
	p.place(l, c, f.leaf)
	if c.Subject.Len == 0 {
		return at, wire.ErrParser
	}
	c.Size = l.last()
	size, ok := wire.ParseSize(c.Size.Of(l.buf))
	if !ok {
		return at, wire.ErrParser
	}
	if f.headers {
		c.HeaderSize = l.last()
		if c.Header, ok = wire.ParseSize(c.HeaderSize.Of(l.buf)); !ok || c.Header > size {
			return at, wire.ErrParser
		}
		if c.Header > 0 || !f.leaf {
			c.Op = OpHmsg
		}
	}
	if !p.between(l, c) {
		return at, wire.ErrParser
	}
	if p.tooLarge(size) {
		return at, wire.ErrMaxPayload
	}
	body := end + 1
	next = body + int(size) + len("\r\n")
	if next > len(l.buf) {
		p.want = next - at
		return at, nil
	}
	if l.buf[next-2] != '\r' || l.buf[next-1] != '\n' {
		return at, wire.ErrUnknownOp
	}
	c.Body = wire.Span{Off: uint32(body), Len: size}
	p.tail(c, end, next)
	return next, nil
}

// between reads what stands between the subject and the sizes: a reply and the names of queues.
func (p *Parser) between(l *line, c *Command) bool {
	if !l.more() {
		return true
	}
	first := l.word()
	switch mark := first.Of(l.buf); {
	case len(mark) == 1 && (mark[0] == '+' || mark[0] == '|'):
		if mark[0] == '+' {
			c.Reply = l.word()
		}
		c.Queued, c.Queues = true, l.rest()
		return c.Queues.Len > 0 && (mark[0] == '|' || c.Reply.Len > 0)
	default:
		c.Reply = first
		return !l.more()
	}
}

// tail notes what follows the subject, if a MSG can have it as it is.
func (p *Parser) tail(c *Command, end, next int) {
	from := c.Subject.Off + c.Subject.Len + 1
	c.Tail = wire.Span{Off: from, Len: uint32(next) - from}
	if c.Queued || c.Op == OpMsg && c.HeaderSize.Len > 0 {
		return
	}
	line := c.Size.Len + uint32(len("\r"))
	if c.Reply.Len > 0 {
		line += c.Reply.Len + 1
	}
	if c.HeaderSize.Len > 0 {
		line += c.HeaderSize.Len + 1
	}
	c.Verbatim = from+line == uint32(end)
}

func (p *Parser) tooLarge(size uint32) bool {
	most := int64(p.Limits.MaxPayload)
	if most == 0 {
		most = wire.DefaultMaxPayload
	}
	return most > 0 && int64(size) > most
}
