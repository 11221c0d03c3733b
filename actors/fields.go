package actors

import (
	"errors"
	"fmt"
	"reflect"
)

// Change is one setting that a reload has changed.
type Change struct {
	Key      string // in a configuration file
	Old, New string // empty where they are secret, or too much to read
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

// fate is what becomes of a changed field at a reload.
type fate int

const (
	// fixed cannot be changed while the broker runs.
	fixed fate = iota
	// kept is not a matter of configuration: the old value stays.
	kept
	// live is read anew whenever it is needed.
	live
	// judged concerns connections that are there: each looks at itself anew.
	judged
)

// field is a field of Config, and what is said and done about a change of it.
type field struct {
	name   string
	key    string
	fate   fate
	opaque bool // its values are not to be shown
}

// fields has a row for each field of Config.
var fields = []field{
	{name: "Host", key: "host"},
	{name: "Port", key: "port"},
	{name: "NoListen", key: "no_listen"},
	{name: "UnixSocket", key: "unix_socket"},
	{name: "TLS", key: "tls", fate: judged, opaque: true},
	{name: "AllowNonTLS", key: "allow_non_tls"},
	{name: "WebSocket", key: "websocket", opaque: true},
	{name: "ServerName", key: "server_name"},
	{name: "ClusterName", key: "cluster name"},
	{name: "Version", key: "version", fate: kept},
	{name: "Tags", key: "tags", fate: live},
	{name: "Metadata", key: "metadata", fate: live},
	{name: "ClientAdvertise", key: "client_advertise", fate: live},
	{name: "User", key: "authorization username", fate: judged, opaque: true},
	{name: "Password", key: "authorization password", fate: judged, opaque: true},
	{name: "Token", key: "authorization token", fate: judged, opaque: true},
	{name: "Users", key: "authorization users", fate: judged, opaque: true},
	{name: "NoAuthUser", key: "no_auth_user", fate: judged},
	{name: "Accounts", key: "accounts", fate: judged, opaque: true},
	{name: "Mappings", key: "mappings", fate: judged, opaque: true},
	{name: "SystemAccount", key: "system_account"},
	{name: "Operators", key: "operator", fate: judged, opaque: true},
	{name: "TrustedKeys", key: "trusted_keys", fate: judged, opaque: true},
	{name: "AccountTokens", key: "resolver_preload", fate: judged, opaque: true},
	{name: "DefaultPermissions", key: "default_permissions", fate: judged, opaque: true},
	{name: "AuthTimeout", key: "authorization timeout", fate: live},
	{name: "MaxControlLine", key: "max_control_line", fate: judged},
	{name: "MaxPayload", key: "max_payload", fate: judged},
	{name: "MaxPending", key: "max_pending", fate: live},
	{name: "WriteDeadline", key: "write_deadline", fate: live},
	{name: "Overrun", key: "overrun", fate: judged},
	{name: "OutboundBudget", key: "outbound_budget", fate: live},
	{name: "InboundBudget", key: "inbound_budget", fate: live},
	{name: "MaxConnections", key: "max_connections", fate: judged},
	{name: "MaxConnectionsPerAddress", key: "max_connections_per_address"},
	{name: "MaxAttemptsPerAddress", key: "max_attempts_per_address"},
	{name: "MaxSubscriptions", key: "max_subscriptions", fate: judged},
	{name: "MaxClosedClients", key: "max_closed_clients", fate: live},
	{name: "MaxSubTokens", key: "max_sub_tokens", fate: live},
	{name: "PingInterval", key: "ping_interval", fate: live},
	{name: "PingMax", key: "ping_max", fate: live},
	{name: "LameDuckDuration", key: "lame_duck_duration", fate: live},
	{name: "LameDuckGracePeriod", key: "lame_duck_grace_period", fate: live},
	{name: "NoHeaders", key: "no_header_support"},
	{name: "Partitions", key: "partitions"},
	{name: "Logger", key: "logger", fate: kept},
	{name: "Trace", key: "trace", fate: judged},
	{name: "MaxTracedMessage", key: "max_traced_msg_len", fate: live},
}

// diff compares two configurations, their defaults filled in. The error names
// every change that a running broker cannot make; toJudge is whether connections
// have to look at themselves.
func diff(old, now *Config) (changes Changes, toJudge bool, err error) {
	var errs []error
	a, b := reflect.ValueOf(old).Elem(), reflect.ValueOf(now).Elem()
	for _, f := range fields {
		from, to := a.FieldByName(f.name), b.FieldByName(f.name)
		if f.fate == kept || same(from, to) {
			continue
		}
		c := Change{Key: f.key}
		if !f.opaque {
			c.Old, c.New = fmt.Sprint(from.Interface()), fmt.Sprint(to.Interface())
		}
		if f.fate == fixed {
			errs = append(errs, &FixedError{c})
			continue
		}
		changes = append(changes, c)
		toJudge = toJudge || f.fate == judged
	}
	return changes, toJudge, errors.Join(errs...)
}

// same takes an empty list for none at all.
func same(a, b reflect.Value) bool {
	if k := a.Kind(); (k == reflect.Slice || k == reflect.Map) && a.Len() == 0 && b.Len() == 0 {
		return true
	}
	return reflect.DeepEqual(a.Interface(), b.Interface())
}

// FixedError refuses a change that a running broker cannot make.
type FixedError struct{ Change Change }

// Error names the setting, and its values if they may be shown.
func (e *FixedError) Error() string {
	c := &e.Change
	if c.Old == "" && c.New == "" {
		return "config reload not supported for " + c.Key
	}
	return fmt.Sprintf("config reload not supported for %s: old=%s, new=%s", c.Key, c.Old, c.New)
}
