package link

import (
	"bytes"

	"github.com/troupe-mq/troupe/wire"
)

// DefaultMaxControlLine is the longest line of a link: a message names all the queue groups that it
// is for, so that it is many times what a client may send.
const DefaultMaxControlLine = 64 << 10

// Parser reads the commands of a peer. Its fields may be changed between two commands.
type Parser struct {
	Dialect Dialect
	// Limits are as those of package wire; a MaxControlLine of 0 is DefaultMaxControlLine here.
	Limits wire.Limits

	looked int // bytes of an unfinished line that have no end of line among them
	want   int
}

// Want is how many bytes the command needs in all that Next has left unfinished, 0 if that is not
// known.
func (p *Parser) Want() int { return p.want }

// Next reads the command that begins at buf[at], and returns where the next one begins. next == at
// means that it is unfinished: it is to be read again when there is more, wherever it stands then.
// The error is a *wire.Error.
func (p *Parser) Next(buf []byte, at int, c *Command) (next int, err error) {
	p.want = 0
	i := bytes.IndexByte(buf[at+p.looked:], '\n')
	if i < 0 {
		p.looked = len(buf) - at
		if p.looked > p.controlLine() {
			return at, wire.ErrMaxControlLine
		}
		return at, nil
	}
	end := at + p.looked + i // of the line
	if end-at > p.controlLine() {
		return at, wire.ErrMaxControlLine
	}
	next, err = p.line(buf, at, end, c)
	if next != at || err != nil {
		p.looked = 0
	} else {
		p.looked = end - at // the line is found again at once
	}
	return next, err
}

func (p *Parser) controlLine() int {
	if p.Limits.MaxControlLine > 0 {
		return p.Limits.MaxControlLine
	}
	return DefaultMaxControlLine
}

// line reads the command whose line is buf[at:end].
func (p *Parser) line(buf []byte, at, end int, c *Command) (next int, err error) {
	to := end
	if to > at && buf[to-1] == '\r' {
		to--
	}
	l := line{buf: buf, at: at, to: to}
	verb := l.word()
	*c = Command{}
	next = end + 1
	switch string(verb.Of(buf)) {
	case "LMSG":
		return p.message(&l, at, end, c, form{leaf: true, headers: p.Dialect != Leaf})
	case "RMSG":
		if p.Dialect != Leaf {
			return p.message(&l, at, end, c, form{})
		}
	case "HMSG":
		return p.message(&l, at, end, c, form{headers: true})
	case "LS+":
		return next, p.sub(&l, c, true)
	case "LS-":
		return next, p.unsub(&l, c, true)
	case "RS+":
		if p.Dialect != Leaf {
			return next, p.sub(&l, c, false)
		}
	case "RS-":
		if p.Dialect != Leaf {
			return next, p.unsub(&l, c, false)
		}
	case "PING":
		c.Op = OpPing
		return next, nil
	case "PONG":
		c.Op = OpPong
		return next, nil
	case "+OK":
		c.Op = OpOK
		return next, nil
	case "INFO":
		c.Op, c.Arg = OpInfo, l.rest()
		return next, nil
	case "CONNECT":
		c.Op, c.Arg = OpConnect, l.rest()
		return next, nil
	case "-ERR":
		c.Op, c.Arg = OpErr, unquoted(buf, l.rest())
		return next, nil
	}
	return at, wire.ErrUnknownOp
}

// place reads the words in front of a subject. leaf is whether the verb is a leaf link's, which
// has an origin on a route.
func (p *Parser) place(l *line, c *Command, leaf bool) {
	if leaf && p.Dialect != Leaf {
		c.Origin = l.word()
	}
	if p.Dialect.namesAccount() {
		c.Account = l.word()
	}
	c.Subject = l.word()
}

func (p *Parser) sub(l *line, c *Command, leaf bool) error {
	c.Op = OpSub
	p.place(l, c, leaf)
	if c.Subject.Len == 0 {
		return wire.ErrParser
	}
	if l.more() {
		c.Queue = l.word()
		weight, ok := wire.ParseSize(l.word().Of(l.buf))
		if !ok || weight == 0 || l.more() {
			return wire.ErrParser
		}
		c.Weight = weight
	}
	return nil
}

func (p *Parser) unsub(l *line, c *Command, leaf bool) error {
	c.Op = OpUnsub
	p.place(l, c, leaf)
	if l.more() {
		c.Queue = l.word()
	}
	if c.Subject.Len == 0 || l.more() {
		return wire.ErrParser
	}
	return nil
}
