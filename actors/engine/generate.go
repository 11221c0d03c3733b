package engine

import (
	"bytes"
	"crypto/rand"
	"encoding/json"
	"maps"
	"slices"

	"github.com/troupe-mq/troupe/actors/config"

	"github.com/troupe-mq/troupe/actors"
	"github.com/troupe-mq/troupe/actors/access"
)

// loopback is where the engine listens, for the broker alone.
const loopback = "127.0.0.1"

// block is a block of a nats-server's configuration. The language of that has JSON in it.
type block = map[string]any

// secrets are what lets the broker, and nobody else, into one engine. They are those of one start.
type secrets struct {
	name, password string            // of who controls it
	links          map[string]string // the passwords of links, by account
}

func newSecrets() *secrets {
	return &secrets{name: "control-" + rand.Text(), password: rand.Text(), links: make(map[string]string)}
}

// link is the password of an account's link.
func (s *secrets) link(account string) string {
	if s.links[account] == "" {
		s.links[account] = rand.Text()
	}
	return s.links[account]
}

// linkName is the name that the link of an account logs in by.
func linkName(account string) string { return "link " + account }

// world is what of the broker an engine's configuration follows.
type world struct {
	config  actors.Config              // with its secrets
	storage map[string]*access.Storage // of the accounts that may store; the global one is called $G
	limit   int                        // the largest payload
	name    string                     // of the server
}

// accounts are those that have a link, in order.
func (w *world) accounts() []string { return slices.Sorted(maps.Keys(w.storage)) }

// generate is the configuration of an engine.
func generate(c *Config, w *world, s *secrets) ([]byte, error) {
	js := maps.Clone(c.Settings)
	if js == nil {
		js = make(block)
	}
	js["store_dir"] = c.StoreDir
	if c.Domain != "" {
		js["domain"] = c.Domain
	}
	top := block{
		"host": loopback, "port": -1, "server_name": w.name, "max_payload": w.limit, "max_pending": max(w.config.MaxPending, config.DefaultMaxPending),
		"logtime": false, "jetstream": js,
		"leafnodes": block{"host": loopback, "port": -1, "no_advertise": true, "compression": "off"},
	}
	accounts := accountBlocks(w, s)
	accounts[access.SystemAccount] = block{"users": []block{{"user": s.name, "password": s.password}}}
	top["accounts"], top["system_account"] = accounts, access.SystemAccount
	if _, stores := w.storage[access.GlobalAccount]; stores { // its users stand elsewhere: it cannot be named
		top["authorization"] = block{"users": []block{linkUser(access.GlobalAccount, s)}}
	}
	if c.MQTT != nil {
		addMQTT(top, c.MQTT, w)
	}
	return encode(top)
}

// encode writes a configuration.
func encode(top block) ([]byte, error) {
	var out bytes.Buffer
	e := json.NewEncoder(&out)
	e.SetEscapeHTML(false) // the language does not know \u
	e.SetIndent("", "  ")
	err := e.Encode(top)
	return out.Bytes(), err
}

// linkUser is whom the broker's link of an account logs in as. Links have no users of their own, since a server cannot
// change those while it runs.
func linkUser(account string, s *secrets) block {
	return block{"user": linkName(account), "password": s.link(account), "allowed_connection_types": []string{"LEAFNODE"}}
}

// accountBlocks are the accounts that may store. Without any the global one may, by itself.
func accountBlocks(w *world, s *secrets) block {
	accounts := make(block)
	for _, name := range w.accounts() {
		if name != access.GlobalAccount {
			accounts[name] = block{"jetstream": storageBlock(w.storage[name]), "users": []block{linkUser(name, s)}}
		}
	}
	return accounts
}

// storageBlock is the limits of an account. What has no limit is left out.
func storageBlock(s *access.Storage) any {
	out := make(block)
	limit := func(key string, n int64) {
		if n >= 0 {
			out[key] = n
		}
	}
	limit("max_memory", s.MaxMemory)
	limit("max_file", s.MaxFile)
	limit("max_streams", s.MaxStreams)
	limit("max_consumers", s.MaxConsumers)
	limit("max_ack_pending", s.MaxAckPending)
	limit("memory_max_stream_bytes", s.MemoryMaxStreamBytes)
	limit("disk_max_stream_bytes", s.FileMaxStreamBytes)
	if s.MaxBytesRequired {
		out["max_bytes_required"] = true
	}
	if len(out) == 0 {
		return "enabled"
	}
	return out
}

// worldOf is what an engine follows of a broker that is configured so.
func worldOf(b *actors.Broker, config *actors.Config) *world {
	now := b.Config()
	return &world{
		config: *config, limit: now.MaxPayload, name: now.ServerName,
		storage: access.StorageOf(b.AccountsInForce(), now.SystemAccount, config.Signed()),
	}
}
