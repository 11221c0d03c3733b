package conf

import (
	"errors"

	"github.com/troupe-mq/troupe/actors/config"

	"github.com/troupe-mq/troupe/actors/fields"
)

// table has a row for each field of Settings beside those of the broker.
var table = []fields.Field{
	{Name: "Monitor.Host", Key: "http", Fate: fields.Live},
	{Name: "Monitor.Port", Key: "http_port", Fate: fields.Live},
	{Name: "Monitor.BasePath", Key: "http_base_path", Fate: fields.Live},
	{Name: "Monitor.TLS", Fate: fields.Kept}, // made of the broker's,
	{Name: "Monitor.Documents", Fate: fields.Kept},
	{Name: "Monitor.Lab", Key: "lab", Fate: fields.Live},
	{Name: "NoUI", Key: "no_ui", Fate: fields.Live},
	{Name: "HTTPSPort", Key: "https_port", Fate: fields.Live},
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
	{Name: "Profile.Host", Key: "prof_host", Fate: fields.Live},
	{Name: "Profile.Port", Key: "prof_port", Fate: fields.Live},
	{Name: "Profile.BlockRate", Key: "prof_block_rate", Fate: fields.Live},
	{Name: "Audit", Key: "audit", Fate: fields.Live, Opaque: true},
	{Name: "Republish", Key: "audit.republish", Fate: fields.Live, Opaque: true},
	{Name: "Extensions", Fate: fields.Kept}, // whoever knows the extensions speaks of them
	{Name: "Resolver", Key: "resolver", Opaque: true, Why: "its folder is open, and accounts that are in force come from it"},
	{Name: "ResolverTLS", Fate: fields.Kept},
	{Name: "Engine.Path", Key: "engine path", Fate: fields.Live},
	{Name: "Engine.StoreDir", Key: "store_dir", Why: "what is stored stays where it is"},
	{Name: "Engine.Domain", Key: "jetstream domain", Fate: fields.Live},
	{Name: "Engine.Settings", Key: "jetstream", Fate: fields.Live, Opaque: true},
	{Name: "Engine.MQTT", Key: "mqtt", Fate: fields.Live, Opaque: true},
	{Name: "Engine.Patience", Key: "engine patience", Fate: fields.Live},
	{Name: "PidFile", Key: "pid_file", Fate: fields.Live},
	{Name: "PortsFileDir", Key: "ports_file_dir", Fate: fields.Live},
}

// Diff says what is different in other settings, apart from the broker's, which
// compares its own. The error names what cannot be changed in a running process.
func (s *Settings) Diff(now *Settings) (config.Changes, error) {
	var changes config.Changes
	var errs []error
	for _, d := range fields.Differences(table, s, now) {
		c := config.Change{Key: d.Key, Old: d.Old, New: d.New}
		if d.Fate == fields.Fixed {
			errs = append(errs, &config.FixedError{Change: c, Why: d.Why})
			continue
		}
		changes = append(changes, c)
	}
	return changes, errors.Join(errs...)
}
