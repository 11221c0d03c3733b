package conf_test

import (
	"crypto/tls"
	"path/filepath"
	"testing"
	"time"

	"github.com/troupe-mq/troupe/actors/config"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/actors"
	"github.com/troupe-mq/troupe/actors/access"
	"github.com/troupe-mq/troupe/actors/monitor"
	"github.com/troupe-mq/troupe/actors/profile"
	"github.com/troupe-mq/troupe/cmd/troupe/conf"
	"github.com/troupe-mq/troupe/cmd/troupe/conf/internal/conftest"
	"github.com/troupe-mq/troupe/cmd/troupe/logging"
)

func TestKeys(t *testing.T) {
	t.Setenv("TROUPE_TEST_PORT", "4333")
	timed := logging.Options{Time: true}
	broker := func(c actors.Config) conf.Settings { return conf.Settings{Broker: c, Log: timed} }
	watched := func(c monitor.Config) conf.Settings { return conf.Settings{Monitor: c, Log: timed} }
	tests := []struct {
		name, text string
		want       conf.Settings
	}{
		{"nothing", "# only a remark\n", broker(actors.Config{})},
		{"listen", `listen: "127.0.0.1:4999"`, broker(actors.Config{Host: "127.0.0.1", Port: 4999})},
		{"listen without quotes", `listen: localhost:-1`, broker(actors.Config{Host: "localhost", Port: -1})},
		{"listen IPv6", `listen: "[::1]:4222"`, broker(actors.Config{Host: "::1", Port: 4222})},
		{"listen on a port", `listen: 4999`, broker(actors.Config{Port: 4999})},
		{"host and port", "host = '::'; port = -1", broker(actors.Config{Host: "::", Port: -1})},
		{"accounts", `accounts {
			B { imports: [ {stream: {account: A, subject: "s.*"}, to: "x.$1"}, {stream: {account: A, subject: "s.a"}, prefix: p}
				{service: {account: A, subject: r}, to: "my.r", share: true} ] }
			A { users: [ {user: a, password: b}, {nkey: UBHDODHUWATHAPWM4B666GTI3OYEHV4VDY2WFDTQOWCSMDANAITXRP4W} ], jetstream: disabled
				exports: [ {stream: "s.>"}, {service: r, accounts: [B], response_type: Chunked, response_threshold: "3s"}
					{service: v, latency: l}, {service: w, latency: {sampling: 5%, subject: l}}, {service: u, latency: {sampling: headers, subject: l}} ]
				limits { max_conn: 7, max_subs: -1, max_payload: 1KB, max_leafs: 0 }
				default_permissions { publish: x } }
			Ops { users: [], limits { max_connections: 0 } }
		}
		system_account: Ops`, broker(actors.Config{SystemAccount: "Ops", Accounts: []access.Account{
			{
				Name:  "A",
				Users: []access.User{{Name: "a", Password: "b"}, {NKey: "UBHDODHUWATHAPWM4B666GTI3OYEHV4VDY2WFDTQOWCSMDANAITXRP4W"}},
				Exports: []access.Export{
					{Stream: "s.>"},
					{Service: "r", Private: true, Accounts: []string{"B"}, Responses: access.Chunked, Threshold: 3 * time.Second},
					{Service: "v", Latency: &access.Latency{Subject: "l", Sampling: 100}},
					{Service: "w", Latency: &access.Latency{Subject: "l", Sampling: 5}},
					{Service: "u", Latency: &access.Latency{Subject: "l"}},
				},
				Limits:  access.Limits{MaxConnections: 7, MaxLeafNodes: -1, MaxPayload: 1024},
				Default: &access.Permissions{Publish: access.Rules{Allow: []string{"x"}}},
			},
			{Name: "B", Imports: []access.Import{
				{Account: "A", Stream: "s.*", To: "x.$1"},
				{Account: "A", Stream: "s.a", Prefix: "p"},
				{Account: "A", Service: "r", To: "my.r", Share: true},
			}},
			{Name: "Ops", Users: []access.User{}, Limits: access.Limits{MaxConnections: -1}},
		}})},
		{"net", `net: 10.0.0.1`, broker(actors.Config{Host: "10.0.0.1"})},
		{"nobody at all", "max_connections: 0", broker(actors.Config{MaxConnections: -1})},
		{"any case", "MAX_PAYLOAD: 8k\nServer_Name n1", broker(actors.Config{MaxPayload: 8000, ServerName: "n1"})},
		{"plain JSON", `{"port": 4999, "authorization": {"token": "t"}}`, broker(actors.Config{Port: 4999, Token: "t"})},
		{"environment", "port: $TROUPE_TEST_PORT", broker(actors.Config{Port: 4333})},
		{"variable", "MY: s3\nauthorization { token: $MY }", broker(actors.Config{Token: "s3"})},
		{"bcrypt is no variable", "authorization {user: amy, pass: $2a$05$kkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkk}", broker(actors.Config{User: "amy", Password: "$2a$05$kkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkk"})},
		{"authorization", "authorization {username: u, password: p, timeout: 1.5}", broker(actors.Config{User: "u", Password: "p", AuthTimeout: 1500 * time.Millisecond})},
		{"users", "no_auth_user: guest\nauthorization {\n users = [\n {user: guest, password: g, permission: {pub: a.b, sub: [\"c.>\", \"d q.*\"]}}\n {username: w, pass: $2a$05$xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx, connection_types: [websocket, standard]}\n {nkey: UBHDODHUWATHAPWM4B666GTI3OYEHV4VDY2WFDTQOWCSMDANAITXRP4W}\n ]\n timeout: 3\n default_permissions { publish: {allow: x, deny: [y]}, allow_responses: {max: 5, expires: \"1m\"} } }", broker(actors.Config{
			NoAuthUser: "guest", AuthTimeout: 3 * time.Second,
			Users: []access.User{
				{Name: "guest", Password: "g", Permissions: &access.Permissions{Publish: access.Rules{Allow: []string{"a.b"}}, Subscribe: access.Rules{Allow: []string{"c.>", "d q.*"}}}},
				{Name: "w", Password: "$2a$05$xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", ConnectionTypes: []string{"websocket", "standard"}},
				{NKey: "UBHDODHUWATHAPWM4B666GTI3OYEHV4VDY2WFDTQOWCSMDANAITXRP4W"},
			},
			DefaultPermissions: &access.Permissions{
				Publish:   access.Rules{Allow: []string{"x"}, Deny: []string{"y"}},
				Responses: &access.Responses{Max: 5, Expires: time.Minute},
			},
		})},
		{"users, overrun", "authorization {users: [{user: u, overrun: drop_old}]}", broker(actors.Config{Users: []access.User{{Name: "u", Overrun: "drop_old"}}})},
		{"users, other names", "authorization {users: [{user: u, authorization: {import: i, export: {deny: e}, publish_allow_responses: {ttl: -1, max_msgs: -4}}}]}", broker(actors.Config{Users: []access.User{{Name: "u", Permissions: &access.Permissions{
			Publish: access.Rules{Allow: []string{"i"}}, Subscribe: access.Rules{Deny: []string{"e"}}, Responses: &access.Responses{Max: -1, Expires: -1},
		}}}})},
		{"users, by a variable", "authorization {P = {publish: a, allow_responses: true}\nusers: [{user: u, permissions: $P}, {user: v, permissions: {allow_responses: false}}]}", broker(actors.Config{Users: []access.User{
			{Name: "u", Permissions: &access.Permissions{Publish: access.Rules{Allow: []string{"a"}}, Responses: &access.Responses{}}},
			{Name: "v", Permissions: &access.Permissions{}},
		}})},
		{"limits", "max_conn 1, max_subs 2, max_subscription_tokens 3, max_control_line 4Ki, max_pending 1MB", broker(actors.Config{MaxConnections: 1, MaxSubscriptions: 2, MaxSubTokens: 3, MaxControlLine: 4096, MaxPending: 1 << 20})},
		{"durations", "ping_interval: 20, write_deadline: '7s', ping_max: 3", broker(actors.Config{PingInterval: 20 * time.Second, WriteDeadline: 7 * time.Second, PingMax: 3})},
		{"cluster of one", "cluster { name: c, port: 0 }", broker(actors.Config{ClusterName: "c"})},
		{"no cluster", "cluster: disabled", broker(actors.Config{})},
		{"cluster", `cluster {
			name: c, listen: "h:-1", advertise: "a:2", no_advertise: true, connect_retries: 3, connect_backoff: true, ping_interval: 4s
			pool_size: 5, accounts: [A, B], compression { mode: s2_auto, rtt_thresholds: [10ms, "1s"] }
			authorization { user: u, password: p, timeout: 0.5 }, routes: [ "nats-route://x:1", y ]
			permissions { import: in, export { allow: ["*"], deny: [b, c] } }
		}`, broker(actors.Config{ClusterName: "c", Cluster: &actors.Cluster{
			Host: "h", Port: -1, Advertise: "a:2", NoAdvertise: true, ConnectRetries: 3, ConnectBackoff: true, PingInterval: 4 * time.Second,
			PoolSize: 5, Accounts: []string{"A", "B"}, Compression: "s2_auto", RTTThresholds: []time.Duration{10 * time.Millisecond, time.Second},
			User: "u", Password: "p", AuthTimeout: 500 * time.Millisecond, Routes: []string{"nats-route://x:1", "y"},
			Import: &access.Rules{Allow: []string{"in"}}, Export: &access.Rules{Allow: []string{"*"}, Deny: []string{"b", "c"}},
		}})},
		{"cluster with compression", "cluster { port: 1, compression: yes }", broker(actors.Config{Cluster: &actors.Cluster{Port: 1, Compression: "s2_fast"}})},
		{"cluster without", "cluster { port: 1, compression: off, pool_size: -1 }", broker(actors.Config{Cluster: &actors.Cluster{Port: 1, Compression: "off", PoolSize: -1}})},
		{"ours", "partitions: 3; no_header_support: yes; client_advertise: 'a:1'", broker(actors.Config{Partitions: 3, NoHeaders: true, ClientAdvertise: "a:1"})},
		{"ours, against unfinished messages", "inbound_budget: 96MB", broker(actors.Config{InboundBudget: 96 << 20})},
		{"ours, against slow clients", "outbound_budget: 128MB; overrun: Drop_Old", broker(actors.Config{OutboundBudget: 128 << 20, Overrun: config.OverrunDropOld})},
		{"tags", "server_tags: [A, ' b ', a]; server_metadata { Zone: x, n: '1' }", broker(actors.Config{Tags: []string{"a", "b"}, Metadata: map[string]string{"Zone": "x", "n": "1"}})},
		{"one tag", "server_tags: 'zone:x'", broker(actors.Config{Tags: []string{"zone:x"}})},
		{"lame duck", "lame_duck_duration: '30s'; lame_duck_grace_period: 5", broker(actors.Config{LameDuckDuration: 30 * time.Second, LameDuckGracePeriod: 5 * time.Second})},
		{"ours, for each address", "max_connections_per_address: 2; max_attempts_per_address: 3", broker(actors.Config{MaxConnectionsPerAddress: 2, MaxAttemptsPerAddress: 3})},
		{"monitoring", `http: "127.0.0.1:8222", http_base_path: "/nats", lab: true`, watched(monitor.Config{Host: "127.0.0.1", Port: 8222, BasePath: "/nats", Lab: true})},
		{"monitoring without quotes", "http: localhost:-1", watched(monitor.Config{Host: "localhost", Port: -1})},
		{"monitoring on a port", "http: 8222", watched(monitor.Config{Port: 8222})},
		{"monitoring on http_port", "http_port = 8222", watched(monitor.Config{Port: 8222})},
		{"monitoring on monitor_port", "monitor_port: -1", watched(monitor.Config{Port: -1})},
		{"profiles", "prof_port: -1, prof_block_rate: 10, prof_host: '::1'", conf.Settings{Profile: profile.Config{Host: "::1", Port: -1, BlockRate: 10}, Log: timed}},
		{"HTTPS", "https: 'h:8443'", conf.Settings{Monitor: monitor.Config{Host: "h"}, HTTPSPort: 8443, Log: timed}},
		{"HTTPS on a port", "https_port: 8443", conf.Settings{HTTPSPort: 8443, Log: timed}},
		{"trace", "trace: true; max_traced_msg_len: 9", conf.Settings{Broker: actors.Config{Trace: true, MaxTracedMessage: 9}, Log: logging.Options{Time: true, Trace: true}}},
		{"log", "debug: on, logtime: off, logtime_utc: true, log_file: '/l', logfile_size_limit: 1k, log_max_num: 4, log_format: nats", conf.Settings{
			Log: logging.Options{Debug: true, UTC: true, File: "/l", SizeLimit: 1000, MaxFiles: 4, Format: logging.NATS},
		}},
		{"syslog", "syslog: true, remote_syslog: 'udp://h:514'", conf.Settings{Log: logging.Options{Time: true, LocalSyslog: true, Syslog: "udp://h:514"}}},
		{"files", "pidfile: '/p', ports_file_dir: '/d'", conf.Settings{PidFile: "/p", PortsFileDir: "/d", Log: timed}},
		{"off by name", "jetstream: false, http_port: 0, https_port: 0, syslog: no", broker(actors.Config{})},
		{"Unix socket", "unix_socket: /s", broker(actors.Config{UnixSocket: "/s"})},
		{"TLS", `tls { cert_file: c, key_file: k, ca_file: a, verify: true, timeout: 3, min_version: "1.3", handshake_first: auto }, allow_non_tls: true`, broker(actors.Config{
			TLS: &actors.TLS{
				CertFile: "c", KeyFile: "k", CAFile: "a", Verify: true, Timeout: 3 * time.Second,
				MinVersion: tls.VersionTLS13, HandshakeFirst: config.HandshakeFirstAuto,
			},
			AllowNonTLS: true,
		})},
		{"proxies", "proxy_protocol: true", broker(actors.Config{ProxyProtocol: true})},
		{"proxies of some networks", `proxy_protocol: ["10.0.0.0/8", "fd00::/8"]`, broker(actors.Config{ProxyProtocol: true, ProxyNetworks: []string{"10.0.0.0/8", "fd00::/8"}})},
		{"TLS, all of it", `tls { certs: [ {cert_file: a, key_file: b}, {cert_file: c, key_file: d} ], pinned_certs: [x], connection_rate_limit: 7, insecure: true
			cipher_suites: [TLS_RSA_WITH_RC4_128_SHA], allow_insecure_cipher_suites: true, handshake_first: auto_fallback }`, broker(actors.Config{TLS: &actors.TLS{
			More: []config.CertificateFile{{CertFile: "a", KeyFile: "b"}, {CertFile: "c", KeyFile: "d"}}, PinnedCerts: []string{"x"}, ConnectionRateLimit: 7,
			CipherSuites: []uint16{tls.TLS_RSA_WITH_RC4_128_SHA}, AllowInsecureCipherSuites: true, HandshakeFirst: config.HandshakeFirstAuto,
		}})},
		{"TLS, users from certificates", "tls { cert_file: c, verify_and_map: true }", broker(actors.Config{TLS: &actors.TLS{CertFile: "c", Map: true}})},
		{"TLS, what it computes", "tls { cipher_suites: [TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256], curve_preferences: [X25519, CurveP256], immediate: true }", broker(actors.Config{TLS: &actors.TLS{
			CipherSuites:     []uint16{tls.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256},
			CurvePreferences: []tls.CurveID{tls.X25519, tls.CurveP256},
			HandshakeFirst:   config.HandshakeFirstAlways,
		}})},
		{"WebSocket", `websocket { listen: "h:8080", advertise: "a:443", tls { cert_file: c, key_file: k }, same_origin: yes, allowed_origins: ["https://a.b"], compression: true, handshake_timeout: "3s" }`, broker(actors.Config{WebSocket: &actors.WebSocket{
			Host: "h", Port: 8080, Advertise: "a:443", TLS: &actors.TLS{CertFile: "c", KeyFile: "k"},
			SameOrigin: true, AllowedOrigins: []string{"https://a.b"}, Compression: true, HandshakeTimeout: 3 * time.Second,
		}})},
		{"WebSocket, who comes", `ws { port: 1, no_tls: true, no_auth_user: n, ping_interval: "3s", user_cookie: a, pass_cookie: b, token_cookie: c, proxies: "10.0.0.0/8"
			authorization { username: u, password: p }, headers { X-Own: v } }`, broker(actors.Config{WebSocket: &actors.WebSocket{
			Port: 1, NoTLS: true, NoAuthUser: "n", PingInterval: 3 * time.Second, UserCookie: "a", PassCookie: "b", TokenCookie: "c",
			Proxies: []string{"10.0.0.0/8"}, User: "u", Password: "p", Headers: map[string]string{"X-Own": "v"},
		}})},
		{"WebSocket in clear text", "ws { port: -1, no_tls: true, token_cookie: '' }", broker(actors.Config{WebSocket: &actors.WebSocket{Port: -1, NoTLS: true}})},
		{"callout", `authorization { auth_callout { issuer: ACKQSNUX6PAHV4UUJRCZH4LSJKGSSYYXMQEQ52NUEF5WVDQUZDJ55E2Q, account: "$SYS", auth_users: [a, b], allowed_accounts: ["$G"] } }`, broker(actors.Config{
			AuthCallout: &access.Callout{Issuer: "ACKQSNUX6PAHV4UUJRCZH4LSJKGSSYYXMQEQ52NUEF5WVDQUZDJ55E2Q", Account: "$SYS", Users: []string{"a", "b"}, Allowed: []string{"$G"}},
		})},
		{"mappings", `maps { foo: bar, p: [ {destination: a, weight: 50%}, {dest: b, weight: 30} ] }, accounts { A { mappings { "x.*": {destination: "y.$1", weight: "7"}, kept: [] } } }`, broker(actors.Config{
			Mappings: []access.Mapping{
				{Source: "foo", Destinations: []access.Destination{{Subject: "bar", Weight: 100}}},
				{Source: "p", Destinations: []access.Destination{{Subject: "a", Weight: 50}, {Subject: "b", Weight: 30}}},
			},
			Accounts: []access.Account{{Name: "A", Mappings: []access.Mapping{
				{Source: "kept"},
				{Source: "x.*", Destinations: []access.Destination{{Subject: "y.$1", Weight: 7}}},
			}}},
		})},
		{"TLS off by name", "tls: false", broker(actors.Config{})},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s, warnings, err := conftest.Read(t, tt.text)
			require.NoError(t, err)
			for _, w := range warnings {
				assert.NotContains(t, w.Error(), "no effect")
			}
			assert.Equal(t, tt.want, *s)
		})
	}
}

func TestValidate(t *testing.T) {
	for text, want := range map[string]string{
		"accounts { A { users: [ { user: a } ] } }, authorization { users: [] }": "", // others can come in
		"port: -1":               "",
		"max_closed_clients: -1": "max_closed_clients -1 is not positive",
		"ws { port: 8080, no_tls: true, advertise: h }":        "websocket: advertise \"h\" is not host:port",
		"ws { port: 8080 }":                                    "websocket: tls is needed, or no_tls if it is not wanted",
		"tls {}":                                               "tls: there is no certificate",
		"tls {}, allow_non_tls: true":                          "", // nats-server wants a block beside it
		"tls { verify: true }, allow_non_tls: true":            "tls: there is no certificate",
		"http: 8222":                                           "",
		"http: 8222, host: 127.0.0.1, lab: true":               "", // the broker's address is that of the monitoring too
		"http: 'localhost:-1', lab: true":                      "",
		"http: '[::1]:1', lab: on":                             "",
		"http: 70000":                                          "monitor: port 70000 is not in -1..65535",
		"port: 70000, http: -2":                                "port 70000 is not in -1..65535\nmonitor: port -2 is not in -1..65535",
		"overrun: drop":                                        `overrun "drop" is none of evict, drop_new and drop_old`,
		"lame_duck_duration: 30s, lame_duck_grace_period: 30s": "lame_duck_grace_period (30s) must be shorter than lame_duck_duration (30s)",
		"max_attempts_per_address: -1":                         "max_attempts_per_address -1 is negative",
		"lab: true":                                            `the lab needs a monitoring port on a loopback address: add http: "127.0.0.1:8222"`,
		"lab: true, port: 70000":                               "port 70000 is not in -1..65535\nthe lab needs",
		"lab: true, http: 8222":                                `monitor: the lab needs a loopback address, such as 127.0.0.1, and not "0.0.0.0"`,
		"lab: true, http: '10.0.0.1:8222'":                     `such as 127.0.0.1, and not "10.0.0.1"`,
		"lab: true, http: 'localhost.example:8222'":            `such as 127.0.0.1, and not "localhost.example"`,
	} {
		s, _, err := conftest.Read(t, text)
		require.NoError(t, err, text)
		if err := s.Validate(); want == "" {
			assert.NoError(t, err, text)
		} else {
			assert.ErrorContains(t, err, want, text)
		}
	}
}

func TestInclude(t *testing.T) {
	dir := conftest.Write(t, map[string]string{
		"main.conf": "include \"auth.conf\"\nport: 4999\n",
		"auth.conf": "authorization {\n  user: u, pass: p\n}\nwhat: 1\n",
	})
	s := conf.Default()
	_, err := s.ReadFile(filepath.Join(dir, "main.conf"))
	require.EqualError(t, err, filepath.Join(dir, "auth.conf")+`:4:1: unknown field "what"`)
	assert.Equal(t, 4999, s.Broker.Port)
	assert.Equal(t, "u", s.Broker.User)
}
