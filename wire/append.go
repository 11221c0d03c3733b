package wire

import (
	"encoding/binary"
	"slices"
	"strconv"
)

// The lines that never vary.
const (
	OK   = "+OK\r\n"
	Ping = "PING\r\n"
	Pong = "PONG\r\n"
)

// msgWord is "MSG " as the little-endian number it is written as.
const msgWord = 'M' | 'S'<<8 | 'G'<<16 | ' '<<24

// AppendMsg appends a MSG whose part behind the sid is tail: see [Command.Tail]
// and [AppendTail].
func AppendMsg(dst, subject []byte, sid string, tail []byte) []byte {
	n := len(dst)
	dst = room(dst, len("MSG ")+len(subject)+1+len(sid)+1+len(tail))
	binary.LittleEndian.PutUint32(dst[n:], msgWord)
	return deliver(dst, n+4, subject, sid, tail)
}

// AppendHmsg is [AppendMsg] for a message with headers, to a client that takes them.
func AppendHmsg(dst, subject []byte, sid string, tail []byte) []byte {
	n := len(dst)
	dst = room(dst, len("HMSG ")+len(subject)+1+len(sid)+1+len(tail))
	dst[n] = 'H'
	binary.LittleEndian.PutUint32(dst[n+1:], msgWord)
	return deliver(dst, n+5, subject, sid, tail)
}

// room makes dst longer by n bytes that have yet to be written. Asking once for
// all of a message is cheaper than once for each of its parts.
func room(dst []byte, n int) []byte {
	if cap(dst)-len(dst) < n {
		dst = slices.Grow(dst, n)
	}
	return dst[:len(dst)+n]
}

// deliver writes what follows the operation word, for which dst has just the room.
func deliver(dst []byte, i int, subject []byte, sid string, tail []byte) []byte {
	i += copy(dst[i:], subject)
	dst[i] = ' '
	i++
	if len(sid) > 4 {
		i += copy(dst[i:], sid)
	} else { // nearly always so, and then a call costs more than the bytes
		for j := range len(sid) {
			dst[i] = sid[j]
			i++
		}
	}
	dst[i] = ' '
	copy(dst[i+1:], tail)
	return dst
}

// AppendTail builds from its parts what follows the sid of a MSG, or of an HMSG
// if headerSize is not empty. That takes a command whose own bytes are not
// Verbatim. reply may be empty, and body in pieces.
func AppendTail(dst, reply, headerSize, size []byte, body ...[]byte) []byte {
	need := len(reply) + len(headerSize) + len(size) + 6
	for _, piece := range body {
		need += len(piece)
	}
	dst = slices.Grow(dst, need)
	if len(reply) > 0 {
		dst = append(append(dst, reply...), ' ')
	}
	if len(headerSize) > 0 {
		dst = append(append(dst, headerSize...), ' ')
	}
	return payload(append(dst, size...), body...)
}

// AppendStripped appends the MSG by which a client without headers gets a
// message that has some: body is what stands behind them. reply may be empty.
func AppendStripped(dst, subject []byte, sid string, reply, body []byte) []byte {
	dst = slices.Grow(dst, len(subject)+len(sid)+len(reply)+len(body)+32)
	dst = append(dst, "MSG "...)
	dst = append(append(dst, subject...), ' ')
	dst = append(append(dst, sid...), ' ')
	if len(reply) > 0 {
		dst = append(append(dst, reply...), ' ')
	}
	return payload(strconv.AppendUint(dst, uint64(len(body)), 10), body)
}

// payload ends a control line and appends the payload.
func payload(dst []byte, body ...[]byte) []byte {
	dst = append(dst, "\r\n"...)
	for _, piece := range body {
		dst = append(dst, piece...)
	}
	return append(dst, "\r\n"...)
}

// AppendNoResponders appends the message that tells a requester at once that
// nobody got its request: subject is that of the request, reply where an answer
// would have gone, sid the requester's subscription for it.
func AppendNoResponders(dst, reply []byte, sid string, subject []byte) []byte {
	const before, behind = "NATS/1.0 503\r\nNats-Subject: ", "\r\n\r\n"
	size := uint64(len(before) + len(subject) + len(behind))
	dst = append(dst, "HMSG "...)
	dst = append(append(dst, reply...), ' ')
	dst = append(append(dst, sid...), ' ')
	dst = append(strconv.AppendUint(dst, size, 10), ' ') // all of it is header
	dst = append(strconv.AppendUint(dst, size, 10), "\r\n"...)
	dst = append(dst, before...)
	dst = append(dst, subject...)
	dst = append(dst, behind...)
	return append(dst, "\r\n"...)
}
