package conf

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/actors/audit"
	"github.com/troupe-mq/troupe/actors/audit/republish"
	"github.com/troupe-mq/troupe/actors/tap"
)

// loadText reads and validates a configuration file.
func loadText(t *testing.T, text string) (*Settings, error) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "t.conf")
	require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
	s := Default()
	_, err := s.ReadFile(path)
	if err == nil {
		err = s.Validate()
	}
	return s, err
}

func TestAudit(t *testing.T) {
	safe := audit.Config{File: "f", Policy: tap.Block, Sync: audit.SyncAlways, Payload: audit.PayloadLength}
	with := func(change func(*audit.Config)) *audit.Config { c := safe; change(&c); return &c }
	tests := []struct {
		name, text string
		want       *audit.Config
		wrong      string
	}{
		{"file", `audit: f`, &safe, ""},
		{"off", `audit: false`, nil, ""},
		{"block", `audit { file: f }`, &safe, ""},
		{"all", `audit {
			file: f, policy: drop, sync: interval, interval: 20ms, payload: 64, subjects: ["a.>", b], sign: s
			max_size: 1MB, max_age: 24h, compress: true, deadline: 1s
			keep { count: 3, age: 720h }
		}`, &audit.Config{
			File: "f", Policy: tap.Drop, Sync: audit.SyncInterval, Interval: 20 * time.Millisecond,
			Payload: audit.PayloadFirst(64), Subjects: []string{"a.>", "b"}, Sign: "s",
			MaxSize: 1 << 20, MaxAge: 24 * time.Hour, Compress: true, Deadline: time.Second,
			Keep: audit.Keep{Count: 3, Age: 720 * time.Hour},
		}, ""},
		{"payload", `audit { file: f, payload: sha256 }`, with(func(c *audit.Config) { c.Payload = audit.PayloadSHA256 }), ""},
		{"keep", `audit { file: f, keep: 7 }`, with(func(c *audit.Config) { c.Keep.Count = 7 }), ""},
		{"unknown", "audit {\n  fyle: f\n}", nil, `t.conf:2:3: unknown field "fyle"`},
		{"unknown in keep", "audit { file: f, keep {\n  size: 1\n} }", nil, `t.conf:2:3: unknown field "size"`},
		{"policy", "audit { policy: spill }", nil, `"policy": "spill" is neither block nor drop`},
		{"payload that is none", "audit { payload: some }", nil, `"payload": "some" is none of none, length, sha256, all and a number of bytes`},
		{"list", "audit: [f]", nil, `"audit": needs a file, or a block`},
		{"no file", "audit { sync: none }", nil, "audit: there is no file"},
		{"sync", "audit { file: f, sync: never }", nil, `audit: sync "never" is none of always, interval and none`},
		{"subject", `audit { file: f, subjects: "a..b" }`, nil, `audit: "a..b" is not a subject`},
		{"negative", `audit { file: f, max_size: -1 }`, nil, "audit: a size or a number cannot be negative"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s, err := loadText(t, tt.text)
			if tt.wrong != "" {
				require.ErrorContains(t, err, tt.wrong)
				return
			}
			require.NoError(t, err)
			assert.Equal(t, tt.want, s.Audit)
		})
	}
}

func TestRepublish(t *testing.T) {
	tests := []struct {
		name, text string
		want       *republish.Config
		wrong      string
	}{
		{"none", `audit { file: f }`, nil, ""},
		{"on, without a file", `audit { republish: true }`, &republish.Config{Payload: audit.PayloadLength}, ""},
		{"off", `audit { file: f, republish: false }`, nil, ""},
		{"all off", "audit { republish: true }\naudit: false", nil, ""},
		{"prefix", `audit { file: f, republish: "x.y" }`, &republish.Config{Prefix: "x.y", Payload: audit.PayloadLength}, ""},
		{"block", `audit {
			republish { prefix: p, account: A, user: u }
			payload: none, subjects: [a, b]
		}`, &republish.Config{Prefix: "p", Account: "A", As: "u", Payload: audit.PayloadNone, Subjects: []string{"a", "b"}}, ""},
		{"neither", "audit { republish: false }", nil, "audit: there is no file"},
		{"unknown", "audit { republish {\n  to: x\n} }", nil, `t.conf:2:3: unknown field "to"`},
		{"list", "audit { republish: [a] }", nil, "needs true, a prefix, or a block"},
		{"no subject", `audit { republish: "a.>" }`, nil, `audit: "a.>" is no subject to republish on`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s, err := loadText(t, tt.text)
			if tt.wrong != "" {
				require.ErrorContains(t, err, tt.wrong)
				return
			}
			require.NoError(t, err)
			assert.Equal(t, tt.want, s.Republish)
		})
	}
}
