package actorstest

import (
	"fmt"
	"slices"
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
	case key == "explain":
		c.Explain = true
	case key == "mappings":
		c.Mappings, err = mappings(value)
	case trades[key] != nil:
		for one := range strings.SplitSeq(value, ",") {
			fields := strings.Split(one, ":")
			trades[key](account(c, fields[0]), append(fields[1:], "", "", ""))
		}
	case rules(c, key) != nil:
		*rules(c, key) = strings.Split(value, ",")
	default:
		err = fmt.Errorf("unknown key")
	}
	return err
}

// mappings are those of everybody, the source in front: mappings=a:b,c:d:50:e:30, in
// which a destination without a weight gets all messages.
func mappings(value string) (all []access.Mapping, err error) {
	for one := range strings.SplitSeq(value, ",") {
		source, rest, _ := strings.Cut(one, ":")
		m := access.Mapping{Source: source}
		for pair := range slices.Chunk(strings.Split(rest, ":"), 2) {
			d := access.Destination{Subject: pair[0], Weight: 100}
			if len(pair) > 1 {
				d.Weight, err = strconv.Atoi(pair[1])
			}
			m.Destinations = append(m.Destinations, d)
		}
		all = append(all, m)
	}
	return all, err
}

// trades are what accounts can be given, the account's name in front, in the order
// of the fields: users=A:joe,B:ann (whose passwords are their names),
// export_stream=A:a.>, import_service=B:A:help:my.help.
var trades = map[string]func(a *access.Account, fields []string){
	"users": func(a *access.Account, f []string) {
		a.Users = append(a.Users, access.User{Name: f[0], Password: f[0]})
	},
	"export_stream":  func(a *access.Account, f []string) { a.Exports = append(a.Exports, access.Export{Stream: f[0]}) },
	"export_service": func(a *access.Account, f []string) { a.Exports = append(a.Exports, access.Export{Service: f[0]}) },
	"import_stream": func(a *access.Account, f []string) {
		a.Imports = append(a.Imports, access.Import{Account: f[0], Stream: f[1], To: f[2]})
	},
	"import_service": func(a *access.Account, f []string) {
		a.Imports = append(a.Imports, access.Import{Account: f[0], Service: f[1], To: f[2]})
	},
}

// account is the one of that name, which there is from now on.
func account(c *actors.Config, name string) *access.Account {
	for i := range c.Accounts {
		if c.Accounts[i].Name == name {
			return &c.Accounts[i]
		}
	}
	c.Accounts = append(c.Accounts, access.Account{Name: name})
	return &c.Accounts[len(c.Accounts)-1]
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
