package settings

import (
	"sync/atomic"
	"time"

	"github.com/troupe-mq/troupe/actors/access"
	"github.com/troupe-mq/troupe/actors/access/proxies"
	"github.com/troupe-mq/troupe/actors/internal/account"
)

// Settings are what may change while the broker runs. The value is never changed
// itself: a reload puts another one in its place, all at once, and whoever needs
// something of it reads it anew.
type Settings struct {
	Values
	Policy   *access.Policy // who may do what, as it is written down
	Gate     *access.Gate   // says who may come in
	Accounts *account.Set   // those that the gate lets clients into
	Proxies  *proxies.Trusted
}

// Values are the plain settings, as Config describes them, defaults filled in.
type Values struct {
	Version string

	MaxControlLine   int // bytes
	MaxPayload       int // bytes
	MaxPending       int // bytes
	MaxConnections   int
	MaxSubscriptions int // of one connection; 0 is no limit
	MaxSubTokens     int // 0 is no limit
	MaxClosedClients int

	AuthTimeout   time.Duration
	WriteDeadline time.Duration
	PingInterval  time.Duration
	WebPing       time.Duration // PingInterval for who comes by WebSocket
	PingMax       int

	Overrun          string
	NoHeaders        bool
	Explain          bool // errors tell clients the reason
	OwnStreams       bool // what other servers have of JetStream is not mixed with this broker's
	Trace            bool
	TraceHeaders     bool
	MaxTracedMessage int // bytes; 0 is no limit
}

// InForce is where the settings are.
type InForce struct{ atomic.Pointer[Settings] }
