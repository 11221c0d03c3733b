package report

import (
	"strings"
	"time"

	"github.com/troupe-mq/troupe/actors/access"
)

// Origin is who a message or an event comes from, as the broker itself knows it. Only Name, Lang,
// Version and Tried are the client's word. An Origin is never changed. All that a client does under one
// identity has the same one.
type Origin struct {
	CID uint64 // the connection's number, as in /connz
	// Kind is how it is connected: nats, websocket, actor, leaf for a server on a link, leafnode for one that is a leaf node
	// here, with a word more if it has come by WebSocket.
	Kind    string
	Address string // host:port, empty for clients of this process
	User    string // whom the client has authenticated as, empty for nobody
	Account string // the account that the client is in
	// Tried is whom a client has said it was that could not come in so: a user, a key, or the subject of its
	// certificate. Never a secret. It is the client's word.
	Tried string
	// UserName and AccountName are the names for people where User and Account are public keys. They
	// are empty elsewhere.
	UserName, AccountName string

	Name    string // what CONNECT says
	Lang    string
	Version string
	Start   time.Time // when it connected

	// Permissions are what the client may do, as they are configured or as its token says. Nil is
	// everything.
	Permissions *access.Permissions
	Expires     time.Time // when its token ends, zero if it does not
}

// IsLeafNode reports whether it is a server that is a leaf node of the broker.
func (o *Origin) IsLeafNode() bool { return strings.HasPrefix(o.Kind, "leafnode") }
