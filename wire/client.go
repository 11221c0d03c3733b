package wire

import "strconv"

// This file is what a client says. The broker says it for those of its clients
// that are actors, so that it is read by the same parser as what all others say.
// The caller sees to it that no subject, queue or sid has a blank in it or is
// longer than a control line may be.

// AppendPublish appends a PUB, or an HPUB if there are headers. They have to be
// Valid. reply may be empty.
func AppendPublish(dst []byte, subject, reply string, h Header, data []byte) []byte {
	if len(h) > 0 {
		dst = append(dst, 'H')
	}
	dst = append(append(dst, "PUB "...), subject...)
	dst = append(dst, ' ')
	if reply != "" {
		dst = append(append(dst, reply...), ' ')
	}
	if len(h) == 0 {
		return payload(strconv.AppendInt(dst, int64(len(data)), 10), data)
	}
	block := h.size()
	dst = append(strconv.AppendInt(dst, int64(block), 10), ' ')
	dst = append(strconv.AppendInt(dst, int64(block+len(data)), 10), "\r\n"...)
	dst = append(appendHeader(dst, h), data...)
	return append(dst, "\r\n"...)
}

// PublishSize is how many bytes of payload the message has, headers included.
func PublishSize(h Header, data []byte) int {
	if len(h) == 0 {
		return len(data)
	}
	return h.size() + len(data)
}

// AppendSubscribe appends a SUB. queue may be empty.
func AppendSubscribe(dst []byte, pattern, queue string, sid uint64) []byte {
	dst = append(append(dst, "SUB "...), pattern...)
	dst = append(dst, ' ')
	if queue != "" {
		dst = append(append(dst, queue...), ' ')
	}
	return append(strconv.AppendUint(dst, sid, 10), "\r\n"...)
}

// AppendUnsubscribe appends an UNSUB: after so many messages in all, or at once
// if most is 0.
func AppendUnsubscribe(dst []byte, sid uint64, most uint32) []byte {
	dst = strconv.AppendUint(append(dst, "UNSUB "...), sid, 10)
	if most > 0 {
		dst = strconv.AppendUint(append(dst, ' '), uint64(most), 10)
	}
	return append(dst, "\r\n"...)
}
