package conf

import (
	"cmp"
	"errors"
	"reflect"

	"github.com/asynkron/protoactor-go/actor"

	"github.com/troupe-mq/troupe/actors"
	"github.com/troupe-mq/troupe/actors/audit"
	"github.com/troupe-mq/troupe/actors/audit/republish"
	"github.com/troupe-mq/troupe/actors/tap"
)

// This file is the taps that settings ask for: the audit log, and the audit by messages.

// newTap makes one, to start with or in the place of one that is there.
type newTap func() (tap.Spec, actor.Producer, error)

// auditTap is the audit log, nil if there is to be none. before has the one that is kept already, if there is one.
func (s *Settings) auditTap(before *Settings) newTap {
	if !s.keepsAudit() {
		return nil
	}
	var kept audit.Config
	if before.keepsAudit() {
		kept = *before.Audit
	}
	return func() (tap.Spec, actor.Producer, error) { return audit.Successor(*s.Audit, kept) }
}

func (s *Settings) keepsAudit() bool { return s.Audit != nil && s.Audit.File != "" }

// republished is the audit by messages as it is, nil for none: where nothing is said, it is in the system account.
func (s *Settings) republished() *republish.Config {
	if s.Republish == nil {
		return nil
	}
	c := *s.Republish
	if c.As == "" {
		c.Account = cmp.Or(c.Account, s.Broker.SystemAccount)
	}
	return &c
}

func (s *Settings) republishTap() newTap {
	c := s.republished()
	if c == nil {
		return nil
	}
	return func() (tap.Spec, actor.Producer, error) { return republish.Tap(*c) }
}

// Options are the actors that the settings ask for: the audit log, and the audit by messages. The error is one of them
// that cannot be, such as a key that is not there.
func (s *Settings) Options() (all []actors.Option, err error) {
	for _, t := range []newTap{s.auditTap(Default()), s.republishTap()} {
		if t == nil {
			continue
		}
		spec, produce, err := t()
		if err != nil {
			return nil, err
		}
		all = append(all, actors.WithTap(spec, produce))
	}
	return all, nil
}

// ReloadTaps prepares what Options of other settings would have in the place of these, in a broker that runs. apply does it.
// A log goes on without a gap. The error says what cannot be; then there is nothing to apply.
func (s *Settings) ReloadTaps(b *actors.Broker, now *Settings) (apply func() error, err error) {
	var todo []func() error
	change := func(old, next newTap) error {
		if next == nil {
			spec, _, err := old()
			todo = append(todo, func() error { return b.RemoveTap(spec.Name) })
			return err
		}
		spec, produce, err := next()
		if old == nil {
			todo = append(todo, func() error { return b.AddTap(spec, produce) })
		} else {
			todo = append(todo, func() error { return b.ReplaceTap(spec, produce) })
		}
		return err
	}
	if !reflect.DeepEqual(s.Audit, now.Audit) && (s.keepsAudit() || now.keepsAudit()) {
		if err := change(s.auditTap(s), now.auditTap(s)); err != nil {
			return nil, err
		}
	}
	if !reflect.DeepEqual(s.republished(), now.republished()) {
		if err := change(s.republishTap(), now.republishTap()); err != nil {
			return nil, err
		}
	}
	return func() (err error) {
		for _, do := range todo {
			err = errors.Join(err, do())
		}
		return err
	}, nil
}
