package conf_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/actors/access"
	"github.com/troupe-mq/troupe/cmd/troupe/conf/internal/conftest"
)

// TestVariablesNamedLikeKeys: what a $NAME refers to is a variable wherever it is defined, also
// where its name is that of a key in other letters, or where all keys are names.
func TestVariablesNamedLikeKeys(t *testing.T) {
	s, _, err := conftest.Read(t, `authorization {
		PASS: abc
		users = [ {user: alice, password: foo}, {user: joe, password: $PASS} ]
	}`)
	require.NoError(t, err)
	assert.Equal(t, []access.User{{Name: "alice", Password: "foo"}, {Name: "joe", Password: "abc"}}, s.Broker.Users)
	assert.Empty(t, s.Broker.Password)

	s, _, err = conftest.Read(t, `accounts {
		PERM = { publish: ">" }
		LIST = [ {stream: s} ]
		A { users [ {user: a, password: b, permissions: $PERM} ], exports: $LIST }
	}`)
	require.NoError(t, err)
	everything := &access.Permissions{Publish: access.Rules{Allow: []string{">"}}}
	assert.Equal(t, []access.Account{{
		Name: "A", Users: []access.User{{Name: "a", Password: "b", Permissions: everything}}, Exports: []access.Export{{Stream: "s"}},
	}}, s.Broker.Accounts)

	for name, text := range map[string]string{
		"top level":       "HTTP: [a, b]\nserver_tags: $HTTP",
		"user":            "authorization { USER: bob, users: [ {user: $USER, password: x} ] }",
		"token":           "authorization { TOKEN: bob, users: [ {user: joe, password: $TOKEN} ] }",
		"in an account":   "accounts { A { NKEY = secret, users: [ {user: a, password: $NKEY} ] } }",
		"in a permission": `authorization { user: a, password: b, permissions: { WHAT = "x.>", publish: $WHAT, subscribe: $WHAT } }`,
		"among mappings":  `mappings { dest = "b.c", a: $dest }`,
		"in a mapping":    `mappings { a: { DEST = "c.d", destination: $DEST, weight: 50 } }`,
		"in tls":          `TLS_DIR = "/none", tls { CERT = x, cert_file: $CERT, key_file: $TLS_DIR }`,
	} {
		t.Run(name, func(t *testing.T) {
			_, _, err := conftest.Read(t, text)
			assert.NoError(t, err)
		})
	}
}

// TestVariableThatIsASettingToo: it is both, as long as that makes sense, and what is a setting by
// intention has the last word.
func TestVariableThatIsASettingToo(t *testing.T) {
	for range 8 { // the language keeps keys in no order
		s, _, err := conftest.Read(t, "PORT: 4333\nprof_port: $PORT")
		require.NoError(t, err)
		assert.Equal(t, 4333, s.Broker.Port)
		s, _, err = conftest.Read(t, "PORT: 4333\nport: 4444\nprof_port: $PORT")
		require.NoError(t, err)
		assert.Equal(t, 4444, s.Broker.Port)
	}
}

// TestShortForms: what can be written in less.
func TestShortForms(t *testing.T) {
	s, _, err := conftest.Read(t, "accounts: [A, B]\nmax_subscriptions: -1\nmax_payload: -1")
	require.NoError(t, err)
	assert.Equal(t, []access.Account{{Name: "A"}, {Name: "B"}}, s.Broker.Accounts)
	assert.Equal(t, -1, s.Broker.MaxSubscriptions)
	require.NoError(t, s.Validate())
	_, _, err = conftest.Read(t, "accounts: [A, A, 5, $G]")
	require.Error(t, err)
	_, _, err = conftest.Read(t, "accounts: [A,\n A]")
	require.ErrorContains(t, err, `account "A": there are two of this name`)
}

// TestFeaturesThatAreOff: what a file only has to say that it is not wanted does not keep it from starting.
func TestFeaturesThatAreOff(t *testing.T) {
	for _, text := range []string{
		"jetstream: disable", "jetstream: disabled", "jetstream: false", "jetstream { enabled: false }", "jetstream { enabled: false, store_dir: x }",
		"mqtt {}", "leafnodes {}", "leafnodes { remotes: [] }", "leafnodes { port: 0 }", "gateway {}", `gateway { name: "" }`, "gateway { gateways: [] }",
		"accounts { A { jetstream: off } }", "accounts { A { jetstream { enabled: no } } }", "websocket {}", "ws: off", "cluster {}", "audit {}",
	} {
		_, _, err := conftest.Read(t, text)
		assert.NoError(t, err, text)
	}
}

// TestWarnings: what is accepted, and is worth a word.
func TestWarnings(t *testing.T) {
	const hash = "$2a$04$iVRCQnGFmr8m9cWd/1eYLuXwn5OqIRLEWG6h6ygbzrXQbBqnAlu6G"
	t.Setenv("TROUPE_TEST_SECRET", "out_of_the_environment")
	for text, want := range map[string][]string{
		"authorization { user: a, password: $TROUPE_TEST_SECRET }": nil,
		"ping_interval: 20":    {`t.conf:1:1: "ping_interval" is taken as seconds: write 20s`},
		"write_deadline: 2.5":  {`t.conf:1:1: "write_deadline" is taken as seconds: write 2.5s`},
		"ping_interval: '20s'": nil,
		"authorization { user: a, password: '" + hash + "', timeout: 3 }": nil,
		"authorization { user: a\n password: b }":                         {"t.conf:2:2: a password in plain text: whoever can read the file has it; use a bcrypt hash, or an nkey"},
		"authorization { users: [ {user: a, password: '" + hash + "'}\n {user: b, password: x}, {user: c, password: y} ] }": {
			"t.conf:2:12: a password in plain text: whoever can read the file has it; use a bcrypt hash, or an nkey (1 more of the kind)",
		},
		"websocket { listen: '127.0.0.1:80', no_tls: true }":                        nil,
		"websocket { port: 80, no_tls: false\n tls { cert_file: c, key_file: k } }": nil,
		"websocket { port: 80\n no_tls: true }": {
			"t.conf:2:2: WebSocket clients come without TLS: whoever is on the way can read what they say, and their passwords",
		},
	} {
		_, warnings, err := conftest.Read(t, text)
		require.NoError(t, err, text)
		require.Len(t, warnings, len(want), text)
		for i := range want {
			assert.EqualError(t, warnings[i], want[i], text)
		}
	}
}
