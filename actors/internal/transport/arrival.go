package transport

import (
	"net"

	"github.com/troupe-mq/troupe/actors/access"
	"github.com/troupe-mq/troupe/actors/report"
	"github.com/troupe-mq/troupe/wire"
)

// Arrival is a client that has just come.
type Arrival struct {
	Conn     net.Conn
	Endpoint *Endpoint
	Resident *Resident // nil for a client from outside
}

// Resident is what there is to know of a client that is an actor of the broker: it
// sends no CONNECT.
type Resident struct {
	Identity *access.Identity
	Name     string
	Echo     bool
	Internal bool        // it is a part of the broker: it is not counted, shown or kicked
	Limits   wire.Limits // which it keeps to by itself
	Source   Source
	Admitted func(*report.Origin) // told who it is to others; on the connection's goroutine
}

// Internal reports whether the client is a part of the broker.
func (a *Arrival) Internal() bool { return a.Resident != nil && a.Resident.Internal }

// External reports whether the client comes from outside.
func (a *Arrival) External() bool { return a.Resident == nil }
