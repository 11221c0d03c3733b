package report

import (
	"time"

	"github.com/troupe-mq/troupe/actors/access"
)

// Origin is who a message or an event comes from, as the broker itself knows it:
// nothing in it is the client's word but Name, Lang and Version. It is immutable
// and shared by everything that the client does under one identity.
type Origin struct {
	CID     uint64 // the connection's number, as in /connz
	Kind    string // how it is connected: nats, websocket, actor
	Address string // host:port, empty for clients of this process
	User    string // whom it has authenticated as, empty for nobody
	Account string
	// UserName and AccountName are what their owner calls the two where they are keys;
	// empty elsewhere.
	UserName, AccountName string

	Name    string // what CONNECT says
	Lang    string
	Version string
	Start   time.Time // when it connected

	// Permissions are what it may do, as they are configured, or as its token says; nil
	// is everything.
	Permissions *access.Permissions
	Expires     time.Time // when its token ends, zero if it does not
}
