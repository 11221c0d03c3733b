package chaos_test

import (
	"context"

	"github.com/hashicorp/go-hclog"

	"github.com/troupe-mq/troupe/actors"
	"github.com/troupe-mq/troupe/actors/sys"
)

// This file is what a test can have done to a broker that works.

// NewSettings are a configuration, and how much is logged.
type NewSettings struct {
	Config actors.Config
	Level  hclog.Level
}

// Reload puts another configuration into force, and tells what has changed.
func (d *Desk) Reload(s NewSettings, changes *[]string) error {
	d.b.Config().Logger.SetLevel(s.Level)
	made, err := d.b.Reload(context.Background(), s.Config)
	for _, c := range made {
		*changes = append(*changes, c.String())
	}
	return err
}

// LameDuck begins lame duck mode, and does not wait for its end.
func (d *Desk) LameDuck(Nothing, *Nothing) error {
	go d.b.LameDuck(context.Background()) //nolint:errcheck // the clients tell
	return nil
}

// ServeSystem starts the service of the system account.
func (d *Desk) ServeSystem(Nothing, *Nothing) error {
	return sys.Start(context.Background(), d.b, sys.Config{})
}
