package wire

// slow reads any control line of PUB and HPUB, whatever its blanks. line is the
// command at buf[at] up to its LF, args what stands in it behind the operation.
func (p *Parser) slow(op Op, buf []byte, at int, line []byte, args Span) error {
	if op == OpHpub && !p.Headers {
		return ErrParser
	}
	c := Command{Op: op} // its spans count from the start of the command
	if err := c.publish(line, args); err != nil {
		return err
	}
	if p.tooLarge(c.Body.Len) {
		return ErrMaxPayload
	}
	f := p.last()
	c.Repeat = f.again(buf, at, c.Subject.Of(line))
	c.Body.Off = uint32(len(line))
	p.want = len(line) + int(c.Body.Len) + 2
	if tail, ok := c.contiguous(line); ok {
		c.Verbatim, c.Tail = true, Span{tail, uint32(p.want) - tail}
	}
	f.pub, f.known = c, false
	return nil
}

// publish takes the arguments apart. Of the body it sets only the length.
func (c *Command) publish(line []byte, args Span) error {
	var found [maxArgs]Span
	n := split(line, int(args.Off), int(args.Off+args.Len), false, &found)
	numbers := 1
	if c.Op == OpHpub {
		numbers = 2
	}
	switch n - numbers {
	case 1:
		c.Subject = found[0]
	case 2:
		c.Subject, c.Reply = found[0], found[1]
	default:
		return ErrParser
	}
	var ok bool
	c.Size = found[n-1]
	if c.Body.Len, ok = ParseSize(c.Size.Of(line)); !ok {
		return ErrParser
	}
	if c.Op == OpPub {
		return nil
	}
	c.HeaderSize = found[n-2]
	if c.Header, ok = ParseSize(c.HeaderSize.Of(line)); !ok || c.Header > c.Body.Len {
		return ErrParser
	}
	if c.Header == 0 {
		c.Op, c.HeaderSize = OpPub, Span{}
	}
	return nil
}

// contiguous tells if reply, header_size, size and the line's end follow each
// other just as a MSG or HMSG wants them, and where they begin.
func (c *Command) contiguous(line []byte) (tail uint32, ok bool) {
	ok = int(c.Size.Off+c.Size.Len)+2 == len(line) && closed(line, len(line))
	tail = c.Size.Off
	for _, s := range [...]Span{c.HeaderSize, c.Reply} {
		if s.Len == 0 {
			continue
		}
		behind := s.Off + s.Len
		ok = ok && behind+1 == tail && line[behind] == ' '
		tail = s.Off
	}
	return tail, ok
}

// move shifts the spans of a PUB or HPUB, from the start of the command to where
// it stands in the buffer or, by a negative number that wraps, back.
func (c *Command) move(by uint32) {
	c.Subject.Off += by
	c.Reply.Off += by
	c.Size.Off += by
	c.HeaderSize.Off += by
	c.Body.Off += by
	c.Tail.Off += by
}

// payload completes the command whose control line is in former.pub if its
// payload is there, up to and including the CRLF.
func (p *Parser) payload(buf []byte, at int, c *Command) (int, error) {
	end := at + p.want
	if end > len(buf) {
		if end == len(buf)+1 && buf[end-2] != '\r' {
			return at, ErrUnknownOp
		}
		return at, nil
	}
	if !closed(buf, end) {
		return at, ErrUnknownOp
	}
	f := p.former
	*c = f.pub
	c.move(uint32(at))
	f.set(at, end, int(f.pub.Body.Off), f.pub.Subject)
	f.known, p.want = true, 0
	return end, nil
}
