package link

import "github.com/troupe-mq/troupe/wire"

// Op is the operation of a command.
type Op uint8

// The operations of a link.
const (
	OpNone    Op = iota
	OpMsg        // LMSG, RMSG
	OpHmsg       // HMSG, and an LMSG of a route whose headers are not empty
	OpSub        // LS+, RS+
	OpUnsub      // LS-, RS-
	OpPing       // PING
	OpPong       // PONG
	OpInfo       // INFO: Arg is its JSON
	OpConnect    // CONNECT: Arg is its JSON
	OpErr        // -ERR: Arg is its text, without quotes
	OpOK         // +OK
)

// Command is one command of a peer. Its spans point into the buffer that was given to
// [Parser.Next].
type Command struct {
	Op       Op
	Queued   bool // a message: Queues names the groups that it is for
	Verbatim bool // a message: Tail is as a MSG wants it

	Origin  wire.Span // the cluster of the leaf node that it comes from; empty if it comes from none
	Account wire.Span // empty where the dialect names none
	Subject wire.Span
	Queue   wire.Span // of OpSub and OpUnsub, empty for none
	Weight  uint32    // of OpSub with a queue: how many members the peer has, never 0

	Reply      wire.Span
	Queues     wire.Span // names with blanks between them: see [EachQueue]
	Header     uint32    // bytes of headers at the front of Body
	HeaderSize wire.Span // their number as it was written, empty for OpMsg
	Size       wire.Span // the length of Body as it was written
	Body       wire.Span
	Tail       wire.Span // from behind "subject " to behind the body's CRLF

	Arg wire.Span
}

// EachQueue calls yield with each name of [Command.Queues], until that returns false.
func EachQueue(queues []byte, yield func(name []byte) bool) {
	for len(queues) > 0 {
		word, rest := cut(queues)
		if len(word) > 0 && !yield(word) {
			return
		}
		queues = rest
	}
}

// cut takes the first word off a line. The rest has no blanks in front.
func cut(line []byte) (word, rest []byte) {
	i := 0
	for i < len(line) && !blank(line[i]) {
		i++
	}
	return line[:i], trimFront(line[i:])
}

func trimFront(line []byte) []byte {
	i := 0
	for i < len(line) && blank(line[i]) {
		i++
	}
	return line[i:]
}

func blank(b byte) bool { return b == ' ' || b == '\t' }
