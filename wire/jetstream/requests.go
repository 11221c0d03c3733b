package jetstream

import "bytes"

// API is what the subjects begin with by which JetStream is asked, where no domain is named.
const API = "$JS.API."

var (
	storage   = []byte("$JS.")
	consumers = []byte("API.CONSUMER.")
	gets      = []byte(API + "DIRECT.GET.")
)

// DirectGet is of which stream a message is asked for; ok is false for subjects by which none is asked for, and for those
// that name a domain.
func DirectGet(subject []byte) (stream []byte, ok bool) {
	rest, ok := bytes.CutPrefix(subject, gets)
	if !ok {
		return nil, false
	}
	stream, _, _ = bytes.Cut(rest, []byte("."))
	return stream, len(stream) > 0
}

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

// Asks reports whether a subject is one of these.
func Asks(subject []byte) bool {
	if _, ok := ConsumerRequest(subject); ok {
		return true
	}
	_, ok := DirectGet(subject)
	return ok
}
