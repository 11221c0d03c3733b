package conf_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/cmd/troupe/conf"
)

// A mistake is one line that says where it is, what is wrong and, as far as can be known, what
// would be right.
func TestHints(t *testing.T) {
	for text, want := range map[string]string{
		"max_paylod: 1k":             `:1:1: unknown field "max_paylod", did you mean max_payload?`,
		"prot: 4222":                 `:1:1: unknown field "prot", did you mean port?`,
		"port: 4222\nMax-Conn: 5":    `:2:1: unknown field "Max-Conn", did you mean max_conn?`,
		"htpp: 8222":                 `:1:1: unknown field "htpp", did you mean http?`,
		"authorization { usr: a }":   `:1:17: unknown field "usr", did you mean user?`,
		"nonsense: 5":                `:1:1: unknown field "nonsense"`,
		"pid_file: ./troupe.pid":     `: Parse error on line 1: 'Floats must start with a digit': a path that begins with a dot wants quotes: pid_file: "./troupe.pid"`,
		"port: 4222\nlog = ../t.log": `: Parse error on line 2: 'Floats must start with a digit': a path that begins with a dot wants quotes: log: "../t.log"`,
		"overrun: drop":              "overrun \"drop\" is none of evict, drop_new and drop_old",
		"log_format: xml":            `:1:1: "log_format": "xml" is not a log format: text, json or nats`,
		"lame_duck_duration: 1s":     `:1:1: "lame_duck_duration": 1s is too short: at least 30s`,
		"max_connections: many":      `:1:1: "max_connections": "many" is not a number such as 1024, 64k or 1MB`,
		"debug: perhaps":             `:1:1: "debug": needs true or false`,
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
