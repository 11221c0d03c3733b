package config

import (
	"errors"
	"fmt"
	"slices"

	"github.com/troupe-mq/troupe/actors/fields"
)

// Change is one setting that a reload has changed.
type Change struct {
	Key      string // its name in a configuration file
	Old, New string // its values; empty where they are secret, or too long to read
}

// String is the change as a log line says it.
func (c Change) String() string {
	if c.Old == "" && c.New == "" {
		return c.Key
	}
	return c.Key + " = " + c.New
}

// Changes are what a reload has changed, in the order of Config.
type Changes []Change

// table has a row for each field of Config.
var table = []fields.Field{
	{Name: "Host", Key: "host", Fate: fields.Live},
	{Name: "Port", Key: "port", Fate: fields.Live},
	{Name: "NoListen", Key: "no_listen", Fate: fields.Live},
	{Name: "UnixSocket", Key: "unix_socket", Fate: fields.Live},
	{Name: "TLS", Key: "tls", Fate: fields.Judged, Opaque: true},
	{Name: "OCSP", Key: "ocsp", Fate: fields.Live, Opaque: true},
	{Name: "AllowNonTLS", Key: "allow_non_tls", Fate: fields.Live},
	{Name: "ProxyProtocol", Key: "proxy_protocol", Fate: fields.Live},
	{Name: "ProxyNetworks", Key: "proxy_protocol", Fate: fields.Live, Opaque: true},
	{Name: "TrustedProxies", Key: "proxies", Fate: fields.Judged},
	{Name: "ProxyRequired", Key: "authorization proxy_required", Fate: fields.Judged},
	{Name: "WebSocket", Key: "websocket", Fate: fields.Judged, Opaque: true},
	{Name: "ServerName", Key: "server_name", Fate: fields.Live},
	{Name: "ClusterName", Key: "cluster name", Fate: fields.Live},
	{Name: "Cluster", Key: "cluster", Fate: fields.Live, Opaque: true},
	{Name: "Version", Key: "version", Fate: fields.Kept},
	{Name: "Tags", Key: "tags", Fate: fields.Live},
	{Name: "Metadata", Key: "metadata", Fate: fields.Live},
	{Name: "ClientAdvertise", Key: "client_advertise", Fate: fields.Live},
	{Name: "User", Key: "authorization username", Fate: fields.Judged, Opaque: true},
	{Name: "Password", Key: "authorization password", Fate: fields.Judged, Opaque: true},
	{Name: "Token", Key: "authorization token", Fate: fields.Judged, Opaque: true},
	{Name: "Users", Key: "authorization users", Fate: fields.Judged, Opaque: true},
	{Name: "NoAuthUser", Key: "no_auth_user", Fate: fields.Judged},
	{Name: "Accounts", Key: "accounts", Fate: fields.Judged, Opaque: true},
	{Name: "Mappings", Key: "mappings", Fate: fields.Judged, Opaque: true},
	{Name: "SystemAccount", Key: "system_account", Fate: fields.Judged},
	{Name: "NoSystemAccount", Key: "no_system_account", Why: "what answers there starts and ends with the broker"},
	{Name: "OwnStreams", Key: "jetstream", Why: "who stores is an actor of the start"},
	{Name: "Operators", Key: "operator", Fate: fields.Judged, Opaque: true},
	{Name: "TrustedKeys", Key: "trusted_keys", Fate: fields.Judged, Opaque: true},
	{Name: "AccountTokens", Key: "resolver_preload", Fate: fields.Judged, Opaque: true},
	{Name: "PinnedAccounts", Key: "resolver_pinned_accounts", Fate: fields.Judged, Opaque: true},
	{Name: "AccountSource", Key: "resolver", Fate: fields.Kept},
	{Name: "DefaultSentinel", Key: "default_sentinel", Fate: fields.Judged, Opaque: true},
	{Name: "AuthCallout", Key: "auth_callout", Fate: fields.Judged, Opaque: true},
	{Name: "DefaultPermissions", Key: "default_permissions", Fate: fields.Judged, Opaque: true},
	{Name: "AuthTimeout", Key: "authorization timeout", Fate: fields.Live},
	{Name: "MaxControlLine", Key: "max_control_line", Fate: fields.Judged},
	{Name: "MaxPayload", Key: "max_payload", Fate: fields.Judged},
	{Name: "MaxPending", Key: "max_pending", Fate: fields.Judged},
	{Name: "WriteDeadline", Key: "write_deadline", Fate: fields.Live},
	{Name: "Overrun", Key: "overrun", Fate: fields.Judged},
	{Name: "OutboundBudget", Key: "outbound_budget", Fate: fields.Live},
	{Name: "InboundBudget", Key: "inbound_budget", Fate: fields.Live},
	{Name: "MaxConnections", Key: "max_connections", Fate: fields.Judged},
	{Name: "MaxConnectionsPerAddress", Key: "max_connections_per_address", Fate: fields.Live},
	{Name: "MaxAttemptsPerAddress", Key: "max_attempts_per_address", Fate: fields.Live},
	{Name: "MaxSubscriptions", Key: "max_subscriptions", Fate: fields.Judged},
	{Name: "MaxClosedClients", Key: "max_closed_clients", Fate: fields.Live},
	{Name: "MaxSubTokens", Key: "max_sub_tokens", Fate: fields.Live},
	{Name: "PingInterval", Key: "ping_interval", Fate: fields.Live},
	{Name: "PingMax", Key: "ping_max", Fate: fields.Live},
	{Name: "LameDuckDuration", Key: "lame_duck_duration", Fate: fields.Live},
	{Name: "LameDuckGracePeriod", Key: "lame_duck_grace_period", Fate: fields.Live},
	{Name: "LeafNodes", Key: "leafnodes", Fate: fields.Judged, Opaque: true},
	{Name: "NoHeaders", Key: "no_header_support", Fate: fields.Live},
	{Name: "Partitions", Key: "partitions", Fate: fields.Live},
	{Name: "Logger", Key: "logger", Fate: fields.Kept},
	{Name: "StrictHealth", Key: "strict_health", Fate: fields.Live},
	{Name: "Explain", Key: "explain", Fate: fields.Live},
	{Name: "Trace", Key: "trace", Fate: fields.Judged},
	{Name: "TraceHeaders", Key: "trace_headers", Fate: fields.Live},
	{Name: "MaxTracedMessage", Key: "max_traced_msg_len", Fate: fields.Live},
}

// Diff compares two configurations, their defaults filled in. The error names every change that a running broker
// cannot make, each a [FixedError]. toJudge is whether clients have to be judged anew.
func Diff(old, now *Config) (changes Changes, toJudge bool, err error) {
	var errs []error
	for _, d := range fields.Differences(table, old, now) {
		c := Change{Key: d.Key, Old: d.Old, New: d.New}
		if why, fixed := fate(d.Field, old, now); fixed {
			errs = append(errs, &FixedError{c, why})
			continue
		}
		changes = append(changes, c)
		toJudge = toJudge || d.Fate == fields.Judged
	}
	if !old.Cluster.sameAddress(now.Cluster) {
		errs = append(errs, &FixedError{Change{Key: "cluster listen"}, "other servers make their routes to that address"})
	}
	return changes, toJudge, errors.Join(errs...)
}

// toldToServers are the fields that other servers are told once, when a connection to them begins.
var toldToServers = []string{"ServerName", "ClusterName", "NoHeaders"}

// fate reports whether a change takes a restart, and why.
func fate(f *fields.Field, old, now *Config) (why string, fixed bool) {
	if slices.Contains(toldToServers, f.Name) && (old.hasNeighbours() || now.hasNeighbours()) {
		return "other servers have been told", true
	}
	return f.Why, f.Fate == fields.Fixed
}

// hasNeighbours reports whether other servers know this one.
func (c *Config) hasNeighbours() bool { return c.Cluster != nil || c.LeafNodes != nil || c.OwnStreams }

// FixedError refuses a change that a running broker cannot make.
type FixedError struct {
	Change Change
	Why    string // empty: it is so
}

// Error names the setting in the words of nats-server, its values if they may be shown, and what would do.
func (e *FixedError) Error() string {
	c := &e.Change
	text := "config reload not supported for " + c.Key
	if c.Old != "" || c.New != "" {
		text += fmt.Sprintf(": old=%s, new=%s", c.Old, c.New)
	}
	text += ": it takes a restart"
	if e.Why != "" {
		text += ", since " + e.Why
	}
	return text
}
