package frames

import (
	"encoding/binary"
	"unicode/utf8"
)

// Status is why a WebSocket is closed.
type Status uint16

// The statuses that a broker has a use for.
const (
	NormalClosure   Status = 1000
	GoingAway       Status = 1001
	ProtocolError   Status = 1002
	NoStatus        Status = 1005 // never on the wire: the frame was empty
	InvalidPayload  Status = 1007
	PolicyViolation Status = 1008
	MessageTooBig   Status = 1009
	InternalError   Status = 1011
)

// sendable reports whether a client may send a status.
func (s Status) sendable() bool {
	if s == NoStatus || s == 1004 || s == 1006 || s == 1015 { // they stand for what is not said
		return false
	}
	return s >= 1000 && s < 5000 && (s < 1016 || s > 2999)
}

// AppendClose appends a close frame. The text is cut where it does not fit.
func AppendClose(dst []byte, s Status, text string) []byte {
	if s == NoStatus {
		return AppendControl(dst, Close, nil)
	}
	var payload [MaxControl]byte
	binary.BigEndian.PutUint16(payload[:], uint16(s))
	return AppendControl(dst, Close, payload[:2+copy(payload[2:], text)])
}

// ClosedBy reads what a client's close frame carries, and says what it is answered
// with. wrong is what is wrong with it, empty if nothing is.
func ClosedBy(payload []byte) (answer Status, wrong string) {
	switch len(payload) {
	case 0:
		return NoStatus, ""
	case 1:
		return ProtocolError, "close frame payload cannot be 1 byte"
	}
	s := Status(binary.BigEndian.Uint16(payload))
	switch {
	case !s.sendable():
		return ProtocolError, "invalid close status code"
	case !utf8.Valid(payload[2:]):
		return InvalidPayload, "invalid utf8 body in close frame"
	}
	return s, ""
}
