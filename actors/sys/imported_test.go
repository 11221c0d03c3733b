package sys_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/actors"
	"github.com/troupe-mq/troupe/actors/access"
	"github.com/troupe-mq/troupe/actors/actorstest"
	"github.com/troupe-mq/troupe/actors/sys"
)

// shared is a system account that another one has services and events of.
func shared(imports ...access.Import) actors.Config {
	config := two
	watch, app := two.Accounts[0], two.Accounts[1]
	watch.Exports = []access.Export{{Service: "$SYS.REQ.>"}, {Stream: "$SYS.ACCOUNT.>"}}
	app.Imports = imports
	config.Accounts = []access.Account{watch, app}
	return config
}

func service(remote, local string) access.Import {
	return access.Import{Account: "WATCH", Service: "$SYS.REQ." + remote, To: local}
}

// TestServicesThatAreImported: what the system account lets another ask is answered there as
// if it had asked itself, and once.
func TestServicesThatAreImported(t *testing.T) {
	names := map[string]string{
		"SERVER.PING": "ping", "SERVER.PING.VARZ": "varz", "SERVER.PING.CONNZ": "connz", "SERVER.PING.SUBSZ": "subsz",
		"SERVER.PING.STATSZ": "statsz", "SERVER.PING.HEALTHZ": "healthz", "SERVER.PING.ACCOUNTZ": "accountz",
		"ACCOUNT.*.CONNZ": "of.*",
	}
	imports := []access.Import{{Account: "WATCH", Service: userInfo}}
	for remote, local := range names {
		imports = append(imports, service(remote, local))
	}
	bubble(t, shared(imports...), sys.Config{}, func(t *testing.T, b *actorstest.Broker) {
		app := login(t, b, "app")
		login(t, b, "sys")
		app.Send("SUB in.* 1")
		get := func(subject string) map[string]any {
			app.Send("PUB "+subject+" in.1 0", "")
			doc := next(t, app, "in.1")
			app.Fence()
			app.Quiet() // there is one answer
			return doc
		}
		for remote, local := range names {
			if local != "of.*" {
				assert.Contains(t, get(local), "server", remote)
			}
		}
		assert.Equal(t, 2, at(t, get("connz"), "data", "total"), "not only those of its own")
		assert.Equal(t, 1, at(t, get("of.WATCH"), "data", "total"))
		me := get(userInfo)
		assert.Equal(t, "app", at(t, me, "data", "user"), "it is about who asks")
		assert.Equal(t, "APP", at(t, me, "data", "account"))
	})
}

const userInfo = "$SYS.REQ.USER.INFO"

// TestEventsOfOtherAccounts: an event is told where it is listened to in another account,
// be it as a stream or as a service, also where nobody can log in to the system account.
func TestEventsOfOtherAccounts(t *testing.T) {
	for name, listen := range map[string]func(c *actors.Config){
		"stream": func(c *actors.Config) {
			c.Accounts[1].Imports = []access.Import{{Account: "WATCH", Stream: "$SYS.ACCOUNT.APP.CONNECT", To: "ev.connect"}}
		},
		"service": func(c *actors.Config) {
			c.Accounts[0].Imports = []access.Import{{Account: "APP", Service: "ev.connect", To: "$SYS.ACCOUNT.APP.CONNECT"}}
			c.Accounts[1].Exports = []access.Export{{Service: "ev.connect"}}
		},
		"service behind a mapping": func(c *actors.Config) {
			c.Accounts[0].Imports = []access.Import{{Account: "APP", Service: "mapped", To: "$SYS.ACCOUNT.APP.CONNECT"}}
			c.Accounts[1].Exports = []access.Export{{Service: "mapped"}}
			c.Accounts[1].Mappings = []access.Mapping{{Source: "mapped", Destinations: []access.Destination{{Subject: "ev.connect", Weight: 100}}}}
		},
	} {
		config := shared()
		config.Accounts[0].Users = nil
		listen(&config)
		t.Run(name, func(t *testing.T) {
			bubble(t, config, sys.Config{}, func(t *testing.T, b *actorstest.Broker) {
				require.Len(t, b.Taps(), 1)
				app := login(t, b, "app")
				app.Send("SUB ev.connect 1")
				app.Fence()
				other := login(t, b, "app")
				actorstest.Advance(t, time.Second)
				assert.Equal(t, "app", at(t, next(t, app, "ev.connect"), "client", "user"))
				other.Close()
				app.Fence()
				app.Quiet()
			})
		})
	}
}
