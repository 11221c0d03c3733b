package report

import (
	"fmt"
	"time"
)

// CloseReason says why a connection ended, in the words that nats-server shows
// in /connz?state=closed.
type CloseReason string

// Every way in which a connection can end.
const (
	ClientClosed                CloseReason = "Client Closed"
	AuthenticationTimeout       CloseReason = "Authentication Timeout"
	AuthenticationViolation     CloseReason = "Authentication Failure"
	AuthenticationExpired       CloseReason = "Authentication Expired"
	SlowConsumerPendingBytes    CloseReason = "Slow Consumer (Pending Bytes)"
	SlowConsumerWriteDeadline   CloseReason = "Slow Consumer (Write Deadline)"
	WriteError                  CloseReason = "Write Error"
	ReadError                   CloseReason = "Read Error"
	ParseError                  CloseReason = "Parse Error"
	StaleConnection             CloseReason = "Stale Connection"
	ProtocolViolation           CloseReason = "Protocol Violation"
	BadClientProtocolVersion    CloseReason = "Bad Client Protocol Version"
	MaxConnectionsExceeded      CloseReason = "Maximum Connections Exceeded"
	MaxAccountConnections       CloseReason = "Maximum Account Connections Exceeded"
	MaxPayloadExceeded          CloseReason = "Maximum Message Payload Exceeded"
	MaxControlLineExceeded      CloseReason = "Maximum Control Line Exceeded"
	InboundBudgetExceeded       CloseReason = "Inbound Budget Exceeded"
	Kicked                      CloseReason = "Kicked"
	ServerShutdown              CloseReason = "Server Shutdown"
	NoRespondersRequiresHeaders CloseReason = "No Responders Requires Headers"
	TLSHandshakeFailure         CloseReason = "TLS Handshake Failure"
	DuplicateRoute              CloseReason = "Duplicate Route"
	RouteRemoved                CloseReason = "Route Removed"
	ClusterNameConflict         CloseReason = "Cluster Name Conflict"
	DuplicateServerName         CloseReason = "Duplicate Server Name"
	DuplicateLeafNode           CloseReason = "Duplicate Remote LeafNode Connection"
	ClusterNamesIdentical       CloseReason = "Cluster Names Identical"
	MinimumVersionRequired      CloseReason = "Minimum Version Required"
	WrongPort                   CloseReason = "Incorrect Port"
	InternalError               CloseReason = "Internal Error"
)

// NotClosed is the reason of a connection that goes on.
const NotClosed CloseReason = ""

// SlowConsumerError is the failure of a connection whose client does not read what it has
// subscribed to. It is the Err of the supervisor's event.
type SlowConsumerError struct {
	Reason  CloseReason
	Pending int           // bytes that waited
	Oldest  time.Duration // how long the first of them had waited
	Subject string        // of the message that came last
}

func (e *SlowConsumerError) Error() string {
	return fmt.Sprintf("%s: %d bytes wait, the oldest for %s, the last of them on %q", e.Reason, e.Pending, e.Oldest.Round(time.Millisecond), e.Subject)
}

// Overrun is the reason in the ledger for copies that an overrun policy dropped.
const Overrun CloseReason = "Overrun"
