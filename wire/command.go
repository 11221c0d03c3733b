package wire

// Span is a piece of the buffer that was given to [Parser.Next]: offset and
// length in bytes. It has half the size of a slice and does not keep the buffer
// alive, which is why a buffer may not exceed 4 GiB.
type Span struct{ Off, Len uint32 }

// Of cuts the span out of the buffer that it refers to.
func (s Span) Of(buf []byte) []byte {
	end := s.Off + s.Len
	return buf[s.Off:end:end]
}

// Op is the operation of a command.
type Op uint8

// The operations that a client may send. The zero Op is none of them.
const (
	OpNone Op = iota
	OpPub
	OpHpub
	OpSub
	OpUnsub
	OpConnect
	OpPing
	OpPong
	OpInfo
	OpOK
	OpErr
)

// words holds the operations in lower case; matching folds the input.
var words = [...]string{
	OpNone: "", OpPub: "pub", OpHpub: "hpub", OpSub: "sub", OpUnsub: "unsub", OpConnect: "connect",
	OpPing: "ping", OpPong: "pong", OpInfo: "info", OpOK: "+ok", OpErr: "-err",
}

var names = [...]string{
	OpNone: "none", OpPub: "PUB", OpHpub: "HPUB", OpSub: "SUB", OpUnsub: "UNSUB", OpConnect: "CONNECT",
	OpPing: "PING", OpPong: "PONG", OpInfo: "INFO", OpOK: "+OK", OpErr: "-ERR",
}

// String is the operation word as it stands on the wire.
func (o Op) String() string {
	if int(o) < len(names) {
		return names[o]
	}
	return "invalid"
}

// Command is one parsed command. Every field is set by [Parser.Next]; those
// that its operation does not have are zero or have length zero.
//
// An HPUB whose header_size is 0 has no header to deliver or to strip, and
// everybody gets it as MSG. It is therefore handed out as an OpPub.
type Command struct {
	Op       Op
	Repeat   bool   // PUB, HPUB: same subject as the command just before it, which was one of them too and is in the same buffer
	Verbatim bool   // PUB, HPUB: Tail may be sent as it stands
	Header   uint32 // HPUB: how many bytes at the start of Body are headers; never 0 for an OpHpub
	Max      uint32 // UNSUB: unsubscribe after so many messages; 0 = at once, also for what is not a number

	Subject    Span // PUB, HPUB, SUB
	Reply      Span // PUB, HPUB: length 0 = none
	Size       Span // PUB, HPUB: the (total) size as it was spelled
	HeaderSize Span // HPUB: header_size as it was spelled
	Body       Span // PUB, HPUB: the payload, for HPUB with the headers in front, without its CRLF
	Tail       Span // PUB, HPUB if Verbatim: "[reply SP] [header_size SP] size CRLF body CRLF", what a MSG or HMSG wants behind its sid

	Queue Span // SUB: length 0 = none
	Sid   Span // SUB, UNSUB
	Arg   Span // CONNECT, INFO: the JSON text; -ERR: its text
}
