package conf

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/troupe-mq/troupe/actors/audit"
	"github.com/troupe-mq/troupe/actors/audit/republish"
	"github.com/troupe-mq/troupe/actors/tap"
)

// auditKeys are the keys of the audit block.
var auditKeys = index(map[string]func(*audit.Config, any) error{
	"file":     text(func(c *audit.Config) *string { return &c.File }),
	"policy":   setAuditPolicy,
	"sync":     setAuditSync,
	"interval": duration(func(c *audit.Config) *time.Duration { return &c.Interval }),
	"payload":  setAuditPayload,
	"subjects": setAuditSubjects,
	"sign":     text(func(c *audit.Config) *string { return &c.Sign }),
	"max_size": number(func(c *audit.Config) *int64 { return &c.MaxSize }),
	"max_age":  duration(func(c *audit.Config) *time.Duration { return &c.MaxAge }),
	"keep":     setAuditKeep,
	"compress": toggle(func(c *audit.Config) *bool { return &c.Compress }),
	"deadline": duration(func(c *audit.Config) *time.Duration { return &c.Deadline }),
})

// keepKeys are those of the keep block inside it.
var keepKeys = index(map[string]func(*audit.Keep, any) error{
	"count": number(func(k *audit.Keep) *int { return &k.Count }),
	"age":   duration(func(k *audit.Keep) *time.Duration { return &k.Age }),
})

// republishKeys are those of the republish block inside it.
var republishKeys = index(map[string]func(*republish.Config, any) error{
	"prefix":  text(func(c *republish.Config) *string { return &c.Prefix }),
	"account": text(func(c *republish.Config) *string { return &c.Account }),
	"user":    text(func(c *republish.Config) *string { return &c.As }),
})

// auditLog is the audit log's part, switched on. What is not set is on the safe
// side: publishers wait for the disk.
func (s *Settings) auditLog() *audit.Config {
	if s.Audit == nil {
		s.Audit = &audit.Config{Policy: tap.Block, Sync: audit.SyncAlways, Payload: audit.PayloadLength}
	}
	return s.Audit
}

// setAudit takes the name of a file, where there is no block.
func setAudit(s *Settings, value any) error {
	if isOff(value) {
		s.Audit, s.Republish = nil, nil
		return nil
	}
	name, err := toText(value)
	if err != nil {
		return fmt.Errorf("needs a file, or a block: audit { file: …, policy: … }")
	}
	s.auditLog().File = name
	return nil
}

// audit reads an audit block.
func (f *file) audit(values map[string]any) {
	c := f.settings.auditLog()
	f.block(values, func(key string, value any, _ FileError) error {
		inner, isBlock := value.(map[string]any)
		switch {
		case isBlock && strings.EqualFold(key, "keep"):
			f.block(inner, func(key string, value any, _ FileError) error {
				return setKey(&c.Keep, key, value, keepKeys, nil)
			})
		case isBlock && strings.EqualFold(key, "republish"):
			to := &republish.Config{}
			f.block(inner, func(key string, value any, _ FileError) error {
				return setKey(to, key, value, republishKeys, nil)
			})
			f.settings.Republish = to
		case strings.EqualFold(key, "republish"):
			return f.settings.republish(value)
		default:
			return setKey(c, key, value, auditKeys, nil)
		}
		return nil
	})
	if r := f.settings.Republish; r != nil {
		r.Payload, r.Subjects = c.Payload, c.Subjects
	}
}

// republish takes a prefix, or whether there is to be one, where there is no block.
func (s *Settings) republish(value any) error {
	if on, ok := value.(bool); ok && on {
		s.Republish = &republish.Config{}
		return nil
	}
	if isOff(value) {
		s.Republish = nil
		return nil
	}
	prefix, err := toText(value)
	if err != nil {
		return errors.New("needs true, a prefix, or a block: republish { prefix: …, account: …, user: … }")
	}
	s.Republish = &republish.Config{Prefix: prefix}
	return nil
}

// onlyRepublished reports whether the audit has no file.
func (s *Settings) onlyRepublished() bool {
	return s.Audit != nil && s.Audit.File == "" && s.Republish != nil
}

func setAuditPolicy(c *audit.Config, value any) error {
	name, err := toText(value)
	switch {
	case err != nil:
		return err
	case strings.EqualFold(name, "block"):
		c.Policy = tap.Block
	case strings.EqualFold(name, "drop"):
		c.Policy = tap.Drop
	default:
		return fmt.Errorf("%q is neither block nor drop", name)
	}
	return nil
}

// setAuditSync leaves it to the log to say which choices there are.
func setAuditSync(c *audit.Config, value any) error {
	name, err := toText(value)
	c.Sync = audit.Sync(strings.ToLower(name))
	return err
}

func setAuditPayload(c *audit.Config, value any) (err error) {
	c.Payload, err = audit.ParsePayload(fmt.Sprint(value))
	return err
}

func setAuditSubjects(c *audit.Config, value any) error {
	c.Subjects = nil
	return eachName(value, func(name string) error {
		c.Subjects = append(c.Subjects, name)
		return nil
	})
}

// setAuditKeep takes a number of segments where there is no block.
func setAuditKeep(c *audit.Config, value any) error {
	n, err := toInt(value)
	if err != nil {
		return fmt.Errorf("needs a number of segments, or a block: keep { count: 10, age: 720h }")
	}
	c.Keep = audit.Keep{Count: int(n)}
	return nil
}
