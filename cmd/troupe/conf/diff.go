package conf

import (
	"errors"
	"reflect"

	"github.com/troupe-mq/troupe/actors"
	"github.com/troupe-mq/troupe/actors/fields"
)

// table has a row for each field of Settings beside those of the broker.
var table = []fields.Field{
	{Name: "Monitor.Host", Key: "http"},
	{Name: "Monitor.Port", Key: "http_port"},
	{Name: "Monitor.BasePath", Key: "http_base_path"},
	{Name: "Monitor.TLS", Key: "https", Opaque: true},
	{Name: "Monitor.Lab", Key: "lab"},
	{Name: "NoUI", Key: "no_ui"},
	{Name: "HTTPSPort", Key: "https_port"},
	{Name: "Log.Debug", Key: "debug", Fate: fields.Live},
	{Name: "Log.Trace", Fate: fields.Kept}, // the broker's says it
	{Name: "Log.Format", Key: "log_format", Fate: fields.Live},
	{Name: "Log.Time", Key: "logtime", Fate: fields.Live},
	{Name: "Log.UTC", Key: "logtime_utc", Fate: fields.Live},
	{Name: "Log.File", Key: "log_file", Fate: fields.Live},
	{Name: "Log.Syslog", Key: "remote_syslog", Fate: fields.Live},
	{Name: "Log.LocalSyslog", Key: "syslog", Fate: fields.Live},
	{Name: "Log.SizeLimit", Key: "log_size_limit", Fate: fields.Live},
	{Name: "Log.MaxFiles", Key: "log_max_num", Fate: fields.Live},
	{Name: "Profile.Host", Key: "prof_host"},
	{Name: "Profile.Port", Key: "prof_port"},
	{Name: "Profile.BlockRate", Key: "prof_block_rate"},
	{Name: "Audit", Key: "audit", Opaque: true},
	{Name: "Republish", Key: "audit.republish", Opaque: true},
	{Name: "Extensions", Fate: fields.Kept}, // whoever knows the extensions speaks of them
	{Name: "Resolver", Key: "resolver", Opaque: true},
	{Name: "ResolverTLS", Fate: fields.Kept},
	{Name: "PidFile", Key: "pid_file", Fate: fields.Live},
	{Name: "PortsFileDir", Key: "ports_file_dir", Fate: fields.Live},
}

// Diff says what is different in other settings, apart from the broker's, which
// compares its own. The error names what cannot be changed in a running process.
func (s *Settings) Diff(now *Settings) (actors.Changes, error) {
	var changes actors.Changes
	var errs []error
	for _, d := range fields.Differences(table, s, now) {
		c := actors.Change{Key: d.Key, Old: d.Old, New: d.New}
		if d.Fate == fields.Fixed {
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
