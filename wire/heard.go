package wire

import "bytes"

// Verdict is what a piece of the broker's own output is.
type Verdict uint8

// The verdicts.
const (
	HeardNothing Verdict = iota // it does not begin with anything whole
	HeardMessage                // MSG or HMSG
	HeardPong
	HeardError
	HeardOther // INFO, +OK or PING
)

// Heard is one thing that the broker says, as its client understands it. Its parts
// point into the buffer that it was read from.
type Heard struct {
	Verdict
	Subject, Sid, Reply []byte // of a message
	Header, Data        []byte // of a message; Header is empty if it has none
	Text                []byte // of an error
	Len                 int    // bytes that it takes in the buffer
}

// Hear reads what buf begins with. It is for what this package has encoded, and
// not for what comes from other brokers: it takes one spelling of each line.
func Hear(buf []byte) (h Heard) {
	end := bytes.IndexByte(buf, '\n') + 1
	if end < 2 || buf[end-2] != '\r' {
		return h
	}
	line := buf[:end-2]
	if args, ok := bytes.CutPrefix(line, []byte("MSG ")); ok {
		return message(buf, end, args, false)
	}
	if args, ok := bytes.CutPrefix(line, []byte("HMSG ")); ok {
		return message(buf, end, args, true)
	}
	if text, ok := bytes.CutPrefix(line, []byte("-ERR ")); ok {
		return Heard{Verdict: HeardError, Text: bytes.Trim(text, "'"), Len: end}
	}
	if string(line) == "PONG" {
		return Heard{Verdict: HeardPong, Len: end}
	}
	return Heard{Verdict: HeardOther, Len: end}
}

// message reads a MSG or an HMSG whose payload begins at buf[at].
func message(buf []byte, at int, args []byte, headers bool) (h Heard) {
	fields, most := [maxArgs][]byte{}, 4
	if headers {
		most = 5
	}
	n := 0
	for more := true; more; n++ {
		if n == most {
			return Heard{}
		}
		fields[n], args, more = bytes.Cut(args, []byte(" "))
	}
	size, ok := ParseSize(fields[n-1])
	end := at + int(size) + 2
	if n < most-1 || !ok || end > len(buf) || !closed(buf, end) {
		return Heard{}
	}
	block := uint32(0)
	if headers {
		if block, ok = ParseSize(fields[n-2]); !ok || block > size {
			return Heard{}
		}
	}
	h = Heard{Verdict: HeardMessage, Subject: fields[0], Sid: fields[1], Len: end}
	if n == most {
		h.Reply = fields[2]
	}
	h.Header, h.Data = buf[at:at+int(block)], buf[at+int(block):end-2]
	return h
}
