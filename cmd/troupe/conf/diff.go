package conf

import (
	"errors"
	"fmt"
	"reflect"
	"strings"

	"github.com/troupe-mq/troupe/actors"
)

// part is a field of Settings, beside those of the broker, and what is said about
// a change of it.
type part struct {
	field string // with a dot between, where it is in another struct
	key   string
	fixed bool // while the process runs
}

// parts has a row for each of them.
var parts = []part{
	{field: "Monitor.Host", key: "http", fixed: true},
	{field: "Monitor.Port", key: "http_port", fixed: true},
	{field: "Monitor.BasePath", key: "http_base_path", fixed: true},
	{field: "Monitor.TLS", key: "https", fixed: true},
	{field: "Monitor.Lab", key: "lab", fixed: true},
	{field: "HTTPSPort", key: "https_port", fixed: true},
	{field: "Log.Debug", key: "debug"},
	{field: "Log.Trace"}, // the broker's says it
	{field: "Log.Format", key: "log_format"},
	{field: "Log.Time", key: "logtime"},
	{field: "Log.UTC", key: "logtime_utc"},
	{field: "Log.File", key: "log_file"},
	{field: "Log.Syslog", key: "remote_syslog"},
	{field: "Log.LocalSyslog", key: "syslog"},
	{field: "Log.SizeLimit", key: "log_size_limit"},
	{field: "Log.MaxFiles", key: "log_max_num"},
	{field: "Profile.Host", key: "prof_host", fixed: true},
	{field: "Profile.Port", key: "prof_port", fixed: true},
	{field: "Profile.BlockRate", key: "prof_block_rate", fixed: true},
	{field: "Audit", key: "audit", fixed: true},
	{field: "Republish", key: "audit.republish", fixed: true},
	{field: "PidFile", key: "pid_file"},
	{field: "PortsFileDir", key: "ports_file_dir"},
}

// Diff says what is different in other settings, apart from the broker's, which
// compares its own. The error names what cannot be changed in a running process.
func (s *Settings) Diff(now *Settings) (actors.Changes, error) {
	var changes actors.Changes
	var errs []error
	for _, p := range parts {
		from, to := p.of(s), p.of(now)
		if p.key == "" || reflect.DeepEqual(from, to) {
			continue
		}
		c := actors.Change{Key: p.key}
		if reflect.TypeOf(to).Kind() != reflect.Pointer { // a block is too much to show
			c.Old, c.New = fmt.Sprint(from), fmt.Sprint(to)
		}
		if p.fixed {
			errs = append(errs, &actors.FixedError{Change: c})
			continue
		}
		changes = append(changes, c)
	}
	if s.HTTPSPort != 0 && !reflect.DeepEqual(s.Broker.TLS, now.Broker.TLS) {
		errs = append(errs, &actors.FixedError{Change: actors.Change{Key: "tls beside https_port"}})
	}
	return changes, errors.Join(errs...)
}

// of is the value of a part.
func (p *part) of(s *Settings) any {
	v := reflect.ValueOf(s).Elem()
	for name := range strings.SplitSeq(p.field, ".") {
		v = v.FieldByName(name)
	}
	return v.Interface()
}
