package conf

import (
	"fmt"
	"maps"
	"net/netip"
	"strings"
	"time"

	"github.com/troupe-mq/troupe/actors"
	"github.com/troupe-mq/troupe/cmd/troupe/logging"
)

// setter puts one value where it belongs.
type setter func(s *Settings, value any) error

// keys are the keys of the file's top level that Troupe honours. A block's own
// keys are in tables of their own.
var keys = index(map[string]setter{
	"listen":                 address(func(s *Settings) (*string, *int) { return &s.Broker.Host, &s.Broker.Port }),
	"host net":               text(func(s *Settings) *string { return &s.Broker.Host }),
	"port":                   number(func(s *Settings) *int { return &s.Broker.Port }),
	"server_metadata":        setMetadata,
	"server_name":            setServerName,
	"client_advertise":       text(func(s *Settings) *string { return &s.Broker.ClientAdvertise }),
	"authorization":          setAuthorization,
	"no_auth_user":           text(func(s *Settings) *string { return &s.Broker.NoAuthUser }),
	"accounts":               setAccounts,
	"audit":                  setAudit,
	"extensions":             setExtensions,
	"proxy_protocol":         setProxyProtocol,
	"unix_socket":            text(func(s *Settings) *string { return &s.Broker.UnixSocket }),
	"tls":                    setTLS,
	"websocket ws":           setWebSocket,
	"leafnodes leaf":         setLeafNodes,
	"jetstream":              setJetStream,
	"store_dir storedir":     text(func(s *Settings) *string { return &s.Engine.StoreDir }),
	"engine":                 setEngine,
	"mqtt":                   setMQTT,
	"allow_non_tls":          toggle(func(s *Settings) *bool { return &s.Broker.AllowNonTLS }),
	"no_header_support":      toggle(func(s *Settings) *bool { return &s.Broker.NoHeaders }),
	"strict_health":          toggle(func(s *Settings) *bool { return &s.Broker.StrictHealth }),
	"explain":                toggle(func(s *Settings) *bool { return &s.Broker.Explain }),
	"max_control_line":       number(func(s *Settings) *int { return &s.Broker.MaxControlLine }),
	"max_payload":            number(func(s *Settings) *int { return &s.Broker.MaxPayload }),
	"max_pending":            number(func(s *Settings) *int { return &s.Broker.MaxPending }),
	"ping_max":               number(func(s *Settings) *int { return &s.Broker.PingMax }),
	"ping_interval":          duration(func(s *Settings) *time.Duration { return &s.Broker.PingInterval }),
	"write_deadline":         duration(func(s *Settings) *time.Duration { return &s.Broker.WriteDeadline }),
	"lame_duck_duration":     setLameDuckDuration,
	"lame_duck_grace_period": duration(func(s *Settings) *time.Duration { return &s.Broker.LameDuckGracePeriod }),
	"partitions":             number(func(s *Settings) *int { return &s.Broker.Partitions }),
	"outbound_budget":        number(func(s *Settings) *int { return &s.Broker.OutboundBudget }),
	"inbound_budget":         number(func(s *Settings) *int { return &s.Broker.InboundBudget }),
	"overrun":                setOverrun,
	"http":                   address(func(s *Settings) (*string, *int) { return &s.Monitor.Host, &s.Monitor.Port }),
	"https":                  address(func(s *Settings) (*string, *int) { return &s.Monitor.Host, &s.HTTPSPort }),
	"https_port":             number(func(s *Settings) *int { return &s.HTTPSPort }),
	"http_base_path":         text(func(s *Settings) *string { return &s.Monitor.BasePath }),
	"lab":                    toggle(func(s *Settings) *bool { return &s.Monitor.Lab }),
	"no_ui":                  toggle(func(s *Settings) *bool { return &s.NoUI }),
	"prof_port":              number(func(s *Settings) *int { return &s.Profile.Port }),
	"prof_host":              text(func(s *Settings) *string { return &s.Profile.Host }),
	"prof_block_rate":        number(func(s *Settings) *int { return &s.Profile.BlockRate }),
	"max_traced_msg_len":     number(func(s *Settings) *int { return &s.Broker.MaxTracedMessage }),
	"debug":                  toggle(func(s *Settings) *bool { return &s.Log.Debug }),
	"trace trace_verbose":    setTrace,
	"logtime":                toggle(func(s *Settings) *bool { return &s.Log.Time }),
	"logtime_utc":            toggle(func(s *Settings) *bool { return &s.Log.UTC }),
	"log_format":             setLogFormat,
	"logfile log_file":       text(func(s *Settings) *string { return &s.Log.File }),
	"syslog":                 toggle(func(s *Settings) *bool { return &s.Log.LocalSyslog }),
	"remote_syslog":          setSyslog,
	"pid_file pidfile":       text(func(s *Settings) *string { return &s.PidFile }),
	"ports_file_dir":         text(func(s *Settings) *string { return &s.PortsFileDir }),

	"http_port monitor_port":                 number(func(s *Settings) *int { return &s.Monitor.Port }),
	"max_closed_clients":                     number(func(s *Settings) *int { return &s.Broker.MaxClosedClients }),
	"max_connections_per_address":            number(func(s *Settings) *int { return &s.Broker.MaxConnectionsPerAddress }),
	"max_attempts_per_address":               number(func(s *Settings) *int { return &s.Broker.MaxAttemptsPerAddress }),
	"no_system_account no_system no_sys_acc": toggle(func(s *Settings) *bool { return &s.Broker.NoSystemAccount }),
	"system_account system":                  text(func(s *Settings) *string { return &s.Broker.SystemAccount }),
	"max_connections max_conn":               setMaxConnections,
	"max_subscriptions max_subs":             number(func(s *Settings) *int { return &s.Broker.MaxSubscriptions }),
	"max_sub_tokens max_subscription_tokens": number(func(s *Settings) *int { return &s.Broker.MaxSubTokens }),
	"log_size_limit logfile_size_limit":      number(func(s *Settings) *int64 { return &s.Log.SizeLimit }),
	"log_max_num logfile_max_num":            number(func(s *Settings) *int { return &s.Log.MaxFiles }),
})

// authorization are the keys of the authorization block. The command line
// reaches them by [Settings.SetAuthorization].
var authorization = index(map[string]setter{
	"user username": text(func(s *Settings) *string { return &s.Broker.User }),
	"password pass": text(func(s *Settings) *string { return &s.Broker.Password }),
	"token":         text(func(s *Settings) *string { return &s.Broker.Token }),
	"timeout":       duration(func(s *Settings) *time.Duration { return &s.Broker.AuthTimeout }),
})

// index gives each of the names of a setter, blanks between them, an entry.
func index[F any](table map[string]F) map[string]F {
	flat := make(map[string]F)
	for names, set := range maps.All(table) {
		for name := range strings.FieldsSeq(names) {
			flat[name] = set
		}
	}
	return flat
}

// SetAuthorization sets a key of the authorization block.
func (s *Settings) SetAuthorization(key string, value any) error {
	lower := strings.ToLower(key)
	if set, ok := authorization[lower]; ok {
		if err := set(s, value); err != nil {
			return fmt.Errorf("%q: %w", key, err)
		}
		return nil
	}
	if feature, ok := missingAuthorization[lower]; ok {
		return &MissingError{Key: key, Feature: feature}
	}
	return fmt.Errorf("%w %q", ErrUnknown, key)
}

// setAuthorization is reached by a value that is no block; blocks are walked
// key by key, so that a mistake in one is reported where it stands.
func setAuthorization(*Settings, any) error {
	return fmt.Errorf("needs a block: authorization { user: …, password: … }")
}

// setAccounts is setAuthorization for accounts.
func setAccounts(*Settings, any) error {
	return fmt.Errorf("needs a block: accounts { NAME { users: […] } }, or a list of names")
}

// setExtensions is setAuthorization for extensions.
func setExtensions(*Settings, any) error {
	return fmt.Errorf("needs a block: extensions { NAME { … } }")
}

// setMetadata is setAuthorization for what the operator has names for.
func setMetadata(*Settings, any) error {
	return fmt.Errorf("needs a block: server_metadata { NAME: VALUE }")
}

// leastLameDuck is what clients need to find another server in.
const leastLameDuck = 30 * time.Second

func setLameDuckDuration(s *Settings, value any) error {
	d, err := toDuration(value)
	if err == nil && d < leastLameDuck {
		err = fmt.Errorf("%s is too short: at least %s", d, leastLameDuck)
	}
	s.Broker.LameDuckDuration = d
	return err
}

// setMaxConnections takes 0 at its word: nobody comes in. A key that is not there is the default.
func setMaxConnections(s *Settings, value any) error {
	err := number(func(s *Settings) *int { return &s.Broker.MaxConnections })(s, value)
	if err == nil && s.Broker.MaxConnections == 0 {
		s.Broker.MaxConnections = -1
	}
	return err
}

// setOverrun leaves it to the broker to say which policies there are.
func setOverrun(s *Settings, value any) error {
	name, err := toText(value)
	s.Broker.Overrun = actors.Overrun(strings.ToLower(name))
	return err
}

func setServerName(s *Settings, value any) error {
	name, err := toText(value)
	if err != nil {
		return err
	}
	if strings.ContainsAny(name, " \t\r\n") {
		return fmt.Errorf("a server's name cannot contain blanks")
	}
	s.Broker.ServerName = name
	return nil
}

// setProxyProtocol takes true, or the networks that proxies are in.
func setProxyProtocol(s *Settings, value any) (err error) {
	b := &s.Broker
	b.ProxyNetworks = nil
	if b.ProxyProtocol, err = toBool(value); err == nil {
		return nil
	}
	b.ProxyProtocol = true
	return eachName(value, func(name string) error {
		if _, err := netip.ParsePrefix(name); err != nil {
			return fmt.Errorf("needs true, false, or networks such as 10.0.0.0/8")
		}
		b.ProxyNetworks = append(b.ProxyNetworks, name)
		return nil
	})
}

func setTrace(s *Settings, value any) error {
	on, err := toBool(value)
	s.Log.Trace, s.Broker.Trace = on, on
	return err
}

func setSyslog(s *Settings, value any) error {
	address, err := toText(value)
	if err == nil && address != "" {
		_, _, err = logging.ParseSyslog(address)
	}
	s.Log.Syslog = address
	return err
}

func setLogFormat(s *Settings, value any) error {
	name, err := toText(value)
	if err != nil {
		return err
	}
	s.Log.Format, err = logging.ParseFormat(name)
	return err
}
