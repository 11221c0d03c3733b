package wire

import "encoding/binary"

// Operation words and line ends as the little-endian numbers they are read as.
const (
	pubWord   = 'p' | 'u'<<8 | 'b'<<16
	hpubWord  = 'h' | 'p'<<8 | 'u'<<16 | 'b'<<24
	lowerCase = 0x20202020 // no byte but the two cases of a letter becomes that letter
	crlf      = '\r' | '\n'<<8
)

// quick reads a whole PUB or HPUB in the spelling that clients use: a space
// between arguments, two where Python's client leaves out the reply, and CRLF.
// For all else, errors and unfinished commands included, it returns at and has
// changed nothing, and the command gets a closer look.
func (p *Parser) quick(buf []byte, at int, c *Command) int {
	if len(buf)-at < 8 {
		return at
	}
	op, word, subject := OpPub, binary.LittleEndian.Uint32(buf[at:]), at+4
	if (word|lowerCase)&0xffffff != pubWord || word>>24 != ' ' {
		if word|lowerCase != hpubWord || buf[at+4] != ' ' || !p.Headers {
			return at
		}
		op, subject = OpHpub, at+5
	}
	gap1 := gap(buf, subject)
	if gap1 <= subject || gap1+3 > len(buf) || buf[gap1] != ' ' {
		return at
	}
	arg := gap1 + 1
	if buf[arg] == ' ' {
		arg++
	}
	tail := arg
	var reply Span
	number, i := leadingSize(buf, arg)
	if i < len(buf) && buf[i] > ' ' { // not a number: a reply
		gap2 := gap(buf, arg)
		if gap2 < 0 || buf[gap2] != ' ' {
			return at
		}
		reply = Span{uint32(arg), uint32(gap2 - arg)}
		arg = gap2 + 1
		number, i = leadingSize(buf, arg)
	}
	var header uint32
	var headerSize Span
	if op == OpHpub {
		header, headerSize = number, Span{uint32(arg), uint32(i - arg)}
		if header == 0 || headerSize.Len > maxDigits || i >= len(buf) || buf[i] != ' ' {
			return at
		}
		arg = i + 1
		number, i = leadingSize(buf, arg)
	}
	size := Span{uint32(arg), uint32(i - arg)}
	body := i + 2
	end := body + int(number) + 2
	if size.Len-1 >= maxDigits || end > len(buf) || !closed(buf, body) || !closed(buf, end) ||
		header > number || p.tooLarge(number) || i-subject > p.controlLine() {
		return at
	}
	f := p.last()
	c.Op, c.Repeat, c.Verbatim, c.Header, c.Max = op, f.again(buf, at, buf[subject:gap1]), true, header, 0
	c.Subject, c.Reply = Span{uint32(subject), uint32(gap1 - subject)}, reply
	c.Size, c.HeaderSize = size, headerSize
	c.Body, c.Tail = Span{uint32(body), number}, Span{uint32(tail), uint32(end - tail)}
	c.Queue, c.Sid, c.Arg = Span{}, Span{}, Span{}
	f.set(at, end, body-at, Span{uint32(subject - at), uint32(gap1 - subject)})
	return end
}

// closed tells if buf[:end], which has two bytes at least, ends in CRLF.
func closed(buf []byte, end int) bool { return binary.LittleEndian.Uint16(buf[end-2:end]) == crlf }
