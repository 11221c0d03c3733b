package actors

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

	granted *access.Permissions // by its token, where it has one
	expires time.Time
}

// Expires is when its token ends, zero if it does not.
func (o *Origin) Expires() time.Time { return o.expires }

// origin is this connection's. It is made when somebody first asks for it: most
// connections are never asked, and nothing is kept for them.
func (c *connection) origin() *Origin {
	if c.self == nil {
		c.self = &Origin{
			CID:     c.cid,
			Kind:    c.door.kind,
			Address: c.address(),
			User:    c.user(),
			Account: c.accountName(),
			Name:    c.options.Name,
			Lang:    c.options.Lang,
			Version: c.options.Version,
			Start:   c.started,
			granted: c.granted(),
			expires: c.who.Until(),
		}
		if c.who != nil && c.who.Token != nil {
			c.self.UserName, c.self.AccountName = c.who.Token.Label, c.world.label
		}
	}
	return c.self
}

// address is where the client is, empty if it is in this process.
func (c *connection) address() string {
	addr := c.link.conn().RemoteAddr()
	if addr == nil || c.kind() == access.InProcess {
		return ""
	}
	return addr.String()
}

// PermissionsOf are what somebody may do, as they are configured now; nil is
// everything.
func (b *Broker) PermissionsOf(whom *Origin) *access.Permissions {
	if b.hub.gate().Signs() {
		return whom.granted
	}
	policy, _, err := b.hub.config().policy(b.hub.now())
	if err != nil {
		return nil // it is in force: there is nothing wrong with it
	}
	return policy.PermissionsOf(whom.Account, whom.User)
}
