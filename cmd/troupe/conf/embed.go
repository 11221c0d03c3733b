package conf

import (
	"cmp"

	"github.com/troupe-mq/troupe/actors"
	"github.com/troupe-mq/troupe/actors/audit"
	"github.com/troupe-mq/troupe/actors/audit/republish"
)

// ReadFile reads a configuration file for a program that embeds the broker: Settings.Broker and Settings.Options are
// for actors.Start. blocks are those of the program's own extensions; it may be nil. The error joins all that is wrong,
// each mistake in the file a [lang.FileError], and then there are no settings.
func ReadFile(path string, blocks Blocks) (*Settings, File, error) {
	s := Default()
	s.Extensions = blocks
	file, err := s.ReadFile(path)
	if err == nil {
		err = s.Validate()
	}
	if err != nil {
		return nil, file, err
	}
	return s, file, nil
}

// Options are the actors that the settings ask for: the audit log, and the audit by messages. The error is one of them
// that cannot be, such as a key that is not there.
func (s *Settings) Options() (all []actors.Option, err error) {
	if c := s.Audit; c != nil && c.File != "" {
		spec, produce, err := audit.Tap(*c)
		if err != nil {
			return nil, err
		}
		all = append(all, actors.WithTap(spec, produce))
	}
	if c := s.Republish; c != nil {
		to := *c
		if to.As == "" {
			to.Account = cmp.Or(to.Account, s.Broker.SystemAccount)
		}
		spec, produce, err := republish.Tap(to)
		if err != nil {
			return nil, err
		}
		all = append(all, actors.WithTap(spec, produce))
	}
	return all, nil
}
