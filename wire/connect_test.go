package wire_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/wire"
)

func TestDecodeConnect(t *testing.T) {
	before := wire.DefaultConnect()
	tests := []struct {
		name, arg string
		change    func(c *wire.Connect)
	}{
		{"empty object", `{}`, func(*wire.Connect) {}},
		{"null", ` null `, func(*wire.Connect) {}},
		{"null for a field", `{"verbose":null}`, func(*wire.Connect) {}},
		{"unknown keys", `{"x":{"y":[1]},"ssl_required":false}`, func(*wire.Connect) {}},
		{"verbose off", `{"verbose":false}`, func(c *wire.Connect) { c.Verbose = false }},
		{"keys in any case", `{"VERBOSE":false,"Echo":false}`, func(c *wire.Connect) { c.Verbose, c.Echo = false, false }},
		{
			"all of it", `{"pedantic":false,"headers":true,"no_responders":true,"protocol":1,"name":"n","lang":"go","version":"1",` +
				`"user":"u","pass":"p","auth_token":"t","nkey":"k","sig":"s","proxy_sig":"ps","jwt":"j","account":"a","new_account":true,"tls_required":true}`,
			func(c *wire.Connect) {
				*c = wire.Connect{
					Verbose: true, Echo: true, Headers: true, NoResponders: true, Protocol: 1, Name: "n", Lang: "go", Version: "1",
					User: "u", Pass: "p", AuthToken: "t", NKey: "k", Sig: "s", ProxySig: "ps", JWT: "j", Account: "a", NewAccount: true, TLSRequired: true,
				}
			},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			want, got := before, before
			tt.change(&want)
			require.NoError(t, got.Decode([]byte(tt.arg)))
			assert.Equal(t, want, got)
		})
	}
}

func TestSecondConnectKeepsWhatItLeavesOut(t *testing.T) {
	c := wire.DefaultConnect()
	require.NoError(t, c.Decode([]byte(`{"verbose":false,"name":"first"}`)))
	require.NoError(t, c.Decode([]byte(`{"pedantic":false}`)))
	assert.Equal(t, wire.Connect{Echo: true, Name: "first"}, c)
}

func TestDecodeConnectErrors(t *testing.T) {
	for _, arg := range []string{``, `hello`, `{bad}`, `{"verbose":false`, `[]`, `"x"`, `1`, `{"verbose":"yes"}`, `{"protocol":1.5}`, `{"name":"n","user":1}`, `{} x`} {
		c := wire.DefaultConnect()
		assert.Equal(t, wire.ErrParser, c.Decode([]byte(arg)), arg)
		assert.Equal(t, wire.DefaultConnect(), c, "%s must not be half decoded", arg)
	}
}
