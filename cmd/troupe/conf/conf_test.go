package conf_test

import (
	"crypto/tls"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/actors"
	"github.com/troupe-mq/troupe/actors/access"
	"github.com/troupe-mq/troupe/actors/monitor"
	"github.com/troupe-mq/troupe/actors/profile"
	"github.com/troupe-mq/troupe/cmd/troupe/conf"
	"github.com/troupe-mq/troupe/cmd/troupe/logging"
)

// write puts files into a folder of their own and returns it.
func write(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600))
	}
	return dir
}

// read carries one file's text over into settings.
func read(t *testing.T, text string) (*conf.Settings, []error, error) {
	t.Helper()
	s := conf.Default()
	t.Chdir(write(t, map[string]string{"t.conf": text}))
	file, err := s.ReadFile("t.conf")
	return s, file.Warnings, err
}

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
				{service: {account: A, subject: r}, to: "my.r", share: false} ] }
			A { users: [ {user: a, password: b}, {nkey: UBHDODHUWATHAPWM4B666GTI3OYEHV4VDY2WFDTQOWCSMDANAITXRP4W} ], jetstream: disabled
				exports: [ {stream: "s.>"}, {service: r, accounts: [B], response_type: Chunked, response_threshold: "3s"} ]
				limits { max_conn: 7, max_subs: -1, max_payload: 1KB, max_leafs: 0 }
				default_permissions { publish: x } }
			Ops { users: [], limits { max_connections: 0 } }
		}
		system_account: Ops`, broker(actors.Config{SystemAccount: "Ops", Accounts: []access.Account{
			{
				Name:    "A",
				Users:   []access.User{{Name: "a", Password: "b"}, {NKey: "UBHDODHUWATHAPWM4B666GTI3OYEHV4VDY2WFDTQOWCSMDANAITXRP4W"}},
				Exports: []access.Export{{Stream: "s.>"}, {Service: "r", Private: true, Accounts: []string{"B"}, Responses: access.Chunked, Threshold: 3 * time.Second}},
				Limits:  access.Limits{MaxConnections: 7, MaxPayload: 1024},
				Default: &access.Permissions{Publish: access.Rules{Allow: []string{"x"}}},
			},
			{Name: "B", Imports: []access.Import{
				{Account: "A", Stream: "s.*", To: "x.$1"},
				{Account: "A", Stream: "s.a", Prefix: "p"},
				{Account: "A", Service: "r", To: "my.r"},
			}},
			{Name: "Ops", Users: []access.User{}, Limits: access.Limits{MaxConnections: -1}},
		}})},
		{"net", `net: 10.0.0.1`, broker(actors.Config{Host: "10.0.0.1"})},
		{"any case", "MAX_PAYLOAD: 8k\nServer_Name n1", broker(actors.Config{MaxPayload: 8000, ServerName: "n1"})},
		{"plain JSON", `{"port": 4999, "authorization": {"token": "t"}}`, broker(actors.Config{Port: 4999, Token: "t"})},
		{"environment", "port: $TROUPE_TEST_PORT", broker(actors.Config{Port: 4333})},
		{"variable", "MY: s3\nauthorization { token: $MY }", broker(actors.Config{Token: "s3"})},
		{"bcrypt is no variable", "authorization {user: amy, pass: $2a$05$kbOB7o6EJiZo}", broker(actors.Config{User: "amy", Password: "$2a$05$kbOB7o6EJiZo"})},
		{"authorization", "authorization {username: u, password: p, timeout: 1.5}", broker(actors.Config{User: "u", Password: "p", AuthTimeout: 1500 * time.Millisecond})},
		{"users", "no_auth_user: guest\nauthorization {\n users = [\n {user: guest, password: g, permission: {pub: a.b, sub: [\"c.>\", \"d q.*\"]}}\n {username: w, pass: $2a$05$x, connection_types: [websocket, standard]}\n {nkey: UBHDODHUWATHAPWM4B666GTI3OYEHV4VDY2WFDTQOWCSMDANAITXRP4W}\n ]\n timeout: 3\n default_permissions { publish: {allow: x, deny: [y]}, allow_responses: {max: 5, expires: \"1m\"} } }", broker(actors.Config{
			NoAuthUser: "guest", AuthTimeout: 3 * time.Second,
			Users: []access.User{
				{Name: "guest", Password: "g", Permissions: &access.Permissions{Publish: access.Rules{Allow: []string{"a.b"}}, Subscribe: access.Rules{Allow: []string{"c.>", "d q.*"}}}},
				{Name: "w", Password: "$2a$05$x", ConnectionTypes: []string{"websocket", "standard"}},
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
		{"ours", "partitions: 3; no_header_support: yes; client_advertise: 'a:1'", broker(actors.Config{Partitions: 3, NoHeaders: true, ClientAdvertise: "a:1"})},
		{"ours, against unfinished messages", "inbound_budget: 96MB", broker(actors.Config{InboundBudget: 96 << 20})},
		{"ours, against slow clients", "outbound_budget: 128MB; overrun: Drop_Old", broker(actors.Config{OutboundBudget: 128 << 20, Overrun: actors.OverrunDropOld})},
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
				MinVersion: tls.VersionTLS13, HandshakeFirst: actors.HandshakeFirstAuto,
			},
			AllowNonTLS: true,
		})},
		{"TLS, users from certificates", "tls { cert_file: c, verify_and_map: true }", broker(actors.Config{TLS: &actors.TLS{CertFile: "c", Map: true}})},
		{"TLS, what it computes", "tls { cipher_suites: [TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256], curve_preferences: [X25519, CurveP256], immediate: true }", broker(actors.Config{TLS: &actors.TLS{
			CipherSuites:     []uint16{tls.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256},
			CurvePreferences: []tls.CurveID{tls.X25519, tls.CurveP256},
			HandshakeFirst:   actors.HandshakeFirstAlways,
		}})},
		{"WebSocket", `websocket { listen: "h:8080", advertise: "a:443", tls { cert_file: c, key_file: k }, same_origin: yes, allowed_origins: ["https://a.b"], compression: true, handshake_timeout: "3s" }`, broker(actors.Config{WebSocket: &actors.WebSocket{
			Host: "h", Port: 8080, Advertise: "a:443", TLS: &actors.TLS{CertFile: "c", KeyFile: "k"},
			SameOrigin: true, AllowedOrigins: []string{"https://a.b"}, Compression: true, HandshakeTimeout: 3 * time.Second,
		}})},
		{"WebSocket in clear text", "ws { port: -1, no_tls: true, token_cookie: '' }", broker(actors.Config{WebSocket: &actors.WebSocket{Port: -1, NoTLS: true}})},
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
			s, warnings, err := read(t, tt.text)
			require.NoError(t, err)
			assert.Empty(t, warnings)
			assert.Equal(t, tt.want, *s)
		})
	}
}

func TestMistakes(t *testing.T) {
	tests := []struct{ name, text, want string }{
		{"unknown", "port: 4299\nnonsense: 5\n", `t.conf:2:1: unknown field "nonsense"`},
		{"all at once, in order", "a1: 1\nport: x\n  b2: 3\n", "t.conf:1:1: unknown field \"a1\"\n" +
			"t.conf:2:1: \"port\": \"x\" is not a number such as 1024, 64k or 1MB\n" +
			"t.conf:3:3: unknown field \"b2\""},
		{"out of the environment", "authorization: $TROUPE_TEST_BLOCK", `t.conf: unknown field "nope"`},
		{"in a block", "authorization {\n  user: u\n  nope: 1\n}", `t.conf:3:3: unknown field "nope"`},
		{"feature", "\njetstream { store_dir: x }", `t.conf:2:1: "jetstream": Troupe does not have JetStream: it is a broker of core NATS`},
		{"feature in a block", "authorization { auth_callout: {} }", `t.conf:1:17: "auth_callout": Troupe does not have an authorization callout`},
		{"user twice", "authorization { users: [\n  {user: a}\n  {user: a, password: x}\n] }", `t.conf:3:4: duplicate user "a"`},
		{"no users", "authorization { users: [] }", `t.conf:1:17: "users": the list is empty, and nobody could come in`},
		{"users that are no list", "authorization { users: {user: u} }", `t.conf:1:17: "users": needs a list of blocks`},
		{"user that is no block", "authorization { users: [joe] }", `a user needs a block`},
		{"user without a name", "authorization { users: [\n  {password: x}\n] }", `a user needs a name or an nkey`},
		{"unknown key of a user", "authorization { users: [\n  {user: u, colour: x}\n] }", `t.conf:2:13: unknown field "colour"`},
		{"nkey that is a seed", "authorization { users: [ {nkey: SUAMN5BVAXF4ZSC3PWKFI6L5XBHTFZKLTICJOZZCO62L5QSF34D7OHVQVM} ] }", `t.conf:1:27: the nkey is not the public one of a user, which begins with U`},
		{"nkey and a name", "authorization { users: [ {nkey: UBHDODHUWATHAPWM4B666GTI3OYEHV4VDY2WFDTQOWCSMDANAITXRP4W, user: u} ] }", `a user with an nkey takes no name and no password`},
		{"connection type", "authorization { users: [ {user: u, clients: [pigeon]} ] }", `"pigeon" is not a connection type such as STANDARD or WEBSOCKET`},
		{"user and token", "port: 1\nauthorization { user: u, token: t }", `t.conf:2:1: a user and a token cannot both be required`},
		{"user and users", "\nauthorization { user: u, users: [{user: v}] }", `t.conf:2:1: a single user and a list of users cannot both be required`},
		{"token and users", "\nauthorization { token: u, users: [{user: v}] }", `t.conf:2:1: a token and a list of users cannot both be required`},
		{"no such no_auth_user", "authorization { users: [{user: v}] }\n  no_auth_user: w", `t.conf:2:3: no_auth_user "w" is not among the users`},
		{"no_auth_user without users", "no_auth_user: w", `t.conf:1:1: no_auth_user "w" is not among the users`},
		{"subject with a queue to publish to", "authorization { users: [\n {user: u, permissions: {\n  publish: \"a q\"}}] }", `t.conf:3:3: "publish": "a q" is not a subject to publish to`},
		{"no subject", "authorization { default_permissions: {\n subscribe: {deny: \"a..b\"}} }", `t.conf:2:2: "subscribe": "a..b" is neither a subject nor a subject and a queue`},
		{"nothing allowed", "authorization { permissions: {\n publish: {\n allow: []}} }", `t.conf:3:2: "allow": an empty list allows nothing less: to forbid everything, deny ">"`},
		{"permissions that are no block", "authorization { permissions: all }", `"permissions": needs a block: { publish: …, subscribe: … }`},
		{"expiry", "authorization { permissions: {allow_responses: {\n expires: soon}} }", `t.conf:2:2: "expires": "soon" is not a duration such as 2m or 500ms`},
		{"accounts that are no block", "accounts: 5", `t.conf:1:1: "accounts": needs a block: accounts { NAME { users: […] } }`},
		{"account that is no block", "accounts {\n A: 5 }", `t.conf:2:2: account "A": needs a block: { users: […], exports: […], imports: […] }`},
		{"unknown key of an account", "accounts { A {\n colour: x } }", `t.conf:2:2: unknown field "colour"`},
		{"account of a reserved name", "accounts { $G { users: [] } }", `t.conf:1:12: account "$G": the name is reserved`},
		{"user of two accounts", "accounts { A { users: [{user: a}] }\n B { users: [{user: a}] } }", `duplicate user "a"`},
		{"user and accounts", "authorization { user: u }\naccounts { A { users: [] } }", `t.conf:1:1: a single user and accounts cannot both be required`},
		{"no such system account", "\nsystem_account: X", `t.conf:2:1: there is no account "X" to be the system account`},
		{"limit", "accounts { A { limits {\n max_colour: 1 } } }", `t.conf:2:2: unknown field "max_colour"`},
		{"export to nobody known", "accounts { A { exports: [\n {stream: x, accounts: [Z]} ] } }", `t.conf:2:3: account "A": there is no account "Z" to export "x" to`},
		{"export of two kinds", "accounts { A { exports: [\n {stream: x, service: y} ] } }", `t.conf:2:3: account "A": an export is a stream or a service`},
		{"stream that responds", "accounts { A { exports: [ {stream: x, response_type: chunked} ] } }", `account "A": only a service responds`},
		{"type of response", "accounts { A { exports: [ {service: x, response: twice} ] } }", `"response": "twice" is not a type of response: singleton, stream or chunked`},
		{"import from nobody known", "accounts { B { imports: [\n  {stream: {account: A, subject: x}} ] } }", `t.conf:2:4: account "B": there is no account "A" to import "x" from`},
		{"import without an export", "accounts { A { }\n B { imports: [\n {service: {account: A, subject: x}} ] } }", `t.conf:3:3: account "B": account "A" does not export the service "x" to "B"`},
		{"import without an account", "accounts { B { imports: [ {stream: {subject: x}} ] } }", `account "B": an import needs an account`},
		{"import that is no block", "accounts { B { imports: [ {stream: x} ] } }", `t.conf:1:28: "stream": needs a block: { account: …, subject: … }`},
		{"imports that are no list", "accounts { B { imports: {stream: x} } }", `t.conf:1:16: "imports": needs a list of blocks`},
		{"export that is no block", "accounts { B { exports: [x] } }", `needs a block: { stream: … } or { service: … }`},
		{"shared service", "accounts { B { imports: [ {share: true} ] } }", `"share": Troupe does not have headers that tell a service who asks`},
		{"latency", "accounts { A { exports: [ {service: x, latency: {sampling: 100, subject: l}} ] } }", `Troupe does not have measurements of a service's latency`},
		{"mappings that are no block", "maps: 5", `t.conf:1:1: "maps": needs a block: { SUBJECT: OTHER }`},
		{"mapping to no subject", "mappings {\n a: 5 }", `t.conf:2:2: "a": needs a subject, or a list of { destination: …, weight: … }`},
		{"mapping without a weight", "mappings {\n a: {destination: b} }", `t.conf:2:2: "a": needs a subject, or a list of { destination: …, weight: … }`},
		{"mapping to nowhere", "accounts { A { maps {\n a: [{weight: 1}] } } }", `t.conf:2:2: "a": needs a subject, or a list of { destination: …, weight: … }`},
		{"mapping of too much", "mappings {\n a: [{destination: b, weight: 60}, {dest: c, weight: \"50%\"}] }", `t.conf:2:2: the weights for "a" are more than 100 together`},
		{"mapping of less than nothing", "mappings {\n a: {destination: b, weight: -6} }", `t.conf:2:2: the weight of "b", -6, is not in 0..100`},
		{"mapping that cannot be", "mappings {\n \"a.*\": \"b.$2\" }", `t.conf:2:3: not a subject to map to: "b.$2", for "a.*": it refers to a wildcard that there is not`},
		{"mapping by an unknown function", "mappings {\n \"a.*\": \"b.{{middle(1)}}\" }", `it calls a function that there is not, or not with such arguments`},
		{"mapping in a cluster", "mappings { a: {\n cluster: c, destination: b, weight: 6} }", `t.conf:2:2: "cluster": Troupe does not have clusters yet`},
		{"mapping with an unknown key", "mappings { a: {\n colour: c, destination: b, weight: 6} }", `t.conf:2:2: unknown field "colour"`},
		{"no block", "authorization: 5", `t.conf:1:1: "authorization": needs a block: authorization { user: …, password: … }`},
		{"secret that is a number", "authorization {token: 8712345}", `t.conf:1:16: "token": needs text; put the value in quotes`},
		{"text for a switch", "debug: maybe", `t.conf:1:1: "debug": needs true or false`},
		{"list for a number", "port: [a, b]", `t.conf:1:1: "port": needs a whole number`},
		{"no duration", "ping_interval: soon", `t.conf:1:1: "ping_interval": "soon" is not a duration such as 2m or 500ms`},
		{"negative duration", "ping_interval: -3", `t.conf:1:1: "ping_interval": -3 seconds is out of range`},
		{"listen without a port", "listen: localhost", `t.conf:1:1: "listen": "localhost" is not host:port`},
		{"http without a port", "http: localhost", `t.conf:1:1: "http": "localhost" is not host:port`},
		{"http on no number", "http: 'localhost:http'", `t.conf:1:1: "http": "localhost:http" has no number for a port`},
		{"tls that is no block", "tls: 5", `t.conf:1:1: "tls": needs a block: tls { cert_file: …, key_file: … }`},
		{"tls with an unknown key", "tls {\n  cert: x\n}", `t.conf:2:3: unknown field "cert"`},
		{"tls with a feature", "tls { pinned_certs: [x] }", `t.conf:1:7: "pinned_certs": Troupe does not have pinned certificates`},
		{"tls that is old", "tls { min_version: '1.0' }", `t.conf:1:7: "min_version": needs "1.2" or "1.3"`},
		{"tls that is unsafe", "tls { cipher_suites: [TLS_RSA_WITH_RC4_128_SHA] }", `t.conf:1:7: "cipher_suites": "TLS_RSA_WITH_RC4_128_SHA" is no cipher suite that is safe`},
		{"tls on no curve", "tls { curve_preferences: [P1] }", `t.conf:1:7: "curve_preferences": "P1" is no curve that Troupe knows`},
		{"tls, first or not", "tls { handshake_first: soon }", `t.conf:1:7: "handshake_first": needs true, false, auto or a duration such as 100ms`},
		{"websocket that is no block", "ws: 8080", `t.conf:1:1: "ws": needs a block: websocket { port: 8080, tls { … } }`},
		{"websocket with an unknown key", "ws {\n  prt: 1\n}", `t.conf:2:3: unknown field "prt"`},
		{"websocket with a feature", "ws { user_cookie: c }", `t.conf:1:6: "user_cookie": Troupe does not have credentials in cookies but tokens`},
		{"websocket's tls", "ws { tls { cert: c } }", `t.conf:1:12: unknown field "cert"`},
		{"tags that are none", "server_tags: {a: b}", `t.conf:1:1: "server_tags": needs text`},
		{"metadata without names", "server_metadata: x", `t.conf:1:1: unknown field "server_metadata"`},
		{"metadata of blocks", "server_metadata { a {b: c} }", `t.conf:1:19: "a": needs text`},
		{"lame duck in a hurry", "lame_duck_duration: 29s", `t.conf:1:1: "lame_duck_duration": 29s is too short: at least 30s`},
		{"syslog without a port", "remote_syslog: 'udp://h'", `t.conf:1:1: "remote_syslog": "udp://h" is not like udp://host:514`},
		{"list for a policy", "overrun: [evict]", `t.conf:1:1: "overrun": needs text`},
		{"name with a blank", `server_name: "a b"`, `t.conf:1:1: "server_name": a server's name cannot contain blanks`},
		{"cluster's port", "cluster { name: c\n port: 6222 }", `t.conf:2:2: "port": Troupe does not have clusters yet`},
		{"cluster's name with a blank", `cluster { name: "a b" }`, `t.conf:1:11: "name": a cluster's name cannot contain blanks`},
		{"cluster that is no block", "cluster: c", `t.conf:1:1: "cluster": Troupe does not have clusters yet`},
		{"no such format", "log_format: xml", `t.conf:1:1: "log_format": "xml" is not a log format: text, json or nats`},
		{"syntax", "port: [", `t.conf: Parse error on line 1: 'Expected an array`},
		{"no such variable", "port: $NO_SUCH_VARIABLE_HERE", "t.conf: variable reference for 'NO_SUCH_VARIABLE_HERE' on line 1 can not be found"},
		{"includes itself", "port: 1\ninclude ./t.conf", "t.conf: a configuration file cannot include itself"},
		{"includes itself in a block", "authorization { include 't.conf' }", "t.conf: a configuration file cannot include itself"},
		{"included file is missing", "include none.conf", "none.conf: no such file"},
	}
	t.Setenv("TROUPE_TEST_BLOCK", "{nope: 1}")
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, _, err := read(t, tt.text)
			require.ErrorContains(t, err, tt.want)
		})
	}
}

func TestIdleKeysWarn(t *testing.T) {
	_, warnings, err := read(t, "no_sublist_cache: true\nno_system: true\n")
	require.NoError(t, err)
	require.Len(t, warnings, 2)
	assert.EqualError(t, warnings[0], `t.conf:1:1: "no_sublist_cache" has no effect: the cache cannot be switched off`)
}

func TestValidate(t *testing.T) {
	for text, want := range map[string]string{
		"port: -1":               "",
		"max_closed_clients: -1": "max_closed_clients -1 is not positive",
		"ws { port: 8080, no_tls: true, advertise: h }": "websocket: advertise \"h\" is not host:port",
		"ws { port: 8080 }":                             "websocket: tls is needed, or no_tls if it is not wanted",
		"tls {}":                                        "tls: there is no certificate",
		"http: 8222":                                    "",
		"http: 8222, host: 127.0.0.1, lab: true":        "", // the broker's address is that of the monitoring too
		"http: 'localhost:-1', lab: true":               "",
		"http: '[::1]:1', lab: on":                      "",
		"http: 70000":                                   "monitor: port 70000 is not in -1..65535",
		"port: 70000, http: -2":                         "port 70000 is not in -1..65535\nmonitor: port -2 is not in -1..65535",
		"overrun: drop":                                 `overrun "drop" is none of evict, drop_new and drop_old`,
		"lame_duck_duration: 30s, lame_duck_grace_period: 30s": "lame_duck_grace_period (30s) must be shorter than lame_duck_duration (30s)",
		"max_attempts_per_address: -1":                         "max_attempts_per_address -1 is negative",
		"lab: true":                                            `the lab needs a monitoring port on a loopback address: add http: "127.0.0.1:8222"`,
		"lab: true, port: 70000":                               "port 70000 is not in -1..65535\nthe lab needs",
		"lab: true, http: 8222":                                `monitor: the lab needs a loopback address, such as 127.0.0.1, and not "0.0.0.0"`,
		"lab: true, http: '10.0.0.1:8222'":                     `such as 127.0.0.1, and not "10.0.0.1"`,
		"lab: true, http: 'localhost.example:8222'":            `such as 127.0.0.1, and not "localhost.example"`,
	} {
		s, _, err := read(t, text)
		require.NoError(t, err, text)
		if err := s.Validate(); want == "" {
			assert.NoError(t, err, text)
		} else {
			assert.ErrorContains(t, err, want, text)
		}
	}
}

func TestInclude(t *testing.T) {
	dir := write(t, map[string]string{
		"main.conf": "include \"auth.conf\"\nport: 4999\n",
		"auth.conf": "authorization {\n  user: u, pass: p\n}\nwhat: 1\n",
	})
	s := conf.Default()
	_, err := s.ReadFile(filepath.Join(dir, "main.conf"))
	require.EqualError(t, err, filepath.Join(dir, "auth.conf")+`:4:1: unknown field "what"`)
	assert.Equal(t, 4999, s.Broker.Port)
	assert.Equal(t, "u", s.Broker.User)
}

func TestMissingFile(t *testing.T) {
	_, err := conf.Default().ReadFile("missing.conf")
	require.ErrorIs(t, err, os.ErrNotExist)
	assert.ErrorContains(t, err, "missing.conf: no such file")
}

func TestMissingFeatureIsATypedError(t *testing.T) {
	var missing *conf.MissingError
	require.ErrorAs(t, conf.Default().Set("MQTT", "x"), &missing)
	assert.Equal(t, conf.MissingError{Key: "MQTT", Feature: "MQTT"}, *missing)
	assert.ErrorIs(t, conf.Default().Set("mqqt", "x"), conf.ErrUnknown)
}

func TestParseSize(t *testing.T) {
	good := map[string]int64{
		"0": 0, "-1": -1, "1024": 1024, "8k": 8000, "8K": 8000, "8kb": 8192, "8Ki": 8192, "8KiB": 8192,
		"1MB": 1 << 20, "2m": 2_000_000, "1Gi": 1 << 30, "1T": 1e12, "3pb": 3 << 50, "7e": 7e18, " 5 ": 5, "5b": 5,
	}
	for text, want := range good {
		n, err := conf.ParseSize(text)
		require.NoError(t, err, text)
		assert.Equal(t, want, n, text)
	}
	for _, text := range []string{"", "k", "1.5k", "1kk", "1 k b", "10x", "99e", "9223372036854775808", "--1"} {
		_, err := conf.ParseSize(text)
		assert.Error(t, err, text)
	}
}
