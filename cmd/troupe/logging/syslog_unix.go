//go:build !windows && !plan9

package logging

import (
	"log/syslog"
	"os"
	"path/filepath"

	"github.com/hashicorp/go-hclog"
)

// dialled is a carrier by the standard library, which connects again when a write
// has failed.
type dialled struct {
	network, address string
	w                *syslog.Writer // nil until it is connected for the first time
}

func newCarrier(network, address string) (carrier, error) {
	d := &dialled{network: network, address: address}
	return d, nil
}

func (d *dialled) connect() (err error) {
	if d.w == nil {
		d.w, err = syslog.Dial(d.network, d.address, syslog.LOG_DAEMON|syslog.LOG_NOTICE, filepath.Base(os.Args[0]))
	}
	return err
}

// send maps levels as NATS servers do: what is usual is a notice.
func (d *dialled) send(level hclog.Level, line string) error {
	if err := d.connect(); err != nil {
		return err
	}
	switch level {
	case hclog.Trace, hclog.Debug:
		return d.w.Debug(line)
	case hclog.Warn:
		return d.w.Warning(line)
	case hclog.Error:
		return d.w.Err(line)
	default:
		return d.w.Notice(line)
	}
}

// Close hangs up.
func (d *dialled) Close() error {
	if d.w == nil {
		return nil
	}
	return d.w.Close()
}
