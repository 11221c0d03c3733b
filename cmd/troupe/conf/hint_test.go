package conf_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/cmd/troupe/conf"
	"github.com/troupe-mq/troupe/cmd/troupe/conf/internal/conftest"
)

// A mistake is one line that says where it is, what is wrong and, as far as can be known, what
// would be right.
func TestHints(t *testing.T) {
	for text, want := range map[string]string{
		"max_paylod: 1k":                  `:1:1: unknown field "max_paylod", did you mean max_payload?`,
		"prot: 4222":                      `:1:1: unknown field "prot", did you mean port?`,
		"port: 4222\nMax-Conn: 5":         `:2:1: unknown field "Max-Conn", did you mean max_conn?`,
		"htpp: 8222":                      `:1:1: unknown field "htpp", did you mean http?`,
		"authorization { usr: a }":        `:1:17: unknown field "usr", did you mean user?`,
		"token: t":                        `:1:1: unknown field "token": it stands in a block: authorization { token: … }`,
		"ping_interval: 2m":               `:1:1: "ping_interval": 2m without quotes is the number 2000000, and no minutes: write "2m"`,
		"jetstream { sync_interval: 2m }": `:1:13: "sync_interval": 2m without quotes is the number 2000000, and no minutes: write "2m"`,
		"tls { timeout: 1m }":             `:1:7: "timeout": 1m without quotes is the number 1000000, and no minutes: write "1m"`,
		"nonsense: 5":                     `:1:1: unknown field "nonsense"`,
		"pid_file: ./troupe.pid":          `: Parse error on line 1: 'Floats must start with a digit': a path that begins with a dot wants quotes: pid_file: "./troupe.pid"`,
		"port: 4222\nlog = ../t.log":      `: Parse error on line 2: 'Floats must start with a digit': a path that begins with a dot wants quotes: log: "../t.log"`,
		"debug: $TROUPE_NONE":             `: variable reference for 'TROUPE_NONE' on line 1 can not be found: TROUPE_NONE has to be in the environment, or in the file above: TROUPE_NONE: …`,
		"tls { verify: true\n":            `: Parse error on line 2: 'Unexpected EOF processing map.': a block has no } behind it`,
		"port: \"4222\n":                  `: Parse error on line 2: 'Unexpected EOF.': a quote, a list or a block has no end`,
		"overrun: drop":                   "overrun \"drop\" is none of evict, drop_new and drop_old",
		"log_format: xml":                 `:1:1: "log_format": "xml" is not a log format: text, json or nats`,
		"lame_duck_duration: 1s":          `:1:1: "lame_duck_duration": 1s is too short: at least 30s`,
		"max_connections: many":           `:1:1: "max_connections": "many" is not a number such as 1024, 64k or 1MB`,
		"debug: perhaps":                  `:1:1: "debug": needs true or false`,
	} {
		path := filepath.Join(t.TempDir(), "t.conf")
		require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
		s := conf.Default()
		_, err := s.ReadFile(path)
		if err == nil {
			err = s.Validate()
		} else {
			want = path + want
		}
		assert.EqualError(t, err, want, text)
	}
}

// TestHintsInEveryBlock: wherever an unknown key stands, the nearest one of that block is named, and the place.
func TestHintsInEveryBlock(t *testing.T) {
	for form, keys := range map[string][2]string{
		"%s":                                {"resolvr", "resolver"},
		"\n%s":                              {"maping", "mappings"},
		"authorization {\n %s }":            {"usres", "users"},
		"authorization { users: [{ %s }] }": {"pasword", "password"},
		"authorization { users: [{ user: u, permissions {\n %s } }] }": {"publsh", "publish"},
		"authorization { permissions { publish {\n %s } } }":           {"alow", "allow"},
		"authorization { permissions { allow_responses {\n %s } } }":   {"expirez", "expires"},
		"authorization { auth_callout {\n %s } }":                      {"isuer", "issuer"},
		"accounts { A {\n %s } }":                                      {"user", "users"},
		"accounts { A { exports: [{\n %s }] } }":                       {"servic", "service"},
		"accounts { A { imports: [{\n %s }] } }":                       {"strem", "stream"},
		"accounts { A { imports: [{ service {\n %s } }] } }":           {"acount", "account"},
		"accounts { A { limits {\n %s } } }":                           {"max_con", "max_connections"},
		"accounts { A { mappings { a {\n %s } } } }":                   {"wieght", "weight"},
		"accounts { A { jetstream {\n %s } } }":                        {"max_stram", "max_streams"},
		"tls {\n %s }":                                                 {"cert_fiel", "cert_file"},
		"tls { \n %s}":                                                 {"crts", "certs"},
		"tls { certs: [{\n %s }] }":                                    {"keyfile", "key_file"},
		"websocket {\n %s }":                                           {"same_orign", "same_origin"},
		"websocket { \n %s}":                                           {"tsl", "tls"},
		"websocket { tls {\n %s } }":                                   {"verfy", "verify"},
		"websocket { authorization {\n %s } }":                         {"tokn", "token"},
		"leafnodes {\n %s }":                                           {"remote_s", "remotes"},
		"leafnodes { remotes: [{\n %s }] }":                            {"credental", "credentials"},
		"leafnodes { remotes: [{ url: 'nats://h', tls {\n %s } }] }":   {"insecur", "insecure"},
		"jetstream {\n %s }":                                           {"store_dri", "store_dir"},
		"jetstream { limits {\n %s } }":                                {"max_ack_pendin", "max_ack_pending"},
		"jetstream { limits { batch {\n %s } } }":                      {"timout", "timeout"},
		"cluster {\n %s }":                                             {"ruotes", "routes"},
		"cluster { tls {\n %s } }":                                     {"ca_fiel", "ca_file"},
		"cluster { permissions {\n %s } }":                             {"inport", "import"},
		"cluster { authorization {\n %s } }":                           {"pasword", "password"},
		"engine {\n %s }":                                              {"pth", "path"},
		"mqtt {\n %s }":                                                {"ackwiat", "ackwait"},
		"mqtt { \n %s}":                                                {"prot", "port"},
		"mqtt { authorization {\n %s } }":                              {"usernam", "username"},
		"audit {\n %s }":                                               {"polcy", "policy"},
		"audit { \n %s}":                                               {"republsh", "republish"},
		"audit { keep {\n %s } }":                                      {"cuont", "count"},
		"audit { republish {\n %s } }":                                 {"perfix", "prefix"},
		"resolver_tls {\n %s }":                                        {"ca_fiel", "ca_file"},
		"operator: x, resolver { dir: d, type: full, \n %s }":          {"limt", "limit"},
	} {
		wrong, right := keys[0], keys[1]
		_, _, err := conftest.Read(t, fmt.Sprintf(form, wrong+": 1"))
		require.Error(t, err, form)
		before, _, _ := strings.Cut(form, "%s")
		line := 1 + strings.Count(before, "\n")
		column := 1 + len(before) - (1 + strings.LastIndexByte(before, '\n'))
		assert.Contains(t, err.Error(), fmt.Sprintf("t.conf:%d:%d: unknown field %q, did you mean %s?", line, column, wrong, right), form)
	}
}
