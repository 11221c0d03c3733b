package sys

import (
	"crypto/rand"
	"time"

	"github.com/troupe-mq/troupe/actors/documents"
)

// The types of events, as they are published.
const (
	advisories     = "io.nats.server.advisory.v1."
	typeConnect    = advisories + "client_connect"
	typeDisconnect = advisories + "client_disconnect"
	typeConns      = advisories + "account_connections"
)

// event is what every event begins with.
type event struct {
	Type   string    `json:"type"`
	ID     string    `json:"id"`
	Time   time.Time `json:"timestamp"`
	Server *Server   `json:"server"`
}

// newEvent makes one that has an id which no other has.
func newEvent(kind string, at time.Time) event {
	return event{Type: kind, ID: rand.Text()[:idLength], Time: at.UTC()}
}

// idLength is that of the ids that NATS uses.
const idLength = 22

func (e *event) by(s *Server) { e.Server = s }

// connectEvent tells of a client that has come in.
type connectEvent struct {
	event
	Client clientInfo `json:"client"`
}

// disconnectEvent tells of one that has gone, or was not let in.
type disconnectEvent struct {
	event
	Client   clientInfo         `json:"client"`
	Sent     documents.MsgBytes `json:"sent"`     // by the client
	Received documents.MsgBytes `json:"received"` // by the client
	Reason   string             `json:"reason"`
}

// accountEvent tells how many connections an account has here.
type accountEvent struct {
	event
	documents.AccountStat
}

func newAccountEvent(s documents.AccountStat, at time.Time) *accountEvent {
	return &accountEvent{event: newEvent(typeConns, at), AccountStat: s}
}

// The subjects of events.

func connectSubject(account string) string { return "$SYS.ACCOUNT." + account + ".CONNECT" }

func disconnectSubject(account string) string { return "$SYS.ACCOUNT." + account + ".DISCONNECT" }

// connsSubjects are two: servers of old listen to the second.
func connsSubjects(account string) []string {
	return []string{"$SYS.ACCOUNT." + account + ".SERVER.CONNS", "$SYS.SERVER.ACCOUNT." + account + ".CONNS"}
}

// about is the subject of an event about the server itself.
func (s *Server) about(what string) string { return "$SYS.SERVER." + s.ID + "." + what }

// The events about the server.
const (
	authError = "CLIENT.AUTH.ERR"
	statsz    = "STATSZ"
	shutdown  = "SHUTDOWN"
	lameDuck  = "LAMEDUCK"
)
