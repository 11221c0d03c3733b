package peer

import (
	"fmt"
	"time"

	"github.com/troupe-mq/troupe/actors/internal/compression"
	"github.com/troupe-mq/troupe/actors/internal/interest"
	"github.com/troupe-mq/troupe/actors/report"
	"github.com/troupe-mq/troupe/wire"
)

// Handshake is how a server comes in that has not said yet who it is. The link begins with it, because servers may speak
// of what they want before they have said everything about themselves.
type Handshake struct {
	Greeting  []byte        // what the server is told first
	Solicited bool          // this broker has dialed: no CONNECT is to come
	Timeout   time.Duration // for the CONNECT
	// Introduced is called with the CONNECT, and Informed with the first INFO; it is nil for a leaf node that need say none. Nothing
	// more is taken from the server until answer is called, once, by any goroutine.
	Introduced, Informed func(json []byte, l Announced, answer func(*Judged))
}

// Announced is the link that a server speaks on.
type Announced struct {
	ID      uint64        // that of its connection
	Host    string        // where the server is
	RTT     time.Duration // about how long it takes to hear from it
	Account string        // of a leaf node that has proved who it is: the one that it is in
}

// Refusal is an error that ends a link to a server.
func Refusal(why report.CloseReason, format string, args ...any) *wire.Error {
	text := fmt.Sprintf(format, args...)
	return &wire.Error{Text: text, Lines: "-ERR '" + text + "'\r\n", Closes: true, Reason: string(why)}
}

// Judged says what becomes of a server behind what it has said of itself.
type Judged struct {
	Err    *wire.Error        // what it is told, and that it cannot stay; nil if it may
	Reason report.CloseReason // that it cannot stay, and is told nothing; empty if it may
	// Server is who it is, and that the link begins: it is told what is wanted here. Nil: it has still to say that.
	Server *Server
	Deny   []string // patterns that a leaf node does not want
	// Share is the accounts that a route is for, Say what the server is told before anything else, and Ask that it is asked
	// for a sign at once.
	Share interest.Share
	Say   []byte
	Ask   bool
	// Compress is how the link goes on when Say was said, or else, where the server has dialed, how Say is said and all that
	// follows. Then the server says once more who it is.
	Compress compression.Terms
}
