package wire

import "bytes"

// This file is the subjects by which clients ask a server that stores about a consumer of a stream.

var (
	storage   = []byte("$JS.")
	consumers = []byte("API.CONSUMER.")
)

// ConsumerRequest is what a request about a consumer is, behind the prefix of its subject, with a domain in that or
// without; ok is false for other subjects.
func ConsumerRequest(subject []byte) (request []byte, ok bool) {
	rest, ok := bytes.CutPrefix(subject, storage)
	if !ok {
		return nil, false
	}
	if request, ok = bytes.CutPrefix(rest, consumers); ok {
		return request, true
	}
	_, rest, _ = bytes.Cut(rest, []byte("."))
	return bytes.CutPrefix(rest, consumers)
}

// AsksConsumer reports whether a subject is that of a request about a consumer.
func AsksConsumer(subject []byte) bool {
	_, ok := ConsumerRequest(subject)
	return ok
}
