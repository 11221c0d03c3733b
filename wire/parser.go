package wire

import "bytes"

// Parser reads commands out of a buffer, resuming where the bytes ran out. It
// keeps limits and hints, never bytes: its caller keeps the unfinished command
// in front of what it reads next, in one contiguous buffer.
//
// The zero Parser is ready for use. After an error it must not be used again:
// what follows in the stream has no meaning any more.
type Parser struct {
	Limits
	// Headers says that the client has negotiated headers. Without it an HPUB is
	// an error at its control line.
	Headers bool

	want    int     // > 0: so many bytes make up the unfinished command, and former.pub is its control line
	scanned int     // how much of an unfinished control line has no LF
	former  *former // nil before the first PUB or HPUB: most clients only listen
}

// Next parses the command that starts at buf[at] and sets c to it. next is the
// index just behind the command.
//
// If the command is not complete, next is at and err is nil, and Next is called
// again with the same command and more bytes behind it. It may stand elsewhere
// by then, but a buffer that is not the former one (or has been compacted) must
// be entered at an offset below the former at, best at 0: at that Next notices
// that earlier commands, with which it compares, are gone.
//
// An error is an [*Error], found as soon as its first wrong byte is there.
func (p *Parser) Next(buf []byte, at int, c *Command) (next int, err error) {
	// Publishers repeat themselves. A control line that equals the former one
	// byte for byte has the same spans, only further on.
	if f := p.former; f != nil && f.known && f.same(buf, at) {
		if end := at + f.end - f.at; end <= len(buf) && closed(buf, end) && !p.tooLarge(f.pub.Body.Len) {
			*c = f.pub
			c.move(uint32(at))
			c.Repeat = true
			f.at, f.end, p.scanned = at, end, 0
			return end, nil
		}
	}
	if p.want > 0 {
		return p.payload(buf, at, c)
	}
	if p.scanned > 0 { // a line that has been looked at already is not searched from its start
		return p.parse(buf, at, c)
	}
	if next = p.quick(buf, at, c); next == at {
		return p.parse(buf, at, c)
	}
	if c.Repeat {
		p.former.remember(c)
	}
	return next, nil
}

// last is what the parser knows of the former command. It is made where there is something to know.
func (p *Parser) last() *former {
	if p.former == nil {
		p.former = new(former)
	}
	return p.former
}

// Want says how many bytes the unfinished command has in all, counted from its
// start, so that the caller can make its buffer fit a large payload. It is 0 if
// no command is unfinished or its control line is not complete yet.
func (p *Parser) Want() int { return p.want }

// Unfinished is the subject of the PUB or HPUB at buf[at], after Next has returned
// without it: ok says that its control line is complete and right, whatever is
// still missing, or wrong, of its payload.
func (p *Parser) Unfinished(at int) (subject Span, ok bool) {
	if p.want == 0 {
		return Span{}, false
	}
	subject = p.former.pub.Subject
	subject.Off += uint32(at)
	return subject, true
}

// parse takes the closer look: any spelling, any operation, any error.
func (p *Parser) parse(buf []byte, at int, c *Command) (int, error) {
	op, args, err := word(buf, at)
	if err != nil || op == OpNone {
		return at, err
	}
	lf := -1
	if from := max(args, at+p.scanned); from < len(buf) {
		if i := bytes.IndexByte(buf[from:], '\n'); i >= 0 {
			lf = from + i
		}
	}
	from, to, err := p.line(buf, args, lf)
	if err != nil {
		return at, err
	}
	if lf < 0 {
		p.scanned = len(buf) - at
		return at, nil
	}
	p.scanned = 0
	if op == OpPub || op == OpHpub {
		line := buf[at : lf+1]
		if err := p.slow(op, buf, at, line, Span{uint32(from - at), uint32(to - from)}); err != nil {
			return at, err
		}
		return p.payload(buf, at, c)
	}
	if err := other(op, buf, from, to, c); err != nil {
		return at, err
	}
	if p.former != nil {
		p.former.end = 0
	}
	return lf + 1, nil
}

// line bounds the arguments of a control line: behind the blanks that follow
// the operation, up to the line's end without CR, or what is there if it has no
// end yet (lf < 0). Blanks in front do not count as arguments, but are not
// accepted without end either.
func (p *Parser) line(buf []byte, args, lf int) (from, to int, err error) {
	limit := p.controlLine()
	to = lf
	if lf < 0 {
		to = len(buf)
		if to-args <= limit {
			return args, to, nil
		}
	}
	if to > args && buf[to-1] == '\r' {
		to--
	}
	from = args
	for from < to && isBlank(buf[from]) {
		from++
	}
	if to-from > limit || from-args > limit {
		return from, to, ErrMaxControlLine
	}
	return from, to, nil
}

// other parses the arguments of an operation without payload.
func other(op Op, buf []byte, from, to int, c *Command) error {
	*c = Command{Op: op}
	var args [maxArgs]Span
	switch op {
	case OpSub:
		switch split(buf, from, to, true, &args) {
		case 2:
			c.Subject, c.Sid = args[0], args[1]
		case 3:
			c.Subject, c.Queue, c.Sid = args[0], args[1], args[2]
		default:
			return ErrParser
		}
	case OpUnsub:
		switch split(buf, from, to, true, &args) {
		case 1:
			c.Sid = args[0]
		case 2:
			c.Sid = args[0]
			c.Max, _ = ParseSize(args[1].Of(buf)) // what is no number is 0: unsubscribe now
		default:
			return ErrParser
		}
	case OpConnect, OpInfo, OpErr:
		c.Arg = Span{uint32(from), uint32(to - from)}
	default: // PING, PONG and +OK: nobody cares what follows the word
	}
	return nil
}
