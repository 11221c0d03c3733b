package conf

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/troupe-mq/troupe/actors/audit"
	"github.com/troupe-mq/troupe/actors/audit/republish"
	"github.com/troupe-mq/troupe/actors/tap"
	"github.com/troupe-mq/troupe/cmd/troupe/conf/lang"
)

// auditKeys are the keys of the audit block.
var auditKeys = lang.Table(map[string]func(*audit.Config, any) error{
	"file":     lang.Text(func(c *audit.Config) *string { return &c.File }),
	"policy":   setAuditPolicy,
	"sync":     setAuditSync,
	"interval": lang.Duration(func(c *audit.Config) *time.Duration { return &c.Interval }),
	"payload":  setAuditPayload,
	"subjects": lang.Texts(func(c *audit.Config) *[]string { return &c.Subjects }),
	"sign":     lang.Text(func(c *audit.Config) *string { return &c.Sign }),
	"max_size": lang.Number(func(c *audit.Config) *int64 { return &c.MaxSize }),
	"max_age":  lang.Duration(func(c *audit.Config) *time.Duration { return &c.MaxAge }),
	"keep":     setAuditKeep,
	"compress": lang.Toggle(func(c *audit.Config) *bool { return &c.Compress }),
	"deadline": lang.Duration(func(c *audit.Config) *time.Duration { return &c.Deadline }),
})

// keepKeys are those of the keep block inside it.
var keepKeys = lang.Table(map[string]func(*audit.Keep, any) error{
	"count": lang.Number(func(k *audit.Keep) *int { return &k.Count }),
	"age":   lang.Duration(func(k *audit.Keep) *time.Duration { return &k.Age }),
})

// republishKeys are those of the republish block inside it.
var republishKeys = lang.Table(map[string]func(*republish.Config, any) error{
	"prefix":  lang.Text(func(c *republish.Config) *string { return &c.Prefix }),
	"account": lang.Text(func(c *republish.Config) *string { return &c.Account }),
	"user":    lang.Text(func(c *republish.Config) *string { return &c.As }),
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
	if lang.IsOff(value) {
		s.Audit, s.Republish = nil, nil
		return nil
	}
	name, err := lang.ToText(value)
	if err != nil {
		return fmt.Errorf("needs a file, or a block: audit { file: …, policy: … }")
	}
	s.auditLog().File = name
	return nil
}

// audit reads an audit block.
func (f *file) audit(values map[string]any, _ lang.FileError) {
	c := f.settings.auditLog()
	f.Block(values, func(key string, value any, _ lang.FileError) error {
		inner, isBlock := value.(map[string]any)
		switch {
		case isBlock && strings.EqualFold(key, "keep"):
			f.Block(inner, lang.By(&c.Keep, keepKeys, nil))
		case isBlock && strings.EqualFold(key, "republish"):
			to := &republish.Config{}
			f.Block(inner, lang.By(to, republishKeys, nil))
			f.settings.Republish = to
		case strings.EqualFold(key, "republish"):
			return f.settings.republish(value)
		default:
			return lang.Set(c, key, value, auditKeys, nil, "republish")
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
	if lang.IsOff(value) {
		s.Republish = nil
		return nil
	}
	prefix, err := lang.ToText(value)
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
	name, err := lang.ToText(value)
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
	name, err := lang.ToText(value)
	c.Sync = audit.Sync(strings.ToLower(name))
	return err
}

func setAuditPayload(c *audit.Config, value any) (err error) {
	c.Payload, err = audit.ParsePayload(fmt.Sprint(value))
	return err
}

// setAuditKeep takes a number of segments where there is no block.
func setAuditKeep(c *audit.Config, value any) error {
	n, err := lang.ToInt(value)
	if err != nil {
		return fmt.Errorf("needs a number of segments, or a block: keep { count: 10, age: 720h }")
	}
	c.Keep = audit.Keep{Count: int(n)}
	return nil
}
