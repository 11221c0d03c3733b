package conf

import (
	"reflect"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/actors"
	"github.com/troupe-mq/troupe/actors/audit"
	"github.com/troupe-mq/troupe/actors/engine"
	"github.com/troupe-mq/troupe/actors/monitor"
	"github.com/troupe-mq/troupe/actors/profile"
	"github.com/troupe-mq/troupe/cmd/troupe/logging"
)

// A new field needs a decision about what a reload does with it.
func TestEveryFieldHasARow(t *testing.T) {
	var rows, has []string
	for _, f := range table {
		rows = append(rows, f.Name)
	}
	for f := range reflect.TypeFor[Settings]().Fields() {
		switch f.Name {
		case "Broker": // has rows of its own
		case "Monitor", "Log", "Profile", "Engine":
			for inner := range f.Type.Fields() {
				if k := inner.Type.Kind(); k != reflect.Func && k != reflect.Interface { // what the process itself puts there
					has = append(has, f.Name+"."+inner.Name)
				}
			}
		default:
			has = append(has, f.Name)
		}
	}
	assert.ElementsMatch(t, has, rows)
}

func TestDiff(t *testing.T) {
	tests := []struct {
		name     string
		old, now Settings
		changes  []string
		refused  string
	}{
		{name: "nothing"},
		{name: "the broker's", now: Settings{Broker: actors.Config{Port: 1}}},
		{
			name: "the log", now: Settings{Log: logging.Options{Debug: true, Format: logging.JSON, File: "f"}},
			changes: []string{"debug = true", "log_format = json", "log_file = f"},
		},
		{name: "trace, which the broker says", now: Settings{Log: logging.Options{Trace: true}}},
		{name: "files", now: Settings{PidFile: "p", PortsFileDir: "d"}, changes: []string{"pid_file = p", "ports_file_dir = d"}},
		{name: "no file", old: Settings{PidFile: "p"}, changes: []string{"pid_file = "}},
		{name: "the monitoring", now: Settings{Monitor: monitor.Config{Port: 8222, BasePath: "/a"}}, changes: []string{"http_port = 8222", "http_base_path = /a"}},
		{name: "the profiles", now: Settings{Profile: profile.Config{Port: 1}}, changes: []string{"prof_port = 1"}},
		{name: "the audit", now: Settings{Audit: &audit.Config{}}, changes: []string{"audit"}},
		{
			name: "the store", now: Settings{Engine: engine.Config{StoreDir: "b"}},
			refused: "config reload not supported for store_dir: old=, new=b: it takes a restart, since what is stored stays where it is",
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			changes, err := tt.old.Diff(&tt.now)
			var said []string
			for _, c := range changes {
				said = append(said, c.String())
			}
			assert.Equal(t, tt.changes, said)
			if tt.refused != "" {
				require.EqualError(t, err, tt.refused)
				return
			}
			require.NoError(t, err)
		})
	}
}
