package config

import (
	"cmp"
	"errors"
	"fmt"
	"net/netip"
	"runtime"
	"slices"
	"time"

	"github.com/troupe-mq/troupe/actors/access"
	"github.com/troupe-mq/troupe/actors/access/proxies"
	"github.com/troupe-mq/troupe/actors/internal/host"
	"github.com/troupe-mq/troupe/actors/internal/pressure"
	"github.com/troupe-mq/troupe/actors/internal/transport"
	"github.com/troupe-mq/troupe/actors/oneline"
)

// maxPartitions bounds Config.Partitions.
const maxPartitions = 256

// unlimited is how a limit is switched off that has a default.
const unlimited = -1

// maxPayloadLimit is what the nine digits of a size on the wire can say.
const maxPayloadLimit = 999_999_999

// Validate reports what is wrong with the configuration, all of it at once.
func (c *Config) Validate() error {
	d := c.WithDefaults()
	var errs []error
	check := func(bad bool, format string, args ...any) {
		if bad {
			errs = append(errs, fmt.Errorf(format, args...))
		}
	}
	check(d.Port < -1 || d.Port > 65535, "port %d is not in -1..65535", d.Port)
	if d.ClientAdvertise != "" {
		_, _, err := transport.SplitAdvertise(d.ClientAdvertise)
		check(err != nil, "client_advertise %q is not host:port", d.ClientAdvertise)
	}
	_, err := proxies.New(c.TrustedProxies)
	check(err != nil, "proxies: %w", err)
	errs = append(errs, c.OCSP.Validate())
	check(d.NoSystemAccount && c.SystemAccount != "", "system_account and no_system_account cannot both be set")
	check(d.MaxPayload < 1 || d.MaxPayload > maxPayloadLimit, "max_payload %d is not in 1..%d", d.MaxPayload, maxPayloadLimit)
	check(d.MaxPayload > d.MaxPending, "max_payload (%d) cannot be higher than max_pending (%d)", d.MaxPayload, d.MaxPending)
	check(d.OutboundBudget < 0, "outbound_budget %d is negative", d.OutboundBudget)
	check(d.InboundBudget < d.MaxPayload, "inbound_budget (%d) cannot be lower than max_payload (%d)", d.InboundBudget, d.MaxPayload)
	policy, _, err := d.Policy(time.Now())
	check(err != nil, "%w", err)
	for i := range policy.Accounts {
		a := &policy.Accounts[i]
		measured := slices.ContainsFunc(a.Exports, func(e access.Export) bool { return e.Latency != nil })
		check(d.NoSystemAccount && measured, "account %q: latency needs a system account, which no_system_account leaves out", a.Name)
	}
	policies := []Overrun{d.Overrun}
	for u := range policy.AllUsers() {
		if u.Overrun != "" {
			policies = append(policies, Overrun(u.Overrun))
		}
	}
	for _, o := range policies {
		check(!o.valid(), "overrun %q is none of %s, %s and %s", o, OverrunEvict, OverrunDropNew, OverrunDropOld)
	}
	check(d.MaxControlLine < 1, "max_control_line %d is not positive", d.MaxControlLine)
	check(d.Partitions < 1 || d.Partitions > maxPartitions, "partitions %d is not in 1..%d", d.Partitions, maxPartitions)
	check(d.MaxConnectionsPerAddress < 0, "max_connections_per_address %d is negative", d.MaxConnectionsPerAddress)
	check(d.MaxAttemptsPerAddress < 0, "max_attempts_per_address %d is negative", d.MaxAttemptsPerAddress)
	check(d.MaxClosedClients < 1, "max_closed_clients %d is not positive", d.MaxClosedClients)
	check(d.PingMax < 0, "ping_max %d is negative", d.PingMax)
	check(d.LameDuckGracePeriod < 0, "lame_duck_grace_period %s is negative", d.LameDuckGracePeriod)
	check(d.LameDuckGracePeriod >= d.LameDuckDuration, "lame_duck_grace_period (%s) must be shorter than lame_duck_duration (%s)",
		d.LameDuckGracePeriod, d.LameDuckDuration)
	check(d.MaxSubscriptions < 0, "max_subscriptions %d is negative", d.MaxSubscriptions)
	if err == nil {
		errs = append(errs, policy.Validate())
	}
	check(d.WebSocket != nil && d.WebSocket.JWTCookie != "" && policy.Authority == nil && err == nil, "websocket: a jwt_cookie needs an operator")
	for _, p := range d.ProxyNetworks {
		_, err := netip.ParsePrefix(p)
		check(err != nil, "proxy_protocol: %q is not a network such as 10.0.0.0/8", p)
	}
	if d.TLS != nil && !d.NoListen {
		errs = append(errs, d.TLS.Validate())
	}
	if d.WebSocket != nil {
		errs = append(errs, d.WebSocket.Validate())
	}
	if d.Cluster != nil {
		errs = append(errs, d.Cluster.Validate())
	}
	if d.LeafNodes != nil {
		known := func(string) bool { return true } // if it is not known who there is, that has been said
		if err == nil {
			known = func(name string) bool { return hasAccount(&policy, name) }
		}
		errs = append(errs, d.LeafNodes.ValidateWith(known))
	}
	return errors.Join(errs...)
}

// WithDefaults is the configuration with its defaults filled in.
func (c *Config) WithDefaults() Config {
	d := *c
	d.Host = cmp.Or(d.Host, "0.0.0.0")
	d.Port = cmp.Or(d.Port, DefaultPort)
	d.Version = cmp.Or(d.Version, Version())
	if d.SystemAccount == "" && !d.NoSystemAccount {
		signed := d.signed()
		d.SystemAccount = cmp.Or(signed.SystemAccount(), access.SystemAccount)
	}
	if d.AuthTimeout = cmp.Or(d.AuthTimeout, DefaultAuthTimeout); c.AuthTimeout == 0 && d.TLS != nil { // the handshake is a part of it
		d.AuthTimeout = max(d.AuthTimeout, d.TLS.HandshakeTimeout()+time.Second)
	}
	d.MaxControlLine = cmp.Or(d.MaxControlLine, DefaultMaxControlLine)
	d.MaxPayload = cmp.Or(d.MaxPayload, DefaultMaxPayload)
	d.MaxPending = cmp.Or(d.MaxPending, DefaultMaxPending)
	if d.MaxPayload == unlimited {
		d.MaxPayload = max(min(d.MaxPending, maxPayloadLimit), 1)
	}
	d.WriteDeadline = cmp.Or(d.WriteDeadline, DefaultWriteDeadline)
	d.Overrun = cmp.Or(d.Overrun, OverrunEvict)
	if d.OutboundBudget == 0 {
		d.OutboundBudget = pressure.DefaultBudget()
	}
	d.InboundBudget = cmp.Or(d.InboundBudget, max(DefaultInboundBudget, 4*d.MaxPayload))
	d.MaxConnections = cmp.Or(d.MaxConnections, DefaultMaxConnections)
	if d.Cluster != nil {
		d.Cluster = d.Cluster.withDefaults()
	}
	if l := d.LeafNodes.port(); l != nil {
		with := *d.LeafNodes
		with.Listen = l.withDefaults()
		d.LeafNodes = &with
	}
	if d.MaxSubscriptions == unlimited {
		d.MaxSubscriptions = 0
	}
	d.MaxClosedClients = cmp.Or(d.MaxClosedClients, DefaultMaxClosedClients)
	d.PingInterval = cmp.Or(d.PingInterval, DefaultPingInterval)
	d.PingMax = cmp.Or(d.PingMax, DefaultPingMax)
	d.LameDuckDuration = cmp.Or(d.LameDuckDuration, DefaultLameDuckDuration)
	d.LameDuckGracePeriod = cmp.Or(d.LameDuckGracePeriod, min(DefaultLameDuckGracePeriod, d.LameDuckDuration/2))
	d.Partitions = cmp.Or(d.Partitions, runtime.GOMAXPROCS(0))
	if d.Logger == nil {
		d.Logger = host.Silent()
	} else {
		d.Logger = oneline.Logger(d.Logger)
	}
	return d
}
