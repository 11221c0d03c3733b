package conf_test

import (
	"os"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/cmd/troupe/conf"
	"github.com/troupe-mq/troupe/cmd/troupe/conf/internal/conftest"
	"github.com/troupe-mq/troupe/cmd/troupe/conf/lang"
)

func TestMistakes(t *testing.T) {
	tests := []struct{ name, text, want string }{
		{"unknown", "port: 4299\nnonsense: 5\n", `t.conf:2:1: unknown field "nonsense"`},
		{"all at once, in order", "a1: 1\nport: x\n  b2: 3\n", "t.conf:1:1: unknown field \"a1\"\n" +
			"t.conf:2:1: \"port\": \"x\" is not a number such as 1024, 64k or 1MB\n" +
			"t.conf:3:3: unknown field \"b2\""},
		{"out of the environment", "authorization: $TROUPE_TEST_BLOCK", `t.conf: unknown field "nope"`},
		{"in a block", "authorization {\n  user: u\n  nope: 1\n}", `t.conf:3:3: unknown field "nope"`},
		{"a callout that is no block", "authorization { auth_callout: x }", `t.conf:1:17: "auth_callout": needs a block`},
		{"a callout by its other name", "authorization { auth_hook: x }", `t.conf:1:17: "auth_hook": needs a block`},
		{"a callout without an issuer", "authorization {\n auth_callout { auth_users: [a] } }", `t.conf:2:2: auth_callout: the issuer is not the public key of an account`},
		{"a callout with an unknown key", "authorization { auth_callout {\n isuer: A } }", `t.conf:2:2: unknown field "isuer"`},
		{"a callout for nobody", "authorization { auth_callout {\n auth_users: [] } }", `t.conf:2:2: "auth_users": the list is empty`},
		{"feature", "\ngateway { name: x }", `t.conf:2:1: "gateway": Troupe does not have gateways`},
		{"user twice", "authorization { users: [\n  {user: a}\n  {user: a, password: x}\n] }", `t.conf:3:4: duplicate user "a"`},
		{"password that is half a hash", "authorization { user: a\n password: '$2a$11$abc' }", `t.conf:2:2: "password": it begins as a bcrypt hash does, and is none, which has 60 letters`},
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
		{"latency of a stream", "accounts { A { exports: [ {stream: x, latency: l} ] } }", `latency is of a service that gives one answer`},
		{"latency to nowhere", "accounts { A { exports: [ {service: x, latency: {sampling: 100}} ] } }", `"latency": needs a subject`},
		{"latency of too many", "accounts { A { exports: [ {service: x, latency: {sampling: \"101%\", subject: l}} ] } }", `"sampling": 101% is no share of the requests: 1% to 100%, or headers`},
		{"latency to many", "accounts { A { exports: [ {service: x, latency: {subject: l.>}} ] } }", `"l.>" is not a subject to publish the latency of "x" to`},
		{"latency to itself", "accounts { A { exports: [ {service: \"x.*\", latency: x.l} ] } }", `the latency of "x.*" cannot be published to "x.l", which is a service itself`},
		{"mappings that are no block", "maps: 5", `t.conf:1:1: "maps": needs a block: { SUBJECT: OTHER }`},
		{"mapping to no subject", "mappings {\n a: 5 }", `t.conf:2:2: "a": needs a subject, or a list of { destination: …, weight: … }`},
		{"mapping without a weight", "mappings {\n a: {destination: b} }", `t.conf:2:2: "a": needs a subject, or a list of { destination: …, weight: … }`},
		{"mapping to nowhere", "accounts { A { maps {\n a: [{weight: 1}] } } }", `t.conf:2:2: "a": needs a subject, or a list of { destination: …, weight: … }`},
		{"mapping of too much", "mappings {\n a: [{destination: b, weight: 60}, {dest: c, weight: \"50%\"}] }", `t.conf:2:2: the weights for "a" are more than 100 together`},
		{"mapping of less than nothing", "mappings {\n a: {destination: b, weight: -6} }", `t.conf:2:2: the weight of "b", -6, is not in 0..100`},
		{"mapping that cannot be", "mappings {\n \"a.*\": \"b.$2\" }", `t.conf:2:3: not a subject to map to: "b.$2", for "a.*": it refers to a wildcard that there is not`},
		{"mapping without quotes", "mappings {\n a.*: b.{{wildcard(1)}}\n}", `t.conf:2:2: not a subject to map to: "b.{{wildcard(1)", for "a.*": its {{ has no }}: in a file where a brace ends a block it needs quotes`},
		{"mapping by an unknown function", "mappings {\n \"a.*\": \"b.{{middle(1)}}\" }", `it calls a function that there is not, or not with such arguments`},
		{"too much in a cluster", "mappings { a: [ {cluster: c, destination: b, weight: 60},\n {cluster: c, destination: d, weight: 60}, {destination: e, weight: 100} ] }", `t.conf:1:12: the weights for "a" are more than 100 together`},
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
		{"tls with a feature", "tls { cert_store: WindowsLocalMachine }", `t.conf:1:7: "cert_store": Troupe does not have certificates of the system`},
		{"tls that is old", "tls { min_version: '1.0' }", `t.conf:1:7: "min_version": needs "1.2" or "1.3"`},
		{"tls of no suite", "tls { cipher_suites: [TLS_RSA_WITH_ROT13] }", `t.conf:1:7: "cipher_suites": "TLS_RSA_WITH_ROT13" is no cipher suite`},
		{"tls of a store", "tls { cert_match_by: Subject }", `t.conf:1:7: "cert_match_by": Troupe does not have certificates of the system's own store`},
		{"tls of a list", "tls { certs: [\n{ cert: x } ] }", `t.conf:2:3: unknown field "cert"`},
		{"tls on no curve", "tls { curve_preferences: [P1] }", `t.conf:1:7: "curve_preferences": "P1" is no curve that Troupe knows`},
		{"tls, first or not", "tls { handshake_first: soon }", `t.conf:1:7: "handshake_first": needs true, false, auto or a duration such as 100ms`},
		{"websocket that is no block", "ws: 8080", `t.conf:1:1: "ws": needs a block: websocket { port: 8080, tls { … } }`},
		{"websocket with an unknown key", "ws {\n  prt: 1\n}", `t.conf:2:3: unknown field "prt"`},
		{"websocket's authorization", "ws { authorization {\n usr: c } }", `t.conf:2:2: unknown field "usr"`},
		{"websocket's headers", "ws { headers {\n X: true } }", `t.conf:2:2: "X": needs text`},
		{"websocket's tls", "ws { tls { cert: c } }", `t.conf:1:12: unknown field "cert"`},
		{"tags that are none", "server_tags: {a: b}", `t.conf:1:1: "server_tags": needs text`},
		{"metadata without names", "server_metadata: x", `t.conf:1:1: "server_metadata": needs a block: server_metadata { NAME: VALUE }`},
		{"metadata of blocks", "server_metadata { a {b: c} }", `t.conf:1:19: "a": needs text`},
		{"lame duck in a hurry", "lame_duck_duration: 29s", `t.conf:1:1: "lame_duck_duration": 29s is too short: at least 30s`},
		{"syslog without a port", "remote_syslog: 'udp://h'", `t.conf:1:1: "remote_syslog": "udp://h" is not like udp://host:514`},
		{"list for a policy", "overrun: [evict]", `t.conf:1:1: "overrun": needs text`},
		{"name with a blank", `server_name: "a b"`, `t.conf:1:1: "server_name": a server's name cannot contain blanks`},
		{"cluster's port", "cluster { name: c\n port: x }", `t.conf:2:2: "port": "x" is not a number`},
		{"cluster's name with a blank", `cluster { name: "a b" }`, `t.conf:1:11: "name": a cluster's name cannot contain blanks`},
		{"cluster that is no block", "cluster: c", `t.conf:1:1: "cluster": needs a block: cluster { name: …, port: 6222, routes: […] }`},
		{"cluster with a secret that is wrong", "cluster { port: 1\n routes: ['nats://u:secret@h:x'] }", `t.conf:1:1: cluster: route 1: not a URL`},
		{"cluster with a token", "cluster { port: 1\n authorization { token: t } }", `t.conf:2:18: "token": servers have one user and a password`},
		{"cluster with compression", "cluster { port: 1\n compression { mode: s2_fast\n rtt: '1'\n } }", `t.conf:3:2: "rtt": time: missing unit in duration "1"`},
		{"cluster's permissions", "cluster { port: 1\n permissions { inport: x } }", `t.conf:2:16: unknown field "inport"`},
		{"cluster's tls", "cluster { port: 1\n tls { cert_file: none.pem, key_file: none.key } }", `t.conf:1:1: cluster: tls: the certificate cannot be used`},
		{"cluster with an unknown key", "cluster {\n prt: 1 }", `t.conf:2:2: unknown field "prt"`},
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
			_, _, err := conftest.Read(t, tt.text)
			require.ErrorContains(t, err, tt.want)
		})
	}
}

func TestIdleKeysWarn(t *testing.T) {
	_, warnings, err := conftest.Read(t, "no_sublist_cache: true\nfeature_flags: {}\n")
	require.NoError(t, err)
	require.Len(t, warnings, 2)
	assert.EqualError(t, warnings[0], `t.conf:1:1: "no_sublist_cache" has no effect: the cache cannot be switched off`)
}

// TestEmptyListsWarn: what forbids nothing, and looks as if it did.
func TestEmptyListsWarn(t *testing.T) {
	s, warnings, err := conftest.Read(t, "authorization { permissions: {\n publish: {\n allow: []}\n subscribe: [] } }")
	require.NoError(t, err)
	require.Len(t, warnings, 2)
	require.ErrorContains(t, warnings[0], `t.conf:3:2: an empty list forbids nothing`)
	assert.Empty(t, s.Broker.DefaultPermissions.Publish.Allow)
}

func TestMissingFile(t *testing.T) {
	_, err := conf.Default().ReadFile("missing.conf")
	require.ErrorIs(t, err, os.ErrNotExist)
	assert.ErrorContains(t, err, "missing.conf: no such file")
}

func TestMissingFeatureIsATypedError(t *testing.T) {
	var missing *lang.MissingError
	require.ErrorAs(t, conf.Default().Set("GATEWAY", "x"), &missing)
	assert.Equal(t, lang.MissingError{Key: "GATEWAY", Feature: "gateways"}, *missing)
	assert.ErrorIs(t, conf.Default().Set("mqqt", "x"), lang.ErrUnknown)
}

// TestWriteTimeout: a client that takes nothing is closed, and cannot be kept.
func TestWriteTimeout(t *testing.T) {
	for text, want := range map[string]string{
		"close": "", "default": "",
		"retry": `Troupe does not have clients that stay though they take nothing`,
		"later": `t.conf:1:1: "write_timeout": "later" is neither default nor close`,
	} {
		_, _, err := conftest.Read(t, "write_timeout: "+text)
		if want == "" {
			require.NoError(t, err)
			continue
		}
		require.ErrorContains(t, err, want)
	}
}
