package report

import (
	"time"

	"github.com/troupe-mq/troupe/actors/access"
)

// Stats is what the whole broker has done. The numbers are read one after the
// other while it works.
type Stats struct {
	Start            time.Time
	AuthRequired     bool   // clients must say who they are
	Connections      int    // of clients, now
	TotalConnections uint64 // of clients, since the start
	Parked           int    // of all connections, those that wait for their other end without a goroutine
	Subscriptions    int
	TotalSubscribed  uint64 // since the start

	InMessages, OutMessages uint64 // from clients, to clients, and over links
	InBytes, OutBytes       uint64 // of payload

	Links                             int    // to other servers, now
	LinksInMessages, LinksOutMessages uint64 // how much of all was over links
	LinksInBytes, LinksOutBytes       uint64

	SlowConsumers    uint64
	StaleConnections uint64
	OutboundBytes    int64 // memory of all outboxes; Config.OutboundBudget is its limit
	InboundBytes     int64 // memory of commands that have come in in part; Config.InboundBudget is its limit

	Failures map[string]uint64 // of actors and goroutines, by role
	GivenUp  int               // actors and taps that were to be kept running, and are not

	Ledger Ledger
}

// Account is what there is to know about an account.
type Account struct {
	Name             string
	System           bool
	Users            bool   // somebody may log in to it
	Connections      int    // of clients, now
	TotalConnections uint64 // of clients, since the start
	Links            int    // to other servers
	Subscriptions    int

	InMessages, OutMessages uint64 // from clients, to clients
	InBytes, OutBytes       uint64 // of payload
	SlowConsumers           uint64

	LinksInMessages, LinksOutMessages uint64 // how many of them are those of other servers, on links
	LinksInBytes, LinksOutBytes       uint64

	Exports []access.Export
	Imports []access.Import
}
