package frames

import "encoding/binary"

// Opcode says what a frame is.
type Opcode byte

// The opcodes of RFC 6455.
const (
	Continuation Opcode = 0
	Text         Opcode = 1
	Binary       Opcode = 2
	Close        Opcode = 8
	Ping         Opcode = 9
	Pong         Opcode = 10
)

// control reports whether a frame is about the connection, and may come between the
// frames of a message.
func (o Opcode) control() bool { return o&8 != 0 }

// The bits of the first two bytes.
const (
	finBit  = 0x80
	rsv1Bit = 0x40
	rsvBits = 0x30
	opBits  = 0x0F
	maskBit = 0x80
)

// MaxControl is the most bytes that a control frame carries.
const MaxControl = 125

// MaxHeader is the most bytes of a server's frame in front of what it carries.
const MaxHeader = 10

// AppendHeader begins a frame that is a whole message, or a control frame.
func AppendHeader(dst []byte, op Opcode, compressed bool, size int) []byte {
	first := finBit | byte(op)
	if compressed {
		first |= rsv1Bit
	}
	switch {
	case size < 126:
		return append(dst, first, byte(size))
	case size <= 0xFFFF:
		return binary.BigEndian.AppendUint16(append(dst, first, 126), uint16(size))
	default:
		return binary.BigEndian.AppendUint64(append(dst, first, 127), uint64(size))
	}
}

// AppendMasked appends a frame of a client that is a whole message, or a control frame.
func AppendMasked(dst []byte, op Opcode, key [4]byte, payload []byte) []byte {
	at := len(dst)
	dst = AppendHeader(dst, op, false, len(payload))
	dst[at+1] |= maskBit
	dst = append(dst, key[:]...)
	at = len(dst)
	dst = append(dst, payload...)
	mask(dst[at:], key, 0)
	return dst
}

// AppendControl appends a control frame. What is too long for one is cut.
func AppendControl(dst []byte, op Opcode, payload []byte) []byte {
	payload = payload[:min(len(payload), MaxControl)]
	return append(AppendHeader(dst, op, false, len(payload)), payload...)
}
