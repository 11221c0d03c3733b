package actorstest

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/troupe-mq/troupe/actors"
	"github.com/troupe-mq/troupe/actors/access"
)

// configure carries out the "# config:" line of a session: key=value, separated
// by blanks, the keys as in a configuration file.
func configure(c *actors.Config, settings string) error {
	for setting := range strings.FieldsSeq(settings) {
		key, value, _ := strings.Cut(setting, "=")
		if err := set(c, key, value); err != nil {
			return fmt.Errorf("config %s: %w", setting, err)
		}
	}
	return nil
}

func set(c *actors.Config, key, value string) (err error) {
	numbers := map[string]*int{
		"max_control_line":  &c.MaxControlLine,
		"max_payload":       &c.MaxPayload,
		"max_pending":       &c.MaxPending,
		"max_connections":   &c.MaxConnections,
		"max_subscriptions": &c.MaxSubscriptions,
		"max_sub_tokens":    &c.MaxSubTokens,
		"ping_max":          &c.PingMax,
		"partitions":        &c.Partitions,
	}
	durations := map[string]*time.Duration{
		"auth_timeout":   &c.AuthTimeout,
		"ping_interval":  &c.PingInterval,
		"write_deadline": &c.WriteDeadline,
	}
	texts := map[string]*string{"user": &c.User, "password": &c.Password, "token": &c.Token}
	switch {
	case numbers[key] != nil:
		*numbers[key], err = strconv.Atoi(value)
	case durations[key] != nil:
		*durations[key], err = time.ParseDuration(value)
	case texts[key] != nil:
		*texts[key] = value
	case key == "no_headers":
		c.NoHeaders = true
	case rules(c, key) != nil:
		*rules(c, key) = strings.Split(value, ",")
	default:
		err = fmt.Errorf("unknown key")
	}
	return err
}

// rules is a list of subjects that a user without permissions of its own may or
// may not publish or subscribe to, nil if the key is about something else.
func rules(c *actors.Config, key string) *[]string {
	p := c.DefaultPermissions
	if p == nil {
		p = &access.Permissions{}
	}
	list := map[string]*[]string{
		"allow_publish":   &p.Publish.Allow,
		"deny_publish":    &p.Publish.Deny,
		"allow_subscribe": &p.Subscribe.Allow,
		"deny_subscribe":  &p.Subscribe.Deny,
	}[key]
	if list != nil {
		c.DefaultPermissions = p
	}
	return list
}
