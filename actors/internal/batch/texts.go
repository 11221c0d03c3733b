package batch

import (
	"strconv"

	"github.com/troupe-mq/troupe/wire"
)

// TailOf is what follows "sid " in the MSG that carries e.
func (b *Batch) TailOf(e *Entry) []byte {
	if e.respelled {
		return e.Tail.Of(b.Spelling)
	}
	return e.Tail.Of(b.Buf)
}

// SubjectOf is the subject of a message, in the account that it is in.
func (b *Batch) SubjectOf(e *Entry) []byte {
	if e.Renamed {
		return e.Subject.Of(b.Spelling)
	}
	return e.Subject.Of(b.Buf)
}

// ReplyOf is its reply there.
func (b *Batch) ReplyOf(e *Entry) []byte {
	if e.Derived {
		return e.Reply.Of(b.Spelling)
	}
	return e.Reply.Of(b.Buf)
}

// BodyOf is the headers and the payload of a message.
func (b *Batch) BodyOf(e *Entry) []byte {
	if e.Derived {
		return e.Body.Of(b.Spelling)
	}
	return e.Body.Of(b.Buf)
}

// Spell keeps a text that is not in the input.
func (b *Batch) Spell(text []byte) wire.Span {
	at := len(b.Spelling)
	b.Spelling = append(b.Spelling, text...)
	return wire.Span{Off: uint32(at), Len: uint32(len(text))}
}

// Respell spells the tail of the entry anew: what follows "sid " in its MSG. body may be in pieces.
func (b *Batch) Respell(e *Entry, reply, headerSize, size []byte, body ...[]byte) {
	at := len(b.Spelling)
	b.Spelling = wire.AppendTail(b.Spelling, reply, headerSize, size, body...)
	e.Tail, e.respelled = wire.Span{Off: uint32(at), Len: uint32(len(b.Spelling) - at)}, true
}

// Wrap gives a derived message its headers, which may be none, and its payload.
func (b *Batch) Wrap(e *Entry, reply, head, payload []byte) {
	size := len(head) + len(payload)
	var headerSize []byte
	if e.Op = wire.OpPub; len(head) > 0 {
		e.Op, headerSize = wire.OpHpub, strconv.AppendInt(nil, int64(len(head)), 10)
	}
	b.Respell(e, reply, headerSize, strconv.AppendInt(nil, int64(size), 10), head, payload)
	end := e.Tail.Off + e.Tail.Len - uint32(len("\r\n"))
	e.Headers, e.Body = uint32(len(head)), wire.Span{Off: end - uint32(size), Len: uint32(size)}
}

// RunAt is how many entries of one subject there are at a place, 1 for anything
// but messages.
func (b *Batch) RunAt(at, to int) int {
	n := 1
	for at+n < to && b.Entries[at+n].Repeat {
		n++
	}
	return n
}
