package engine

import (
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/troupe-mq/troupe/actors"
	"github.com/troupe-mq/troupe/actors/access"
)

// The kinds of connection that users of the broker may come to an engine by.
const (
	byMQTT    = "MQTT"
	byMQTTWeb = "MQTT_WS"
)

// anybody is the user that a client of MQTT is where nobody has to say who he is.
const anybody = "anybody"

// addMQTT gives a configuration the listener for MQTT, and the users of the broker. They may come by MQTT only: the
// engine's other ports are for the broker.
func addMQTT(top block, m *MQTT, w *world) {
	c := &w.config
	listen := maps.Clone(m.Settings)
	if listen == nil {
		listen = make(block)
	}
	listen["host"], listen["port"] = m.Host, m.Port
	if m.TLS != nil {
		listen["tls"] = tlsBlock(m.TLS)
	}
	noAuth := m.NoAuthUser
	if noAuth == "" {
		noAuth = c.NoAuthUser
	}
	users := usersOf(c.Users, c.DefaultPermissions)
	switch {
	case c.Token != "":
		listen["authorization"] = block{"token": c.Token}
	case c.User != "":
		users = usersOf([]access.User{{Name: c.User, Password: c.Password}}, nil)
	case len(users) == 0 && !anyUser(c.Accounts):
		users = usersOf([]access.User{{Name: anybody, Password: newSecrets().password}}, nil)
		noAuth = anybody
	}
	if noAuth != "" && c.Token == "" {
		listen["no_auth_user"] = noAuth
	}
	if len(users) > 0 {
		addUsers(blockOf(top, "authorization"), users)
	}
	accounts := top["accounts"].(block)
	for i := range c.Accounts {
		a := &c.Accounts[i]
		if a.Name == access.SystemAccount {
			continue // its users watch over the broker, and not over the engine
		}
		addUsers(blockOf(accounts, a.Name), usersOf(a.Users, defaultOf(a, c)))
	}
	top["mqtt"] = listen
}

// blockOf is a block inside of another one, made if it is not there.
func blockOf(outer block, name string) block {
	inner, there := outer[name].(block)
	if !there {
		inner = make(block)
		outer[name] = inner
	}
	return inner
}

// addUsers adds users to those of a block.
func addUsers(to block, users []block) {
	before, _ := to["users"].([]block)
	if users = slices.Concat(before, users); len(users) > 0 {
		to["users"] = users
	}
}

func defaultOf(a *access.Account, c *actors.Config) *access.Permissions {
	if a.Default != nil {
		return a.Default
	}
	return c.DefaultPermissions
}

func anyUser(accounts []access.Account) bool {
	return slices.ContainsFunc(accounts, func(a access.Account) bool { return len(a.Users) > 0 })
}

// usersOf are the users that may come by MQTT, as a nats-server has them. One without a password has to sign, and MQTT
// has no way to do that.
func usersOf(users []access.User, rest *access.Permissions) []block {
	var out []block
	for i := range users {
		u := &users[i]
		kinds := kindsOf(u)
		if u.Name == "" || u.NKey != "" || len(kinds) == 0 {
			continue
		}
		b := block{"user": u.Name, "allowed_connection_types": kinds}
		if u.Password != "" {
			b["password"] = u.Password
		}
		permissions := u.Permissions
		if permissions == nil {
			permissions = rest
		}
		if permissions != nil {
			b["permissions"] = permissionsBlock(permissions)
		}
		out = append(out, b)
	}
	return out
}

// kindsOf is how a user may come to the engine.
func kindsOf(u *access.User) []string {
	if len(u.ConnectionTypes) == 0 {
		return []string{byMQTT, byMQTTWeb}
	}
	var kinds []string
	for _, k := range u.ConnectionTypes {
		if k = strings.ToUpper(k); k == byMQTT || k == byMQTTWeb {
			kinds = append(kinds, k)
		}
	}
	return kinds
}

func permissionsBlock(p *access.Permissions) block {
	out := make(block)
	add := func(key string, r access.Rules) {
		rules := make(block)
		if len(r.Allow) > 0 {
			rules["allow"] = r.Allow
		}
		if len(r.Deny) > 0 {
			rules["deny"] = r.Deny
		}
		if len(rules) > 0 {
			out[key] = rules
		}
	}
	add("publish", p.Publish)
	add("subscribe", p.Subscribe)
	if r := p.Responses; r != nil {
		out["allow_responses"] = block{"max": responses(r.Max), "expires": responseTime(r.Expires).String()}
	}
	return out
}

func responses(n int) int {
	if n == 0 {
		return access.DefaultResponses
	}
	return max(n, -1)
}

func responseTime(d time.Duration) time.Duration {
	switch {
	case d == 0:
		return access.DefaultResponseExpires
	case d < 0:
		return 100 * 365 * 24 * time.Hour // it knows no other way to say never
	}
	return d
}

// tlsBlock is what the engine can honour of it: the files, and who has to show a certificate.
func tlsBlock(t *actors.TLS) block {
	out := block{"cert_file": t.CertFile, "key_file": t.KeyFile}
	if t.CAFile != "" {
		out["ca_file"] = t.CAFile
	}
	if t.Map {
		out["verify_and_map"] = true
	} else if t.Verify {
		out["verify"] = true
	}
	if t.Timeout > 0 {
		out["timeout"] = t.Timeout.Seconds()
	}
	return out
}
