package config

import (
	"reflect"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/actors/access"
	"github.com/troupe-mq/troupe/actors/fields"
)

// A new field needs a decision about what a reload does with it.
func TestEveryFieldHasARow(t *testing.T) {
	var rows, has []string
	for _, f := range table {
		rows = append(rows, f.Name)
	}
	for f := range reflect.TypeFor[Config]().Fields() {
		has = append(has, f.Name)
	}
	assert.ElementsMatch(t, has, rows)
}

// TestWhatIsFixedSaysWhy: a refusal of a reload has its reason.
func TestWhatIsFixedSaysWhy(t *testing.T) {
	for _, f := range table {
		assert.Equal(t, f.Fate == fields.Fixed, f.Why != "", f.Name)
	}
}

// TestDiff: what a reload does about each change, and what it says of it.
func TestDiff(t *testing.T) {
	tests := []struct {
		name     string
		old, now Config
		changes  []string
		toJudge  bool
		refused  string
	}{
		{name: "nothing"},
		{name: "a default, written down", now: Config{MaxPayload: DefaultMaxPayload, Users: []access.User{}}},
		{name: "read anew", now: Config{PingInterval: time.Second, PingMax: 5}, changes: []string{"ping_interval = 1s", "ping_max = 5"}},
		{name: "judged anew", now: Config{MaxPayload: 9}, changes: []string{"max_payload = 9"}, toJudge: true},
		{name: "secret", old: Config{User: "u", Password: "old"}, now: Config{User: "u", Password: "new"}, changes: []string{"authorization password"}, toJudge: true},
		{
			name: "a user's permissions", toJudge: true, changes: []string{"authorization users"},
			old: Config{Users: []access.User{{Name: "u"}}}, now: Config{Users: []access.User{{Name: "u", Permissions: &access.Permissions{}}}},
		},
		{
			name: "the same users", old: Config{Users: []access.User{{Name: "u", Permissions: &access.Permissions{}}}},
			now: Config{Users: []access.User{{Name: "u", Permissions: &access.Permissions{}}}},
		},
		{name: "another address", now: Config{Port: 1, ServerName: "a"}, changes: []string{"port = 1", "server_name = a"}},
		{
			name: "fixed", now: Config{Cluster: &Cluster{Port: 1}}, changes: []string{"cluster"},
			refused: "config reload not supported for cluster listen: it takes a restart, since other servers make their routes to that address",
		},
		{
			name: "known to others", old: Config{LeafNodes: &LeafNodes{}}, now: Config{LeafNodes: &LeafNodes{}, ServerName: "a", NoHeaders: true, MaxPayload: 9},
			toJudge: true, changes: []string{"max_payload = 9"},
			refused: "config reload not supported for server_name: old=, new=a: it takes a restart, since other servers have been told\n" +
				"config reload not supported for no_header_support: old=false, new=true: it takes a restart, since other servers have been told",
		},
		{name: "not configured", now: Config{Version: "v2"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			old, now := tt.old.WithDefaults(), tt.now.WithDefaults()
			changes, toJudge, err := Diff(&old, &now)
			var said []string
			for _, c := range changes {
				said = append(said, c.String())
			}
			assert.Equal(t, tt.changes, said)
			assert.Equal(t, tt.toJudge, toJudge)
			if tt.refused == "" {
				require.NoError(t, err)
				return
			}
			require.EqualError(t, err, tt.refused)
			var fixed *FixedError
			require.ErrorAs(t, err, &fixed)
		})
	}
}
