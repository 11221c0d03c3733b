package conf

import (
	"fmt"
	"net/netip"
	"strings"
	"time"

	"github.com/troupe-mq/troupe/actors/config"

	"github.com/troupe-mq/troupe/cmd/troupe/conf/internal/network"
	"github.com/troupe-mq/troupe/cmd/troupe/conf/internal/storage"
	"github.com/troupe-mq/troupe/cmd/troupe/conf/lang"
	"github.com/troupe-mq/troupe/cmd/troupe/logging"
)

// keys are the keys of the file's top level that Troupe honours, and what is done with one value. Where the value is a
// block, see blocks. A block's own keys are in tables of their own.
var keys = lang.Table(map[string]func(*Settings, any) error{
	"listen":                 lang.Address(func(s *Settings) (*string, *int) { return &s.Broker.Host, &s.Broker.Port }),
	"host net":               lang.Text(func(s *Settings) *string { return &s.Broker.Host }),
	"port":                   lang.Number(func(s *Settings) *int { return &s.Broker.Port }),
	"server_metadata":        lang.NeedsBlock[Settings]("server_metadata { NAME: VALUE }"),
	"server_name":            setServerName,
	"client_advertise":       lang.Text(func(s *Settings) *string { return &s.Broker.ClientAdvertise }),
	"authorization":          lang.NeedsBlock[Settings]("authorization { user: …, password: … }"),
	"no_auth_user":           lang.Text(func(s *Settings) *string { return &s.Broker.NoAuthUser }),
	"accounts":               lang.NeedsBlock[Settings]("accounts { NAME { users: […] } }, or a list of names"),
	"audit":                  setAudit,
	"extensions":             lang.NeedsBlock[Settings]("extensions { NAME { … } }"),
	"proxy_protocol":         setProxyProtocol,
	"ocsp":                   func(s *Settings, value any) error { return network.SetOCSP(&s.Broker, value) },
	"ocsp_cache":             lang.NeedsBlock[Settings]("true, false, or ocsp_cache { type: local }"),
	"proxies":                lang.NeedsBlock[Settings]("proxies { trusted [ { key: … } ] }"),
	"unix_socket":            lang.Text(func(s *Settings) *string { return &s.Broker.UnixSocket }),
	"tls":                    setTLS,
	"websocket ws":           lang.NeedsBlockOrOff[Settings]("websocket { port: 8080, tls { … } }"),
	"cluster":                lang.NeedsBlockOrOff[Settings]("cluster { name: …, port: 6222, routes: […] }"),
	"leafnodes leaf":         lang.NeedsBlock[Settings]("leafnodes { port: 7422, remotes [ { url: …, account: … } ] }"),
	"default_js_domain":      lang.NeedsBlock[Settings]("default_js_domain { ACCOUNT: DOMAIN }"),
	"jetstream":              setJetStream,
	"store_dir storedir":     lang.Text(func(s *Settings) *string { return &s.Engine.StoreDir }),
	"engine":                 setEngine,
	"mqtt":                   lang.NeedsBlockOrOff[Settings]("mqtt { port: 1883 }"),
	"allow_non_tls":          lang.Toggle(func(s *Settings) *bool { return &s.Broker.AllowNonTLS }),
	"no_header_support":      lang.Toggle(func(s *Settings) *bool { return &s.Broker.NoHeaders }),
	"strict_health":          lang.Toggle(func(s *Settings) *bool { return &s.Broker.StrictHealth }),
	"explain":                lang.Toggle(func(s *Settings) *bool { return &s.Broker.Explain }),
	"max_control_line":       lang.Number(func(s *Settings) *int { return &s.Broker.MaxControlLine }),
	"max_payload":            lang.Number(func(s *Settings) *int { return &s.Broker.MaxPayload }),
	"max_pending":            lang.Number(func(s *Settings) *int { return &s.Broker.MaxPending }),
	"ping_max":               lang.Number(func(s *Settings) *int { return &s.Broker.PingMax }),
	"ping_interval":          lang.Duration(func(s *Settings) *time.Duration { return &s.Broker.PingInterval }),
	"write_deadline":         lang.Duration(func(s *Settings) *time.Duration { return &s.Broker.WriteDeadline }),
	"lame_duck_duration":     setLameDuckDuration,
	"lame_duck_grace_period": lang.Duration(func(s *Settings) *time.Duration { return &s.Broker.LameDuckGracePeriod }),
	"partitions":             lang.Number(func(s *Settings) *int { return &s.Broker.Partitions }),
	"outbound_budget":        lang.Number(func(s *Settings) *int { return &s.Broker.OutboundBudget }),
	"inbound_budget":         lang.Number(func(s *Settings) *int { return &s.Broker.InboundBudget }),
	"overrun":                setOverrun,
	"http":                   lang.Address(func(s *Settings) (*string, *int) { return &s.Monitor.Host, &s.Monitor.Port }),
	"https":                  lang.Address(func(s *Settings) (*string, *int) { return &s.Monitor.Host, &s.HTTPSPort }),
	"https_port":             lang.Number(func(s *Settings) *int { return &s.HTTPSPort }),
	"http_base_path":         lang.Text(func(s *Settings) *string { return &s.Monitor.BasePath }),
	"lab":                    lang.Toggle(func(s *Settings) *bool { return &s.Monitor.Lab }),
	"no_ui":                  lang.Toggle(func(s *Settings) *bool { return &s.NoUI }),
	"prof_port":              lang.Number(func(s *Settings) *int { return &s.Profile.Port }),
	"prof_host":              lang.Text(func(s *Settings) *string { return &s.Profile.Host }),
	"prof_block_rate":        lang.Number(func(s *Settings) *int { return &s.Profile.BlockRate }),
	"trace_headers":          lang.Toggle(func(s *Settings) *bool { return &s.Broker.TraceHeaders }),
	"write_timeout":          setWriteTimeout,
	"max_traced_msg_len":     lang.Number(func(s *Settings) *int { return &s.Broker.MaxTracedMessage }),
	"debug":                  lang.Toggle(func(s *Settings) *bool { return &s.Log.Debug }),
	"trace trace_verbose":    setTrace,
	"logtime":                lang.Toggle(func(s *Settings) *bool { return &s.Log.Time }),
	"logtime_utc":            lang.Toggle(func(s *Settings) *bool { return &s.Log.UTC }),
	"log_format":             setLogFormat,
	"logfile log_file":       lang.Text(func(s *Settings) *string { return &s.Log.File }),
	"syslog":                 lang.Toggle(func(s *Settings) *bool { return &s.Log.LocalSyslog }),
	"remote_syslog":          setSyslog,
	"pid_file pidfile":       lang.Text(func(s *Settings) *string { return &s.PidFile }),
	"ports_file_dir":         lang.Text(func(s *Settings) *string { return &s.PortsFileDir }),

	"http_port monitor_port":                 lang.Number(func(s *Settings) *int { return &s.Monitor.Port }),
	"max_closed_clients":                     lang.Number(func(s *Settings) *int { return &s.Broker.MaxClosedClients }),
	"max_connections_per_address":            lang.Number(func(s *Settings) *int { return &s.Broker.MaxConnectionsPerAddress }),
	"max_attempts_per_address":               lang.Number(func(s *Settings) *int { return &s.Broker.MaxAttemptsPerAddress }),
	"no_system_account no_system no_sys_acc": lang.Toggle(func(s *Settings) *bool { return &s.Broker.NoSystemAccount }),
	"system_account system":                  lang.Text(func(s *Settings) *string { return &s.Broker.SystemAccount }),
	"max_connections max_conn":               setMaxConnections,
	"max_subscriptions max_subs":             lang.Number(func(s *Settings) *int { return &s.Broker.MaxSubscriptions }),
	"max_sub_tokens max_subscription_tokens": lang.Number(func(s *Settings) *int { return &s.Broker.MaxSubTokens }),
	"log_size_limit logfile_size_limit":      lang.Number(func(s *Settings) *int64 { return &s.Log.SizeLimit }),
	"log_max_num logfile_max_num":            lang.Number(func(s *Settings) *int { return &s.Log.MaxFiles }),
})

// leastLameDuck is what clients need to find another server in.
const leastLameDuck = 30 * time.Second

func setLameDuckDuration(s *Settings, value any) error {
	d, err := lang.ToDuration(value)
	if err == nil && d < leastLameDuck {
		err = fmt.Errorf("%s is too short: at least %s", d, leastLameDuck)
	}
	s.Broker.LameDuckDuration = d
	return err
}

// setMaxConnections takes 0 at its word: nobody comes in. A key that is not there is the default.
func setMaxConnections(s *Settings, value any) error {
	err := lang.Number(func(s *Settings) *int { return &s.Broker.MaxConnections })(s, value)
	if err == nil && s.Broker.MaxConnections == 0 {
		s.Broker.MaxConnections = -1
	}
	return err
}

// setOverrun leaves it to the broker to say which policies there are.
func setOverrun(s *Settings, value any) error {
	name, err := lang.ToText(value)
	s.Broker.Overrun = config.Overrun(strings.ToLower(name))
	return err
}

func setServerName(s *Settings, value any) error {
	name, err := lang.ToText(value)
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
	if b.ProxyProtocol, err = lang.ToBool(value); err == nil {
		return nil
	}
	b.ProxyProtocol = true
	return lang.EachText(value, func(name string) error {
		if _, err := netip.ParsePrefix(name); err != nil {
			return fmt.Errorf("needs true, false, or networks such as 10.0.0.0/8")
		}
		b.ProxyNetworks = append(b.ProxyNetworks, name)
		return nil
	})
}

func setTrace(s *Settings, value any) error {
	on, err := lang.ToBool(value)
	s.Log.Trace, s.Broker.Trace = on, on
	return err
}

func setSyslog(s *Settings, value any) error {
	address, err := lang.ToText(value)
	if err == nil && address != "" {
		_, _, err = logging.ParseSyslog(address)
	}
	s.Log.Syslog = address
	return err
}

func setLogFormat(s *Settings, value any) error {
	name, err := lang.ToText(value)
	if err != nil {
		return err
	}
	s.Log.Format, err = logging.ParseFormat(name)
	return err
}

// setTLS switches TLS on or off where there is no block.
func setTLS(s *Settings, value any) error {
	on, err := lang.ToBool(value)
	switch {
	case err != nil:
		return lang.NeedsBlock[Settings]("tls { cert_file: …, key_file: … }")(s, value)
	case on:
		s.tls()
	default:
		s.Broker.TLS = nil
	}
	return nil
}

// setWriteTimeout takes what becomes of a client that takes nothing: it is closed.
func setWriteTimeout(_ *Settings, value any) error {
	switch policy, err := lang.ToText(value); {
	case err != nil:
		return err
	case policy == "default" || policy == "close":
		return nil
	case policy == "retry":
		return &lang.MissingError{Key: "write_timeout", Feature: "clients that stay though they take nothing: default or close"}
	default:
		return fmt.Errorf("%q is neither default nor close", policy)
	}
}

// setJetStream takes a value that is no block. A flag comes here, too.
func setJetStream(s *Settings, value any) (err error) {
	s.Broker.OwnStreams, err = lang.ToEnabled(value)
	return err
}

// setEngine takes the path of the engine alone.
func setEngine(s *Settings, value any) error { return storage.SetPath(&s.Engine, value) }
