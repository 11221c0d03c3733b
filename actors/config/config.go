package config

import (
	"time"

	"github.com/hashicorp/go-hclog"

	"github.com/troupe-mq/troupe/actors/access"
	"github.com/troupe-mq/troupe/actors/internal/pressure"
)

// Config is everything that can be set about a broker. The zero value of a field means its default. A limit
// that can be switched off says so. Sizes are bytes.
type Config struct {
	// Host and Port are the address for clients. Port 0 means 4222, and -1 any
	// free port, to be read from Broker.Addr.
	Host string
	Port int
	// NoListen: there is no port for clients. They come by InProcessConn, UnixSocket or WebSocket.
	NoListen bool

	// UnixSocket is the path of a socket for clients of this machine. The broker's user and group may open it.
	// Empty: there is none.
	UnixSocket string
	// TLS encrypts the connections of Host and Port. Nil: they are in clear text.
	TLS *TLS
	// OCSP is what authorities say of the broker's own certificates. Nil: they are not asked.
	OCSP *OCSP
	// AllowNonTLS also lets clients in that answer INFO without a handshake of TLS.
	AllowNonTLS bool
	// ProxyProtocol: connections of Host and Port begin with a header of the PROXY protocol, version 1 or 2, that says
	// where the client is. With ProxyNetworks, such as 10.0.0.0/8, only those from there do, and only they are believed.
	ProxyProtocol bool
	ProxyNetworks []string
	// TrustedProxies are the public nkeys of proxies that sign the nonce of a connection which they make for a client
	// (proxy_sig in CONNECT). A signature by nobody of them is refused. Users may require one.
	TrustedProxies []string
	// WebSocket is the listener for clients in browsers; nil: there is none.
	WebSocket *WebSocket

	// ServerName is shown in INFO and monitoring. Default: the server's id.
	ServerName string
	// ClusterName is the name of the cluster that clients are told. Without Cluster there is one broker in it; empty then
	// means that they are told of no cluster.
	ClusterName string
	// Cluster is how the broker is one of several that act as one. Nil: it stands alone.
	Cluster *Cluster
	// Tags and Metadata describe this server for people. The monitoring shows them.
	Tags     []string
	Metadata map[string]string
	// Version is what INFO announces as Troupe's own version. Default: that of the build.
	Version string
	// ClientAdvertise is the host:port that INFO shows instead of Host and Port.
	ClientAdvertise string

	// User and Password, or Token, must be in CONNECT if they are set. Password and Token may be bcrypt
	// hashes.
	User, Password, Token string
	// ProxyRequired: who presents these comes by one of TrustedProxies, or not at all.
	ProxyRequired bool
	// Users are the users that may come in. With Users, User and Token must be empty.
	Users []access.User
	// NoAuthUser is the name of one of Users. A client that presents nothing is that user. Empty: such a client may
	// not come in.
	NoAuthUser string
	// DefaultPermissions are the permissions of users that have none of their own. Default: everything.
	DefaultPermissions *access.Permissions
	// Accounts are worlds of subjects of their own, each with its users. With Accounts, User and Token must be
	// empty.
	Accounts []access.Account
	// Mappings give other subjects to messages that are published in the global account.
	Mappings []access.Mapping
	// SystemAccount is the name of the account of people and tools that watch over the broker. Default: $SYS.
	SystemAccount string
	// OwnStreams: an extension links accounts to an engine, which has their streams (see [Remote]). JetStream's usual subjects
	// then lead there alone, whatever hubs and servers of the cluster have.
	OwnStreams bool
	// NoSystemAccount leaves that account out, and whatever answers in it.
	NoSystemAccount bool
	// Operators are the tokens of operators, who sign accounts. TrustedKeys are public keys of operators; set one
	// or the other. AccountTokens are the tokens of the signed accounts, by their public keys. Then there are no
	// other users and accounts: a client presents a token that its account has signed. The system account of a
	// single operator is the default of SystemAccount.
	Operators     []string
	TrustedKeys   []string
	AccountTokens map[string]string
	// PinnedAccounts are the accounts, beside the system account, whose users may come in where there is an operator.
	// None: those of all accounts may.
	PinnedAccounts []string
	// AccountSource finds accounts that are not among AccountTokens when a user of one comes. Nil: there are no others. It
	// stays as it is when the configuration is reloaded.
	AccountSource AccountSource
	// DefaultSentinel is the token of those who present none, where there is an operator. Empty: they may not come in.
	DefaultSentinel string
	// AuthCallout is a service that says who clients are that it does not name itself. Nil: there is none. With
	// an operator each account's token says whether it has one.
	AuthCallout *access.Callout
	// AuthTimeout is how long a client may take to send its CONNECT when
	// credentials are required. Default 2s, or with TLS a second more than the handshake may take.
	AuthTimeout time.Duration

	// MaxControlLine is the longest argument part of a line, in bytes. Default 4096.
	MaxControlLine int
	// MaxPayload is the largest payload, headers included, in bytes. Default 1 MiB; -1 is as large as the other
	// limits permit, which is MaxPending.
	MaxPayload int
	// MaxPending is how many outgoing bytes may wait for one connection before its client is a slow consumer.
	// Default 64 MiB.
	MaxPending int
	// WriteDeadline is how long one write may make no progress before the client is a slow consumer. Default
	// 10s.
	WriteDeadline time.Duration
	// Overrun is what happens when MaxPending is exceeded. Default OverrunEvict.
	Overrun Overrun
	// OutboundBudget is how much memory all outgoing queues together may take, in bytes. When it is used up, clients
	// are evicted until the rest fits: first the one whose bytes have waited most, by their number and by the time that it
	// has taken nothing. Default: a quarter of what the process may use.
	OutboundBudget int
	// InboundBudget is how much memory all commands together may take that have come in in part, in bytes. When
	// it is used up, the connection is closed that has kept most for longest without sending more. Default: 64
	// MiB, or four times MaxPayload if that is more.
	InboundBudget int
	// MaxConnections is how many clients may be connected at a time. Default 65,536; -1 refuses all. Where the process may
	// not have as many files open they are fewer, so that descriptors are left for the monitoring.
	MaxConnections int
	// MaxConnectionsPerAddress is how many connections one IP address may have at a time. 0 is no limit. A network
	// of one IPv6 host counts as one address.
	MaxConnectionsPerAddress int
	// MaxAttemptsPerAddress is how many connections one IP address may open in a
	// second; 0 is no limit.
	MaxAttemptsPerAddress int
	// MaxSubscriptions is the most subscriptions of one connection; 0 or -1 is no limit.
	MaxSubscriptions int
	// MaxClosedClients is how many connections that have ended are remembered.
	// Default 10,000.
	MaxClosedClients int
	// MaxSubTokens is the most tokens in a subscription's subject; 0 is no limit.
	MaxSubTokens int

	// PingInterval is the time between PINGs to a silent client. Default 2m.
	PingInterval time.Duration
	// PingMax is how many PINGs may stay unanswered. Default 2.
	PingMax int

	// LameDuckDuration is how long Broker.LameDuck takes at most, and
	// LameDuckGracePeriod the part of it before the first client is closed.
	// Default 2m, and 10s or half of the duration if that is less.
	LameDuckDuration, LameDuckGracePeriod time.Duration

	// LeafNodes are the links to other servers. Nil: there are none.
	LeafNodes *LeafNodes

	// NoHeaders refuses HPUB and announces headers:false.
	NoHeaders bool

	// Explain puts the reason behind the words of an error of the protocol, for people who type:
	// -ERR 'Parser Error: bad size "abc"…'. The log has the reason always.
	Explain bool

	// StrictHealth makes Broker.Healthy, and /healthz, fail when an actor or a tap has been given up: it was to be
	// kept running, and has failed too often. The broker serves its clients all the same.
	StrictHealth bool

	// Partitions is the number of subject partitions. Default GOMAXPROCS.
	Partitions int

	// Logger takes the broker's log. Each event is one line in it, whatever clients
	// put into names and the like: what cannot be printed is escaped, and a value of
	// more than 4 KiB is cut. One that says where it is called from is to look one call
	// further: hclog.LoggerOptions.AdditionalLocationOffset. Whoever has a handler of log/slog makes one by
	// logs.HclogLogger. What actors say by ctx.Logger() goes there too. Default: the broker is silent, and
	// what your actors and taps say, and why they fail, goes to slog.Default().
	Logger hclog.Logger
	// Trace logs every protocol line at trace level, secrets blanked.
	Trace bool
	// TraceHeaders leaves the payloads out of that: headers are logged, and nothing of a message that has none.
	TraceHeaders bool
	// MaxTracedMessage cuts a traced payload after so many bytes; 0 is no limit.
	MaxTracedMessage int
}

// The defaults, which are those of nats-server.
const (
	DefaultPort           = 4222
	DefaultMaxControlLine = 4096
	DefaultMaxPayload     = 1 << 20
	DefaultMaxPending     = 64 << 20
	DefaultInboundBudget  = 64 << 20 // at least; see Config.InboundBudget
	DefaultMaxConnections = 64 << 10
	DefaultWriteDeadline  = 10 * time.Second
	DefaultPingInterval   = 2 * time.Minute
	DefaultPingMax        = 2
	DefaultAuthTimeout    = 2 * time.Second

	DefaultMaxClosedClients = 10_000

	DefaultLameDuckDuration    = 2 * time.Minute
	DefaultLameDuckGracePeriod = 10 * time.Second
)

// Overrun is what happens to a client that does not read as fast as others
// publish, once Config.MaxPending bytes wait for it.
type Overrun string

// The overrun policies. What is dropped is counted and announced, never silent.
const (
	OverrunEvict   = Overrun(pressure.Evict)   // the connection is closed as a slow consumer
	OverrunDropNew = Overrun(pressure.DropNew) // what does not fit is dropped
	OverrunDropOld = Overrun(pressure.DropOld) // what has waited longest is dropped
)

// valid reports whether there is such a policy.
func (o Overrun) valid() bool {
	return o == OverrunEvict || o == OverrunDropNew || o == OverrunDropOld
}
