package wire

import (
	"strconv"
	"strings"
)

// Error is what a client is told when something is wrong, and what becomes of
// its connection.
type Error struct {
	Text   string // what is wrong, in the words of NATS
	Lines  string // the exact bytes for the client
	Closes bool   // the connection is closed once Lines are written
	Reason string // why it was closed, as monitoring shows it; empty if it stays open
}

// Error is the text without the protocol around it.
func (e *Error) Error() string { return e.Text }

// Line is what a client of protocol 1 is told: the first of Lines.
func (e *Error) Line() string {
	line, _, _ := strings.Cut(e.Lines, "\n")
	return line + "\n"
}

// closing builds an error that ends the connection.
func closing(text, reason string) *Error {
	return &Error{Text: text, Lines: errLine(text), Closes: true, Reason: reason}
}

// staying builds an error after which the connection goes on.
func staying(text string) *Error { return &Error{Text: text, Lines: errLine(text)} }

func errLine(text string) string { return "-ERR '" + text + "'\r\n" }

// What the parser and the decoders of CONNECT and INFO return.
var (
	// ErrUnknownOp: no operation begins like this, or a payload is not closed by
	// CRLF. It has two lines: gnatsd always said both, and a person who typed
	// something wrong reads them. Libraries of protocol 1 know only the first: they
	// connect again when they read it, and would give up at the second.
	ErrUnknownOp = &Error{
		Text:   "Unknown Protocol Operation",
		Lines:  errLine("Unknown Protocol Operation") + errLine("Parser Error"),
		Closes: true,
		Reason: "Protocol Violation",
	}
	// ErrParser: the operation is known, its arguments are wrong.
	ErrParser = closing("Parser Error", "Protocol Violation")
	// ErrMaxPayload: a size above [Limits].MaxPayload.
	ErrMaxPayload = closing("Maximum Payload Violation", "Maximum Message Payload Exceeded")
	// ErrMaxControlLine: arguments longer than [Limits].MaxControlLine.
	ErrMaxControlLine = closing("maximum control line exceeded", "Maximum Control Line Exceeded")
)

// What a broker says that concerns the connection, which it closes.
var (
	ErrAuthorization         = closing("Authorization Violation", "Authentication Failure")
	ErrProxyNotTrusted       = closing("Authorization Violation", "Proxy Not Trusted")
	ErrProxyRequired         = closing("Authorization Violation", "Proxy Required")
	ErrAuthTimeout           = closing("Authentication Timeout", "Authentication Timeout")
	ErrAuthExpired           = closing("User Authentication Expired", "Authentication Expired")
	ErrAccountExpired        = closing("Account Authentication Expired", "Authentication Expired")
	ErrStaleConnection       = closing("Stale Connection", "Stale Connection")
	ErrInboundBudget         = closing("Stale Connection", "Inbound Budget Exceeded") // it keeps the broker waiting, and has too much there meanwhile
	ErrSlowConsumerPending   = closing("Slow Consumer", "Slow Consumer (Pending Bytes)")
	ErrSlowConsumerDeadline  = closing("Slow Consumer", "Slow Consumer (Write Deadline)")
	ErrMaxConnections        = closing("maximum connections exceeded", "Maximum Connections Exceeded")
	ErrMaxAccountConnections = closing("maximum account active connections exceeded", "Maximum Account Connections Exceeded")
	ErrClientProtocol        = closing("invalid client protocol", "Bad Client Protocol Version")
	ErrNoRespondersHeaders   = closing("no responders requires headers support", "No Responders Requires Headers")
	ErrTLSRequired           = closing("Secure Connection - TLS Required", "TLS Handshake Failure")
	ErrLoop                  = closing("Loop detected", "Loop Detected")
	ErrMaxInterest           = closing("maximum subscriptions exceeded", "Maximum Subscriptions Exceeded")
	ErrThrottled             = closing("Connection throttling is active. Please try again later.", "TLS Handshake Failure")
)

// What a broker says that concerns one command, and the connection goes on.
var (
	ErrInvalidSubject        = staying("Invalid Subject")
	ErrInvalidPublishSubject = staying("Invalid Publish Subject")
	ErrMaxSubscriptions      = staying("maximum subscriptions exceeded")
	ErrInternal              = staying("Internal Error")
	ErrNotRecorded           = staying("Message Not Recorded") // who must keep it could not
)

// Subjects, replies, queues and sids are quoted in the messages, so that no
// byte in them can end the line or the text. Client libraries look for the words
// in front.

// PublishDenied is the answer to a publish without permission.
func PublishDenied(subject string) *Error {
	return staying("Permissions Violation for Publish to " + strconv.Quote(subject))
}

// ReplyDenied is the answer to a publish whose reply is reserved.
func ReplyDenied(reply string) *Error {
	return staying("Permissions Violation for Publish with Reply of " + strconv.Quote(reply))
}

// SubscribeDenied is the answer to a SUB without permission. queue may be empty.
func SubscribeDenied(subject, queue string) *Error { return staying(subscription(subject, queue)) }

// SubscriptionRemoved says that a new configuration took away the permission
// for a subscription. queue may be empty.
func SubscriptionRemoved(subject, queue, sid string) *Error {
	return staying(subscription(subject, queue) + " (sid " + strconv.Quote(sid) + ")")
}

// TooManyTokens is the answer to a SUB whose subject has more tokens than allowed.
func TooManyTokens(subject string) *Error {
	return staying(subscription(subject, "") + ", too many tokens")
}

func subscription(subject, queue string) string {
	text := "Permissions Violation for Subscription to " + strconv.Quote(subject)
	if queue != "" {
		text += " using queue " + strconv.Quote(queue)
	}
	return text
}
