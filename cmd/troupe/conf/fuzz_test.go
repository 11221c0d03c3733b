package conf_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/troupe-mq/troupe/cmd/troupe/conf"
)

// FuzzReadFile feeds files to the conversion: whatever is in them, the answer is
// settings or an error.
func FuzzReadFile(f *testing.F) {
	for _, seed := range []string{
		"port: 4222", "listen: '[::1]:4222'", "authorization { user: u, pass: $2a$05$x, timeout: 1.5 }",
		"max_payload: 9e\nping_interval: 1e9", `{"port": -1, "debug": true}`, "a: 1\nport: $a", "port: $PATH",
		"include \"x\"", "log_format: (\njson\n)\n", "authorization: [{}]", "tls {\n}\n}", "debug", "a {b {c [{d: e}]}}",
		"authorization { x: 2 }\nauthorization = $x", "write_deadline: 2020-01-01T00:00:00Z", "{", "}",
		"no_auth_user: a, authorization { users [ {user: a, permissions {publish {deny: [a, b]}, allow_responses {max: -1, expires: -1s}}}, {nkey: U} ] }", "\"\": 1",
		"accounts { A { exports: [{stream: x, accounts: [B]}, {service: y, response: chunk}] }, B { imports: [{stream: {account: A, subject: x}, to: y}], users: [{user: u}], limits {max_conn: 1} } }",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		path := filepath.Join(t.TempDir(), "f.conf")
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		s := conf.Default()
		if _, err := s.ReadFile(path); err == nil {
			_ = s.Broker.Validate() // must not panic either
		}
	})
}

// FuzzSet sets every kind of key to any text, as the command line does.
func FuzzSet(f *testing.F) {
	f.Add("max_payload", "8k")
	f.Add("ping_interval", "1e308")
	f.Add("listen", "[::1]:1")
	f.Add("tls", "false")
	f.Fuzz(func(_ *testing.T, key, text string) {
		s := conf.Default()
		_ = s.Set(key, text)
		_ = s.SetAuthorization(key, text)
	})
}
